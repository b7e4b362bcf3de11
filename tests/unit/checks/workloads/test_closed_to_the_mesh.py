import pytest

from tests.rows import each_row
from tests.unit.checks.workloads.worlds import found, namespace, policies, policy, workload

MESH = namespace("shop", "istio.io/dataplane-mode=ambient")


def said(rules, shop=MESH, labels="app=web", **more):
    written = policy("shop/p", f"{{podSelector: {{}}, policyTypes: [Ingress], ingress: [{rules}]}}")
    world = {"workloads": [workload("shop/web", labels, (8080,), **more)], "namespaces": [shop, namespace("jobs")]}
    return [one.message for one in found(policies(written), **world) if one.code == "NP658"]


HERE = "{from: [{podSelector: {}}], ports: [{port: 8080, protocol: TCP}]}"
MESSAGE = "pods of the mesh come to `shop/web` on TCP 15008, where no rule lets them in"


@pytest.mark.parametrize(
    "rules", [HERE, "{ports: [{port: 8080, protocol: TCP}]}", HERE.replace("{}", "{matchLabels: {app: api}}")]
)
def test_a_rule_for_the_port_of_the_application_alone(rules):
    assert said(rules) == [MESSAGE]


@each_row(
    "rules",
    [
        "",
        "{from: [{podSelector: {}}]}",
        HERE.replace("8080", "15008"),
        f"{HERE}, {{ports: [{{port: 15000, endPort: 15100, protocol: TCP}}]}}",
        HERE.replace("TCP", "UDP"),
        HERE.replace("podSelector: {}", "ipBlock: {cidr: 192.0.2.0/24}"),
        HERE.replace("podSelector: {}", "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: jobs}}"),
    ],
)
def test_rules_that_let_the_mesh_in_or_nobody_of_it(rules):
    assert said(rules) == []


def test_pods_outside_of_the_mesh():
    assert said(HERE, namespace("shop")) == []
    assert said(HERE, labels="app=web, istio.io/dataplane-mode=none") == []
    assert said(HERE, host_network=True) == []
