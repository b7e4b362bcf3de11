"""What is said of policies on one platform beside workloads, Services and cluster-wide policies."""

import netpolc
from netpolc.ecosystem.platforms import PLATFORMS

OURS = {"NP673", "NP675", "NP678", "NP679", "NP680", "NP681", "NP682", "NP683", "NP686"}


def pod(name, labels="", ports="", more=""):
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {name}{labels}}}}}\n"
        f"spec: {{{more}containers: [{{name: main, image: x, ports: [{ports}]}}]}}\n---\n"
    )


def policy(spec):
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    return f"{head}spec: {spec}\n---\n"


def ingress(rule, pods="{}"):
    return policy(f"{{podSelector: {pods}, policyTypes: [Ingress], ingress: [{rule}]}}")


def egress(*rules):
    return policy(f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{', '.join(rules)}]}}")


def found(text, name="all.yaml"):
    codes = {}
    for platform in PLATFORMS:
        where = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', name: text})
        said = netpolc.check(where, [name]).diagnostics
        codes[platform] = sorted(each.code for each in said if each.code in OURS)
    return {platform: each for platform, each in codes.items() if each}


def on(code, platforms):
    return {platform: [code] for platform in platforms}


NODE = (
    "apiVersion: v1\nkind: Node\nmetadata: {name: one}\n"
    "status: {addresses: [{type: InternalIP, address: 10.0.0.5}, {type: Hostname, address: one}]}\n---\n"
)


def to_block(cidr):
    return egress(f"{{to: [{{ipBlock: {{cidr: {cidr}}}}}], ports: [{{port: 6443, protocol: TCP}}]}}")


def test_the_address_of_a_node():
    assert found(NODE + to_block("10.0.0.5/32")) == {"cilium": ["NP686"]}
    assert found(to_block("10.0.0.5/32")) == found(NODE + to_block("10.0.0.0/24")) == {}


def test_the_address_of_a_node_in_a_program():
    program = "baseline deny egress\nweb -> 10.0.0.5/32:6443\n"
    texts = {"netpolc.toml": 'platform = "cilium"\n', "a.netpol": program, "nodes.yaml": NODE}
    said = netpolc.check(netpolc.workspace(texts), ["a.netpol"], workloads=["nodes.yaml"]).diagnostics
    assert [each.location.source.name for each in said if each.code == "NP686"] == ["a.netpol"]


def test_the_address_of_a_pod_in_netpol_and_in_yaml():
    shown = pod("db").replace("\n---", "\nstatus: {phase: Running, podIP: 10.9.0.8, podIPs: [{ip: 10.9.0.8}]}\n---")
    found_in = []
    for text in (
        "namespace shop\nbaseline deny all\nweb -> 10.9.0.8/32:80\n",
        "namespace shop\nbaseline deny all\nweb -> 10.9.0.9/32:80\n",
    ):
        texts = {"netpolc.toml": 'platform = "gke"\n', "a.netpol": text, "pods.yaml": shown}
        said = netpolc.check(netpolc.workspace(texts), ["a.netpol"], workloads=["pods.yaml"]).diagnostics
        found_in.append([each.location.source.name for each in said if each.code == "NP675"])
    assert found_in == [["a.netpol"], []]
    rule = "{to: [{ipBlock: {cidr: 10.9.0.8/32}}]}"
    assert found(shown + egress(rule)) == {"cilium": ["NP675"], "gke": ["NP675"]}


HTTP = "{ports: [{port: http, protocol: TCP}]}"


def test_names_of_sidecars():
    sidecar = "initContainers: [{name: a, image: x, restartPolicy: Always, ports: [{containerPort: 80, name: http}]}], "
    text = pod("db", more=sidecar) + ingress(HTTP)
    assert found(text) == on("NP678", ("cilium", "eks", "kube-network-policies"))
    unnamed = [
        netpolc.check(netpolc.workspace({"netpolc.toml": f'platform = "{name}"\n', "all.yaml": text}), ["all.yaml"])
        for name in ("kubernetes", "calico", "cilium", "gke")
    ]
    assert [[each.code for each in one.diagnostics].count("NP659") for one in unnamed] == [1, 0, 0, 1]


def test_numbers_of_all_selected_pods():
    one, other = (pod(name, ports=f"{{containerPort: {port}, name: http}}") for name, port in (("a", 80), ("b", 81)))
    assert found(one + other + ingress(HTTP)) == {"eks": ["NP678"]}
    assert found(one + other + ingress(HTTP, "{matchLabels: {app: a}}")) == {}


def test_names_to_anybody():
    assert found(egress(HTTP)) == {"eks": ["NP678"]}


