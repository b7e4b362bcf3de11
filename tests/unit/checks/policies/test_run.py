import pytest
import yaml

from netpolc.checks.policies.checked_policies import CheckedPolicies
from netpolc.checks.policies.no_dns import RULE
from netpolc.checks.policies.run import check_policies
from netpolc.engine.from_policies import rules_of_policies
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.unit.manifests.layouts import judged

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n"
TALK = "  policyTypes: [Egress]\n  egress:\n  - to:\n    - podSelector: {}\n    ports: [{port: 80, protocol: TCP}]\n"


def found(text, pod_addresses=None, *, mine=True):
    policies = read_manifests(Source("shop.yaml", text)).policies
    assert policies
    return [
        (one.code, one.message, one.location.line)
        for one in check_policies(
            CheckedPolicies(policies if mine else (), rules_of_policies(policies, {}), pod_addresses)
        )
    ]


def test_pods_without_dns():
    message = "egress of namespace `shop` is closed, and pods that talk to others have no way to DNS"
    assert found(HEAD + TALK) == [("NP605", message, 7)]


def test_policies_that_somebody_else_judges():
    assert found(HEAD + TALK, mine=False) == []


def test_a_policy_without_a_namespace():
    ((_, message, _),) = found(HEAD.replace(", namespace: shop", "") + TALK)
    assert message.startswith("egress of the unnamed namespace is closed")


def test_the_rule_that_is_advised_is_a_way_to_dns():
    rules = yaml.safe_load(RULE.partition("\n")[2])
    lines = "".join(f"  {line}\n" for line in RULE.splitlines()[1:])
    text = HEAD + TALK + lines
    assert found(text) == []
    assert len(rules) == 1
    assert judged(text).diagnostics == ()


@pytest.mark.parametrize(
    ("block", "pods", "message"),
    [
        ("{cidr: 10.0.0.0/8}", ("10.244.0.0/16",), "`10.0.0.0/8` holds addresses of pods"),
        ("{cidr: 10.244.3.0/24}", ("192.0.2.0/24", "10.244.0.0/16"), "`10.244.3.0/24` holds addresses of pods"),
        ("{cidr: 0.0.0.0/0, except: [10.0.0.0/9]}", ("10.244.0.0/16",), "`0.0.0.0/0` holds addresses of pods"),
        ("{cidr: 'fd00::/8'}", ("fd00:10:244::/56",), "`fd00::/8` holds addresses of pods"),
    ],
)
def test_blocks_with_pods(block, pods, message):
    text = f"{HEAD}  policyTypes: [Ingress]\n  ingress:\n  - from:\n    - ipBlock: {block}\n"
    assert found(text, pods) == [("NP609", message, 8)]
    assert found(text) == found(text, ()) == []
    assert found(text.replace("[Ingress]", "[Egress]"), pods) == []


@pytest.mark.parametrize(
    "block",
    ["{cidr: 0.0.0.0/0}", "{cidr: 192.0.2.0/24}", "{cidr: 10.0.0.0/8, except: [10.244.0.0/16]}", "{cidr: '::/0'}"],
)
def test_blocks_without_pods_or_with_everybody(block):
    text = f"{HEAD}  policyTypes: [Egress]\n  egress:\n  - to:\n    - ipBlock: {block}\n"
    assert found(text, ("10.244.0.0/16", "fd00:10:244::/56")) == []
