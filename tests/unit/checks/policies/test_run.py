import re
from pathlib import Path

import pytest
import yaml

import netpolc
from netpolc.checks.policies.checked_policies import CheckedPolicies
from netpolc.checks.policies.no_dns import rule_for
from netpolc.checks.policies.run import check_policies
from netpolc.diagnostics import human
from netpolc.diagnostics.codes import BY_CODE
from netpolc.ecosystem.cluster_dns import DNS_SERVERS
from netpolc.engine.from_policies import rules_of_policies
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.unit.manifests.layouts import judged

PAGES = Path(__file__).parents[4] / "docs" / "codes"
FENCE = re.compile(r"^```(?:yaml file|text)[^\n]*\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
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


@pytest.mark.parametrize("server", DNS_SERVERS, ids=lambda each: each.name)
def test_the_rule_that_is_advised_is_a_way_to_dns(server):
    rule = rule_for(server)
    rules = yaml.safe_load(rule.partition("\n")[2])
    lines = "".join(f"  {line}\n" for line in rule.splitlines()[1:])
    text = HEAD + TALK + lines
    assert found(text) == []
    assert len(rules) == 1
    assert judged(text).diagnostics == ()


@pytest.mark.parametrize(
    ("toml", "more", "namespace"),
    [
        ("", "", "kube-system"),
        ("", "kind: Namespace\nmetadata: {name: openshift-monitoring}", "openshift-dns"),
        ("", "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web, namespace: shop}", "openshift-dns"),
        ('platform = "openshift"', "", "openshift-dns"),
        ('platform = "cilium"', "kind: Namespace\nmetadata: {name: openshift-monitoring}", "kube-system"),
    ],
)
def test_the_way_that_is_advised_is_that_of_the_platform(toml, more, namespace):
    more = more if more.startswith("apiVersion") or not more else f"apiVersion: v1\n{more}"
    files = {"netpolc.toml": toml, "shop.yaml": f"{HEAD}{TALK}---\n{more}\n"}
    (finding,) = (
        each for each in netpolc.check(netpolc.workspace(files), ["shop.yaml"]).diagnostics if each.code == "NP605"
    )
    assert finding.help.startswith(f"let them ask cluster DNS in `{namespace}`")


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
    assert {code for code, *_ in found(text, ("10.244.0.0/16", "fd00:10:244::/56"))} <= {"NP606"}


@pytest.mark.parametrize("code", ["NP635", "NP636"])
def test_pages_are_true(code, request):
    page = PAGES / BY_CODE[code].page
    text = page.read_text("utf-8")
    broken, shown, mended = (found.span("body") for found in list(FENCE.finditer(text))[:3])
    said = [one for one in judged_together(text[slice(*broken)]) if one.code == code]
    rendered = human.render(said, color=False, width=100)
    assert said
    assert not [one for one in judged_together(text[slice(*mended)]) if one.code == code]
    if request.config.getoption("--update-golden"):
        page.write_text(text[: shown[0]] + rendered + text[shown[1] :], "utf-8")
    else:
        assert text[slice(*shown)] == rendered


def judged_together(text):
    policies = read_manifests(Source("shop.yaml", text)).policies
    return list(check_policies(CheckedPolicies(policies, rules_of_policies(policies, {}))))