def test_kinds_that_nothing_enforces():
    text = "always deny */* -> 169.254.169.254/32:80\n"
    assert found(text, "a.netpol") == on("NP679", ("cilium", "calico", "openshift", "eks"))
    text = (
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: a}\n"
        "spec: {priority: 1, subject: {namespaces: {}}}\n"
    )
    assert found(text) == on("NP679", ("calico", "eks"))


TIER = (
    "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {{name: a}}\n"
    "spec: {{tier: Admin, priority: 1, subject: {}, ingress: [{{action: {}, from: [{}], protocols: [{}]}}]}}\n"
)
EVERYBODY, SCTP = "{namespaces: {}}", "{sctp: {destinationPort: {number: 1}}}"


def of_pods(key):
    return f"{{pods: {{podSelector: {{matchExpressions: [{{key: {key}, operator: Exists}}]}}}}}}"


def said(text, name):
    """The codes of Cilium beside NP679, which its every cluster-wide policy has."""
    return [code for code in found(text, name)["cilium"] if code != "NP679"]


def test_cluster_wide_policies_are_asked_as_others_are():
    hidden, seen = of_pods("pod-template-hash"), of_pods("app.kubernetes.io/name")
    assert said(TIER.format(hidden, "Deny", hidden, SCTP), "shop.yaml") == ["NP673", "NP673"]
    assert said(TIER.format(seen, "Accept", EVERYBODY, SCTP), "shop.yaml") == ["NP680"]
    assert said(TIER.format(seen, "Deny", seen, SCTP), "shop.yaml") == []
    assert said("always deny */[pod-template-hash=a] -> */*:1\n", "a.netpol") == ["NP673"]
    assert said("default allow */[app.kubernetes.io/name=a] -> */*:1/sctp\n", "a.netpol") == ["NP680"]
    assert said("always deny */[app.kubernetes.io/name=a] -> */*:1/sctp\n", "a.netpol") == []


def test_all_namespaces_but_some_hold_the_nodes():
    for peer in ("[team!=a]", "[!team]", "[kubernetes.io/metadata.name!=a]"):
        assert found(f"{peer}/* -> db:2\n", "a.netpol") == {"openshift": ["NP681"]}
    label = "policy-group.network.openshift.io/host-network"
    for peer in ("[team=a]/*", f"[!{label}]/*", f"[team!=a, !{label}]/*", f"[{label}]/*", "[team!=a]/[app=b]"):
        assert found(f"{peer} -> db:2\n", "a.netpol") == {}


def test_sctp_and_nodes_in_netpol_and_yaml():
    assert found("web -> db:1/sctp\n*/* -> db:2\n", "a.netpol") == {"cilium": ["NP680"], "openshift": ["NP681"]}
    text = ingress("{from: [{namespaceSelector: {}}], ports: [{port: 1, protocol: SCTP}]}")
    assert found(text) == {"cilium": ["NP680"], "openshift": ["NP681"]}
    assert found(ingress("{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}")) == {}


def service(selector, target, more=""):
    return (
        "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\n"
        f"spec: {{selector: {selector}, ports: [{{port: 80, targetPort: {target}}}]{more}}}\n---\n"
    )


DB = pod("db", ", role: primary")


def to(labels, ports="{port: 8080}"):
    return f"{{to: [{{podSelector: {{matchLabels: {{{labels}}}}}}}], ports: [{ports}]}}"


def test_a_service_is_let_out_by_what_it_selects():
    wide = DB + service("{app: db}", 8080)
    assert found(wide + egress(to("app: db, role: primary"))) == {"eks": ["NP682"]}
    assert found(wide + egress(to("app: db"))) == {}
    assert found(wide + egress(to("app: db", "{port: 8000, endPort: 8100}"))) == {"eks": ["NP682"]}
    assert found(wide + egress(to("app: db, role: primary"), "{to: [{ipBlock: {cidr: 10.100.0.0/16}}]}")) == {}
    assert found(wide + egress(to("app: db, role: primary", "{port: 9}"))) == {}
    assert found(DB + service("{app: db}", 8080, ", clusterIP: None") + egress(to("app: db, role: primary"))) == {}


def test_pods_on_the_network_of_their_nodes():
    text = pod("agent", more="hostNetwork: true, ") + ingress("{from: [{podSelector: {matchLabels: {app: agent}}}]}")
    assert found(text) == on("NP683", ("openshift", "eks"))
    agent = pod("agent", more="hostNetwork: true, ")
    expression = "{podSelector: {matchExpressions: [{key: app, operator: In, values: [VALUE]}]}}"
    for value, platforms in (("agent, db", ("openshift", "eks")), ("db", ())):
        assert found(agent + ingress(f"{{from: [{expression.replace('VALUE', value)}]}}")) == on("NP683", platforms)
