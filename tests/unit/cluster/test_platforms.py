"""Answers are what a platform makes of policies, where its ways are known exactly."""

import pytest

import netpolc
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.engine.enforced import denies_by_exceptions
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{{more}containers: [{{name: main, image: x{ports}}}]}}
---
"""
WEB, CACHE = POD.format(name="web", more="", ports=""), POD.format(name="cache", more="", ports="")


def pod(name, ports="", more=""):
    return POD.format(name=name, more=more, ports=f", ports: [{ports}]" if ports else "")


def policy(spec):
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    return f"{head}spec: {spec}\n---\n"


def can(platform, text, source, destination):
    texts = {"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": text}
    return netpolc.can(netpolc.workspace(texts), source, destination, ["all.yaml"]).allowed


def allowing(text, source, destination, platforms=("kubernetes", "cilium", "calico", "openshift", "eks")):
    return {each for each in platforms if can(each, text, source, destination)}


UNDECLARED = policy(
    "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress],"
    " egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}"
)


def test_rules_of_an_undeclared_direction_close():
    text = WEB + pod("db") + CACHE + UNDECLARED
    assert allowing(text, "shop/web", "shop/cache:1") == {"kubernetes", "calico", "openshift"}
    assert len(allowing(text, "shop/web", "shop/db:1")) == 5


def test_rules_of_an_undeclared_direction_open_what_is_closed():
    closed = policy("{podSelector: {}, policyTypes: [Egress]}").replace("name: p,", "name: q,")
    text = WEB + pod("db") + CACHE + UNDECLARED + closed
    assert allowing(text, "shop/web", "shop/db:1") == {"cilium", "openshift", "eks"}
    assert allowing(text, "shop/web", "shop/cache:1") == set()


def test_what_is_said_of_such_rules_is_of_the_platform():
    text = WEB + UNDECLARED

    def said(platform):
        texts = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": text})
        return {each.code for each in netpolc.reach(texts, ["all.yaml"]).diagnostics}

    assert [said(each) & {"NP511", "NP674"} for each in ("kubernetes", "cilium", "calico")] == [
        {"NP511"},
        {"NP674"},
        set(),
    ]


def test_what_an_answer_does_not_show_is_said_beside_it():
    spec = "{podSelector: {matchLabels: {pod-template-hash: x}}, policyTypes: [Egress], egress: [%s, {}]}"
    text = WEB + policy(spec % "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}")

    def said(platform):
        texts = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": text})
        return [each.code for each in netpolc.reach(texts, ["all.yaml"]).diagnostics if each.code[:4] == "NP67"]

    assert [said(each) for each in ("cilium", "calico", "eks")] == [["NP673"], [], ["NP671"]]


def test_labels_that_find_nodes_are_said_beside_an_answer():
    agent = pod("agent", more="hostNetwork: true, ")
    text = WEB + agent + policy("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: agent}}}]}]}")

    def said(platform, text):
        texts = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": text})
        return [each.code for each in netpolc.can(texts, "shop/agent", "shop/web:80", ["all.yaml"]).diagnostics]

    assert [said(each, text).count("NP683") for each in ("eks", "openshift", "calico")] == [1, 1, 0]
    assert said("eks", text.replace("hostNetwork: true, ", "")).count("NP683") == 0


NAMED = policy(
    "{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{ports: [{port: http, protocol: TCP}]}]}"
)


@pytest.mark.parametrize(
    ("db", "port", "platforms"),
    [
        (pod("db", "{containerPort: 80, name: http}"), "9", {"openshift"}),
        (pod("db", "{containerPort: 80, name: http}"), "9/udp", set()),
        (
            pod("db", "{containerPort: 80, name: http}").replace(
                "]}]}\n", "]}, {name: two, image: x, ports: [{containerPort: 90, protocol: UDP, name: http}]}]}\n"
            ),
            "80",
            {"kubernetes", "calico", "openshift", "eks"},
        ),
        (
            pod(
                "db",
                more="initContainers: [{name: a, image: x, restartPolicy: Always,"
                " ports: [{containerPort: 80, name: http}]}], ",
            ),
            "80",
            {"kubernetes", "calico", "openshift"},
        ),
        (
            pod("db", more="initContainers: [{name: a, image: x, ports: [{containerPort: 80, name: http}]}], "),
            "80",
            {"calico", "openshift"},
        ),
    ],
    ids=["every port", "of its protocol", "the last", "of a sidecar", "of an init container"],
)
def test_a_name_of_a_port_opens_what_the_platform_finds(db, port, platforms):
    assert allowing(WEB + db + NAMED, "shop/web", f"shop/db:{port}") == platforms


TWO_NAMED = pod("db", "{containerPort: 80, name: http}") + pod("db2", "{containerPort: 90, name: http}").replace(
    "app: db2", "app: db"
)
TO_NAMED = "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{%s ports: [{port: http}]}]}"
EVERYWHERE = {"kubernetes", "cilium", "calico", "openshift", "eks"}


@pytest.mark.parametrize(
    ("text", "port", "platforms"),
    [
        (TWO_NAMED + NAMED, "80", EVERYWHERE),
        (TWO_NAMED + NAMED, "90", {"openshift", "eks"}),
        (TWO_NAMED + NAMED, "90/udp", set()),
        (TWO_NAMED + NAMED, "91", {"openshift"}),
        (TWO_NAMED.replace("90, name: http", "90, name: other") + NAMED, "90", {"openshift"}),
        (TWO_NAMED.replace("90, name", "90, protocol: UDP, name") + NAMED, "90/udp", set()),
        (TWO_NAMED.replace("name: db2, namespace: shop", "name: db2, namespace: lab") + NAMED, "90", {"openshift"}),
        (TWO_NAMED.replace("app: db}", "app: db, old: x}", 1) + NAMED, "90", {"openshift", "eks"}),
        (
            TWO_NAMED.replace("app: db}", "app: db, old: x}", 1) + NAMED.replace("app: db}", "old: x}"),
            "90",
            {"openshift"},
        ),
        (TWO_NAMED + NAMED.replace("{ports", "{from: [{podSelector: {}}], ports"), "90", {"openshift", "eks"}),
        (TWO_NAMED + policy(TO_NAMED % "to: [{podSelector: {matchLabels: {app: db}}}],"), "90", {"openshift"}),
        (TWO_NAMED + policy(TO_NAMED % "to: [{podSelector: {matchLabels: {app: db}}}],"), "80", EVERYWHERE),
        (TWO_NAMED + policy(TO_NAMED % ""), "80", EVERYWHERE - {"eks"}),
        (TWO_NAMED + policy(TO_NAMED % "").replace("[{port: http}]", "[{port: http}, {port: 80}]"), "80", EVERYWHERE),
        (
            TWO_NAMED.replace("]}]}\n", "]}, {name: two, image: x, ports: [{containerPort: 70, name: http}]}]}\n", 1)
            + NAMED,
            "70",
            {"kubernetes", "cilium", "calico", "openshift"},
        ),
    ],
    ids=[
        "its own",
        "of another",
        "of another protocol",
        "of nobody",
        "another name",
        "a name of another protocol",
        "of another namespace",
        "with other labels",
        "of one that is not selected",
        "from pods",
        "of another, let out",
        "its own, let out",
        "to anybody",
        "a number to anybody",
        "the second of a pod",
    ],
)
def test_a_name_of_a_port_opens_what_the_platform_finds_on_all_selected_pods(text, port, platforms):
    assert allowing(WEB + text, "shop/web", f"shop/db:{port}") == platforms


def test_a_name_lets_out_to_no_address_where_nothing_resolves_it():
    text = WEB + pod("db", "{containerPort: 80, name: http}") + "status: {podIPs: [{ip: 10.0.0.9}]}\n---\n"
    text = text.replace("---\nstatus", "status")
    to_block = policy(TO_NAMED % "to: [{ipBlock: {cidr: 10.0.0.0/8}}],")
    excepting = policy(TO_NAMED % "to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/24]}}],")
    assert allowing(text + to_block, "shop/web", "shop/db:80") == EVERYWHERE - {"cilium", "eks"}
    # A rule without an entry denies nothing that it excepts, either.
    others = policy("{podSelector: {}, policyTypes: [Egress], egress: [{}]}").replace("name: p,", "name: q,")
    assert can("eks", text + excepting + others, "shop/web", "shop/db:80")


def test_an_assertion_is_proved_of_what_the_platform_opens():
    text = 'web -> db:"http"\nassert allow web -> db:22\n'

    def proved(platform):
        texts = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "shop.netpol": text})
        return "NP701" not in {each.code for each in netpolc.check(texts).diagnostics}

    assert [proved(each) for each in ("cilium", "openshift")] == [False, True]


EXCEPTING = policy(
    "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}"
)
PLAIN = policy("{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}")
CLOSED = "namespace shop\nbaseline deny egress\n"
TO_ANYBODY = f"{CLOSED}web -> 0.0.0.0/0:443\nassert allow web -> 10.1.2.3/32:443\n"
BUT_ONE = f"{CLOSED}web -> 0.0.0.0/0 except 10.0.0.0/8:443\n"
OF_OTHERS = f"{BUT_ONE}assert allow web -> 192.0.2.1/32:443\n"
BOTH_LEAVE_OUT = f"{BUT_ONE}assert deny web -> 10.1.2.3/32:443\n"


def test_only_one_platform_keeps_exceptions_denied():
    policies = read_manifests(Source("all.yaml", EXCEPTING + PLAIN)).policies
    assert [denies_by_exceptions(PLATFORMS[name], policies) for name in ("kubernetes", "eks")] == [False, True]
    assert not denies_by_exceptions(PLATFORMS["eks"], policies[1:])


HIDDEN = "baseline deny all\n[pod-template-hash=x] -> db:22\n"


@pytest.mark.parametrize(
    ("program", "beside", "holds_on"),
    [
        (TO_ANYBODY, "", {"kubernetes", "cilium", "eks"}),
        (TO_ANYBODY, PLAIN, {"kubernetes", "cilium", "eks"}),
        (TO_ANYBODY, EXCEPTING, {"kubernetes", "cilium"}),
        (OF_OTHERS, PLAIN, {"kubernetes", "cilium", "eks"}),
        (BOTH_LEAVE_OUT, EXCEPTING, {"kubernetes", "cilium", "eks"}),
        (f"{HIDDEN}assert allow [app=web, pod-template-hash=x] -> db:22\n", "", {"kubernetes", "eks"}),
        (f"{HIDDEN}assert deny [app=web] -> db:22\n", "", {"cilium"}),
        (f"{HIDDEN}assert deny [app=web] -> db:22\n", EXCEPTING, {"cilium"}),
    ],
)
def test_an_assertion_is_proved_of_what_others_and_the_platform_take_away(program, beside, holds_on):
    """Exceptions of others count on EKS, and rules for labels that Cilium hides are for nobody."""

    def holds(platform):
        texts = {"netpolc.toml": f'platform = "{platform}"\n', "shop.netpol": program, "others.yaml": beside}
        found = netpolc.check(netpolc.workspace(texts), ["shop.netpol", *(["others.yaml"] if beside else [])])
        return "NP701" not in {each.code for each in found.diagnostics}

    assert {each for each in ("kubernetes", "cilium", "eks") if holds(each)} == holds_on


def test_an_assertion_is_proved_beside_tiers_whatever_the_program_alone_would_say():
    """Of guardrails and the policies of others, the priorities decide, so all of them are looked at together."""
    guardrail = "always deny */* -> shop/[app=db]:22\n"
    text = f"{guardrail}assert deny */* -> shop/[app=db]:22\nassert allow shop/[app=web] -> shop/[app=db]:1\n"
    tier = (
        "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: a}\n"
        "spec: {tier: Baseline, priority: 1, subject: {namespaces: {}},"
        " ingress: [{action: Deny, from: [{pods: {podSelector: {matchLabels: {app: web}}}}]}]}\n"
    )
    texts = netpolc.workspace({"shop.netpol": text, "others.yaml": tier})
    found = netpolc.check(texts, ["shop.netpol", "others.yaml"]).diagnostics
    assert [each.location.line for each in found if each.code == "NP701"] == [3]


TIER = """\
apiVersion: policy.networking.k8s.io/{version}
kind: {kind}
metadata: {{name: default}}
spec: {{{more}subject: {{namespaces: {{}}}}, ingress: [{{action: Deny, from: [{{namespaces: {{}}}}]}}]}}
---
"""
CLUSTER_WIDE = TIER.format(version="v1alpha2", kind="ClusterNetworkPolicy", more="tier: Admin, priority: 1, ")
OLDER = TIER.format(version="v1alpha1", kind="AdminNetworkPolicy", more="priority: 1, ")
OLDER_BASELINE = TIER.format(version="v1alpha1", kind="BaselineAdminNetworkPolicy", more="")


@pytest.mark.parametrize(
    ("tier", "open_on"),
    [
        (CLUSTER_WIDE, {"openshift", "eks"}),
        (OLDER, {"eks"}),
        (OLDER_BASELINE, {"eks"}),
        (CLUSTER_WIDE + OLDER, {"eks"}),
    ],
)
def test_cluster_wide_policies_count_where_something_enforces_them(tier, open_on):
    assert allowing(WEB + CACHE + tier, "shop/web", "shop/cache:1") == open_on


def test_that_policies_are_not_enforced_is_said_beside_an_answer():
    def said(platform):
        texts = {"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": WEB + CLUSTER_WIDE}
        found = netpolc.reach(netpolc.workspace(texts), ["all.yaml"]).diagnostics
        return [each.severity for each in found if each.code == "NP679"]

    assert [said(each) for each in ("openshift", "eks", "cilium", "kube-network-policies")] == [
        ["warning"],
        ["warning"],
        ["note"],
        [],
    ]


def test_guardrails_prove_nothing_where_nothing_enforces_them():
    text = "always deny */* -> shop/*:*\nassert deny lab/* -> shop/*:22\n"

    def said(platform, *beside):
        texts = {"netpolc.toml": f'platform = "{platform}"\n', "shop.netpol": text, "all.yaml": OLDER}
        found = netpolc.check(netpolc.workspace(texts), ["shop.netpol", *beside]).diagnostics
        return {each.code for each in found} & {"NP679", "NP701"}

    assert [said(each) for each in ("kubernetes", "calico", "openshift", "eks")] == [
        set(),
        {"NP679"},
        {"NP679", "NP701"},
        {"NP679", "NP701"},
    ]
    # What is enforced there may prove it in their place.
    assert said("openshift", "all.yaml") == {"NP679"}
