"""What is doubtful about cluster-wide policies, and what answers from them rest on."""

import re
from pathlib import Path

import pytest

from netpolc import compile_text
from netpolc.checks.options import CheckOptions
from netpolc.cluster.check import check_inputs
from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.workspace import Workspace
from tests.unit.engine.test_from_tier_policies import CLOSED, OTHERS, plain, tier

CODES = Path(__file__).parents[4] / "docs" / "codes"
ACCEPT, DENY = (f"ingress:\n- action: {each}\n  from: [{{namespaces: {{}}}}]" for each in ("Accept", "Deny"))
OUTWARD = plain("{podSelector: {}, policyTypes: [Egress], egress: [{}]}")
BASELINE = tier(DENY, tier="Baseline")


def found(folder, *texts, finality="pod", **files):
    """The codes of what `check` finds in manifests, and in other files by their names."""
    for name, text in {
        "tiers.yaml": "".join(texts),
        **{f"{name}.netpol": text for name, text in files.items()},
    }.items():
        (folder / name).write_text(text, "utf-8")
    inputs = read_inputs([path.name for path in folder.iterdir()], Workspace(folder))
    options = CompileOptions(checks=CheckOptions(finality=finality, thorough=True))
    return [each.code for each in check_inputs(inputs, [options], fits=False).diagnostics if each.code != "NP606"]


@pytest.mark.parametrize("code", ["NP437", "NP520", "NP660", "NP661", "NP662"])
def test_the_pages_of_codes_raise_them(code, tmp_path):
    bad, good = re.findall(r"```yaml\n(.*?)```", (CODES / f"{code}.md").read_text("utf-8"), re.DOTALL)
    assert found(tmp_path, bad) == [code]
    assert found(tmp_path, good) == []


def test_equal_priorities_do_not_matter_where_policies_agree_or_do_not_meet(tmp_path):
    one = tier(ACCEPT, name="one")
    other = tier(ACCEPT, name="other")
    apart = tier(DENY, name="apart", subject="{namespaces: {matchLabels: {tenant: b}}}")
    assert found(tmp_path, one, other, apart) == []
    assert found(tmp_path, one, tier(DENY, name="other")) == ["NP437"]
    assert found(tmp_path, one, tier(DENY, name="other", tier="Baseline")) == []


def test_a_rule_is_shadowed_by_policies_that_go_before(tmp_path):
    wide = tier(DENY, name="wide", subject="{namespaces: {}}")
    assert found(tmp_path, wide, tier(OTHERS, name="narrow", priority=2)) == ["NP520"]
    assert found(tmp_path, tier(OTHERS, name="narrow", priority=0), wide) == []


def test_a_baseline_is_switched_off_only_where_it_denies_and_where_that_is_final(tmp_path):
    assert found(tmp_path, BASELINE, OUTWARD) == ["NP662"]
    assert found(tmp_path, BASELINE, OUTWARD, finality="direction") == []
    assert found(tmp_path, tier(ACCEPT, tier="Baseline"), OUTWARD) == []
    assert found(tmp_path, BASELINE, OUTWARD, CLOSED.replace("own", "closed")) == []


def test_what_tiers_may_open_is_not_said_to_be_closed(tmp_path):
    lone = plain("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}], policyTypes: [Ingress, Egress]}")
    assert "NP518" in found(tmp_path, lone)
    assert found(tmp_path, lone, tier("egress:\n- action: Accept\n  to: [{namespaces: {}}]")) == []


GUARDRAILS = """
always allow monitoring/* -> */*:9090
default deny shop/* -> {0.0.0.0/0, ::/0}:*
namespace shop
"""
POD = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: lab}, spec: {containers: [{name: a, image: a}]}}"


def test_guardrails_of_a_program_may_open_what_is_said_to_be_closed(tmp_path):
    lone = "namespace shop\nbaseline deny all\nweb -> db:80 egress\n"
    opened = "always allow shop/web -> shop/db:80\nalways allow */* -> kube-system/[k8s-app=kube-dns]:{53, 53/udp}\n"
    assert found(tmp_path, shop=lone) == ["NP518", "NP605"]
    assert found(tmp_path, shop=opened + lone) == []
    needless = lone.replace("egress", "egress # netpolc: ignore[NP518] why")
    assert found(tmp_path, shop=opened + needless) == ["NP504"]
    assert found(tmp_path, shop=f"always allow shop/web -> shop/db:81\n{needless}") == ["NP605"]


