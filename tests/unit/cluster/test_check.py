import pytest

from netpolc import api

POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
    "spec: {podSelector: {matchLabels: {app: wbe}}, policyTypes: [Ingress]}\n"
)
WORKLOAD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}\n"
)
PROGRAM = "namespace shop\nbaseline deny ingress on wbe\n"


def found(texts, *paths, **options):
    return {each.code for each in api.check(texts, paths, **options).diagnostics}


@pytest.mark.parametrize(
    "texts",
    [
        {"policies.yaml": POLICY, "web.yaml": WORKLOAD},
        {"all.yaml": f"{POLICY}---\n{WORKLOAD}"},
        {"shop.netpol": PROGRAM, "web.yaml": WORKLOAD},
    ],
)
def test_policies_and_workloads_of_the_same_inputs_are_judged_together(texts):
    assert "NP506" in found(texts, *texts)
    assert "NP506" not in found({name: text.replace("wbe", "web") for name, text in texts.items()}, *texts)


def test_policies_alone_and_workloads_alone_are_not_missed():
    assert found({"policies.yaml": POLICY}, "policies.yaml") == set()
    assert found({"web.yaml": WORKLOAD}, "web.yaml") == set()


def test_workloads_that_are_named_count_as_before():
    texts = {"policies.yaml": POLICY, "web.yaml": WORKLOAD}
    assert "NP506" in found(texts, "policies.yaml", workloads=["web.yaml"])


def test_of_two_findings_at_one_place_that_say_the_same_the_one_that_says_more_is_kept():
    rules = "ingress: [{from: [{podSelector: {matchLabels: {app: a}}}]}, {ports: [{port: 80, protocol: TCP}]}]"
    text = POLICY.replace("[Ingress]}", f"[Ingress], {rules}}}")
    assert found({"a.yaml": text}, "a.yaml") == {"NP634"}
    reason = "\n  # netpolc: ignore[NP634] so it is"
    ignored = text.replace("spec: ", f"{reason.lstrip()}\nspec: ")
    assert found({"a.yaml": ignored}, "a.yaml") == {"NP606"}


def test_a_rule_that_lets_nobody_through_is_not_said_to_be_covered_as_well():
    texts = {"a.netpol": "namespace a\nbaseline deny all\nweb -> db:80 ingress\n* -> db:80 ingress\n"}
    assert found(texts, "a.netpol") == {"NP518"}
    open_end = {"a.netpol": texts["a.netpol"].replace("all", "ingress")}
    assert found(open_end, "a.netpol") == {"NP505"}


SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: web-svc, namespace: shop}\n"
    "spec: {selector: {app: web}, ports: [{port: 80}]}\n"
)


@pytest.mark.parametrize(
    ("peer", "expected"), [("other", {"NP506", "NP518"}), ("shopcart", {"NP506"}), ("web-svc", {"NP525"})]
)
def test_what_a_rule_lacks_at_its_other_end_is_not_said_where_it_names_the_wrong_pods(peer, expected):
    program = f"namespace shop\nbaseline deny all\nweb -> {peer}:80 egress\n"
    cart = WORKLOAD.replace("name: web", "name: shopcarts").replace("app: web", "app: shopcarts")
    texts = {"shop.netpol": program, "all.yaml": f"{WORKLOAD}---\n{cart}---\n{SERVICE}"}
    assert found(texts, *texts) & {"NP506", "NP518", "NP525"} == expected


def test_the_address_of_a_service_is_no_pods():
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
        "spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80}]}\n"
    )
    for block, said in (("10.96.0.20/32", {"NP526"}), ("10.96.0.0/24", {"NP609"})):
        texts = {
            "shop.netpol": f"namespace shop\nbaseline deny egress\nweb -> {block}:80\n",
            "web.yaml": f"{WORKLOAD}---\n{service}",
        }
        assert found(texts, *texts) & {"NP526", "NP609"} == said
        written = POLICY.replace("wbe", "web").replace("Ingress", "Egress")
        texts["shop.yaml"] = written.replace("]}", f"], egress: [{{to: [{{ipBlock: {{cidr: {block}}}}}]}}]}}")
        del texts["shop.netpol"]
        assert found({**texts, "netpolc.toml": 'pod-addresses = ["10.0.0.0/8"]'}, *texts) & {"NP526", "NP609"} == said


def test_pods_are_not_said_to_be_missing_beside_a_workload_that_cannot_be_read():
    broken = WORKLOAD.replace("app: web}", "app: wbe, on: yes}").replace("name: web,", "name: wbe,")
    texts = {"policies.yaml": POLICY, "web.yaml": WORKLOAD, "wbe.yaml": broken}
    assert found(texts, *texts) >= {"NP411"}
    assert "NP506" not in found(texts, *texts)


@pytest.mark.parametrize(
    ("namespace", "pods", "said"),
    [("shop", "{}", True), ("shop", "{matchLabels: {app: other}}", True), ("data", "{}", False)],
)
def test_workloads_on_nodes_count_where_policies_are(namespace, pods, said):
    agent = (
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent, namespace: shop}\nspec: {template: "
        "{metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: a, image: a}]}}}\n"
    )
    closing = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: p, namespace: {namespace}}}\nspec: {{podSelector: {pods}}}\n"
    )
    assert ("NP608" in found({"all.yaml": f"{agent}---\n{closing}"}, "all.yaml")) == said
