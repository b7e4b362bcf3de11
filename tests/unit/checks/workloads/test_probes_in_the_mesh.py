import pytest

from netpolc.manifests.model import Probe
from tests.unit.checks.workloads.worlds import PLACE, found, namespace, policies, policy, workload

MESH = namespace("shop", "istio.io/dataplane-mode=ambient")
HERE = "{from: [{podSelector: {}}], ports: [{port: 8080, protocol: TCP}, {port: 15008, protocol: TCP}]}"
PROBES = "{from: [{ipBlock: {cidr: CIDR}}], ports: [{port: 8080, protocol: TCP}]}"
MESSAGE = "probes of `shop/web` come from 169.254.7.127 in the mesh, which no rule lets in"


def said(rules, shop=MESH, labels="app=web", port=8080, **more):
    written = policy("shop/p", f"{{podSelector: {{}}, policyTypes: [Ingress], ingress: [{rules}]}}")
    probes = (Probe("readiness", port, PLACE),)
    world = {"workloads": [workload("shop/web", labels, (8080,), probes=probes, **more)], "namespaces": [shop]}
    return [one.message for one in found(policies(written), **world) if one.code == "NP684"]


@pytest.mark.parametrize("rules", ["", HERE, PROBES.replace("CIDR", "169.254.169.254/32")])
def test_probes_that_nothing_lets_in(rules):
    assert said(rules) == [MESSAGE]


@pytest.mark.parametrize(
    "rules",
    [
        "{}",
        f"{HERE}, {PROBES.replace('CIDR', '169.254.7.127/32')}",
        f"{HERE}, {PROBES.replace('CIDR', '169.254.0.0/16')}",
        PROBES.replace("CIDR", '"fd16::/16"'),
    ],
)
def test_rules_that_let_them_in(rules):
    assert said(rules) == []


def test_pods_outside_of_the_mesh():
    assert said(HERE, namespace("shop")) == []
    assert said(HERE, labels="app=web, istio.io/dataplane-mode=none") == []
    assert said(HERE, host_network=True) == []