DNS = "{pods: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {}}}"
TO_DNS = f"egress:\n- action: Accept\n  to: [{DNS}]"
SHOP = "{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}"


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        (tier(DENY), ["NP605"]),
        (tier(TO_DNS), ["NP605"]),
        (tier(TO_DNS, subject=SHOP), []),
        (tier(TO_DNS, subject=SHOP, tier="Baseline"), ["NP605"]),
    ],
)
def test_tiers_of_manifests_may_let_the_pods_of_a_program_out_to_dns(tmp_path, beside, expected):
    lone = "namespace shop\nbaseline deny egress\nweb -> db:80\n"
    assert [each for each in found(tmp_path, beside, shop=lone) if each == "NP605"] == expected


TALK = "- action: Accept\n  to: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: data}}}]\n"
REST = "- action: Deny\n  to: [{namespaces: {}}]\n"
TO_PORT = "- action: Deny\n  to: [{namespaces: {}}]\n  protocols: [{udp: {destinationPort: {number: 53}}}]\n"


@pytest.mark.parametrize(
    ("rules", "more", "expected"),
    [
        (TALK + REST, (), ["NP605"]),
        (TALK + TO_DNS.removeprefix("egress:\n") + "\n" + REST, (), []),
        (TALK + REST, (tier(TO_DNS, subject=SHOP),), []),
        (TALK + REST, (tier(TO_DNS, name="other", priority=2, subject=SHOP, tier="Baseline"),), []),
        (TALK + REST, (plain("{podSelector: {}, policyTypes: [Egress], egress: [{}]}", namespace="shop"),), []),
        (TALK + TO_PORT, (), []),
        (REST + TALK, (), []),
        (REST, (), []),
        (TALK, (), []),
    ],
)
def test_pods_that_only_a_baseline_closes_need_dns(tmp_path, rules, more, expected):
    closing = tier(f"egress:\n{rules}", name="closing", subject=SHOP, tier="Baseline")
    assert [each for each in found(tmp_path, closing, *more) if each == "NP605"] == expected


def test_pods_that_only_guardrails_judge_are_not_said_to_be_open(tmp_path):
    for text, expected in (("", ["NP616"]), ("default deny */* -> */*:*", [])):
        (tmp_path / "shop.netpol").write_text(f"{text}\nnamespace shop\nweb -> db:80\n")
        (tmp_path / "pod.yaml").write_text(POD)
        inputs = read_inputs(["shop.netpol", "pod.yaml"], Workspace(tmp_path))
        said = check_inputs(inputs, [CompileOptions()], fits=True).diagnostics
        assert [each.code for each in said if each.code == "NP616"] == expected


def test_guardrails_of_a_program_are_switched_off_too(tmp_path):
    assert found(tmp_path, shop=f"{GUARDRAILS}baseline deny ingress\nweb -> db:80") == ["NP662"]
    assert found(tmp_path, shop=f"{GUARDRAILS}baseline deny ingress\nbaseline deny egress\n") == []
    assert found(tmp_path, shop=f"{GUARDRAILS}baseline deny ingress\n", finality="direction") == []


def test_what_netpolc_wrote_is_not_said_to_be_shadowed(tmp_path):
    wide = tier("egress:\n- action: Deny\n  to: [{namespaces: {}}]", name="wide", subject="{namespaces: {}}")
    built = compile_text("always deny a/* -> 10.0.0.0/8:*").files
    assert found(tmp_path, wide, *(f"---\n{text}" for text in built.values())) == []
    assert found(tmp_path, wide, guard="always deny a/* -> 10.0.0.0/8:*") == []


def test_a_policy_that_a_program_becomes_may_not_be_there_already(tmp_path):
    text = "always deny */* -> vault/*:8200"
    assert found(tmp_path, *compile_text(text).files.values(), guard=text) == ["NP417"]


def test_assertions_are_proved_over_tiers_and_all_policies(tmp_path):
    namespaces = "".join(
        f"---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{tenant: {name}}}}}}}\n"
        for name in "ab"
    )
    program = "namespace a\nbaseline deny ingress\n*/* -> [app=web]:80\nassert {}\n"
    asserted = "deny b/* -> [app=web]:80", "allow b/* -> [app=web]:80"
    for text, tiers, held in ((asserted[0], False, False), (asserted[0], True, True), (asserted[1], True, False)):
        said = found(tmp_path, namespaces, tier(OTHERS) if tiers else "", shop=program.format(text))
        assert ("NP701" not in said) is held, said
