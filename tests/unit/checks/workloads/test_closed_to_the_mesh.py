import pytest

from tests.rows import each_row
from tests.unit.checks.workloads.worlds import found, namespace, policies, policy, workload

MESH = namespace("shop", "istio.io/dataplane-mode=ambient")


def said(rules, shop=MESH, labels="app=web", direction="ingress", beside=(), **more):
    selected = "podSelector: {matchLabels: {app: web}}" if beside else "podSelector: {}"
    written = policy("shop/p", f"{{{selected}, policyTypes: [{direction.title()}], {direction}: [{rules}]}}")
    web = workload("shop/web", labels, (8080,), **more)
    world = {"workloads": [web, *beside], "namespaces": [shop, namespace("jobs")]}
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


def test_pods_that_are_in_the_mesh_by_a_label_of_their_own():
    own = "istio.io/dataplane-mode=ambient"
    caller = HERE.replace("{}", "{matchLabels: {app: api}}")
    api = [workload("shop/api", f"app=api, {own}")]
    assert said(caller, namespace("shop"), f"app=web, {own}", beside=api) == [MESSAGE]
    assert said(caller, namespace("shop"), f"app=web, {own}", beside=[workload("shop/api", "app=api")]) == []
    assert said(caller, namespace("shop"), beside=api) == []


THERE = "{to: [{podSelector: {}}], ports: [{port: 8080, protocol: TCP}]}"
OUTSIDE = "{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}"


@each_row(
    "rules, count",
    [
        (THERE, 1),
        (f"{THERE}, {OUTSIDE}", 1),
        (OUTSIDE, 0),
        ("", 0),
        ("{to: [{podSelector: {}}]}", 0),
        (f"{THERE}, {THERE.replace('8080', '15008')}", 0),
        (THERE.replace("TCP", "UDP"), 0),
        (THERE.replace("podSelector: {}", "ipBlock: {cidr: 192.0.2.0/24}"), 0),
        (THERE.replace("podSelector: {}", "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: jobs}}"), 0),
    ],
)
def test_rules_that_let_pods_out_to_the_mesh(rules, count):
    message = "pods of `shop/web` come to others of the mesh on TCP 15008, where no rule lets them out"
    assert said(rules, direction="egress") == [message] * count
