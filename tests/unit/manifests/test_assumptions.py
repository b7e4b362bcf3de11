import re
from pathlib import Path

import pytest

from netpolc.diagnostics.codes import BY_CODE
from netpolc.ecosystem.isolating_kinds import ISOLATING_KINDS
from netpolc.manifests.assumptions import assumptions
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

ROOT = Path(__file__).parents[3]
ROLLOUT = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: NAME}\n"
    "spec: {template: {spec: {containers: []}}}\n"
)
ATTACHED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, annotations: {k8s.v1.cni.cncf.io/networks: a}}\nspec: {}\n"
)


def said(*texts):
    parts = [read_manifests(Source(f"{number}.yaml", text)) for number, text in enumerate(texts)]
    return list(assumptions(combine(parts)))


def brief(found):
    return [(one.code, one.severity, one.message) for one in found]


@pytest.mark.parametrize("code", ["NP415", "NP418", "NP419"])
def test_pages_are_true(code):
    page = (ROOT / "docs" / "codes" / BY_CODE[code].page).read_text("utf-8")
    broken, mended = (
        said(re.search(rf"^## {name}\n\n```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[1])
        for name in ("An example", "Fixed")
    )
    assert [one.code for one in broken] == [code]
    assert not mended


def test_a_kind_that_is_taken_for_workloads_is_said_once():
    one, other = (ROLLOUT.replace("NAME", name) for name in ("one", "other"))
    found = said(f"{one}---\n{other}", ROLLOUT.replace("NAME", "third"))
    assert brief(found) == [
        (
            "NP415",
            "note",
            "`argoproj.io/v1alpha1/Rollout` is unknown here; its pods are taken to be those of its template",
        )
    ]
    assert found[0].location.source.name == "0.yaml"


@pytest.mark.parametrize("each", ISOLATING_KINDS, ids=lambda each: f"{each.group}/{each.kind}")
def test_kinds_that_isolate_pods_are_said_once(each):
    text = f"apiVersion: {each.group}/v1\nkind: {each.kind}\nmetadata: {{name: a}}\n"
    (one,) = said(text, "a: 1", text)
    assert brief([one]) == [("NP419", "warning", f"2 objects of `{each.group}/v1/{each.kind}` are left out")]
    assert (one.location.text, one.location.source.name) == (each.kind, "0.yaml")
    assert one.label == "the first of them"
    assert one.help.startswith(each.does)


def test_policies_of_other_networks_are_policies():
    (one,) = said("apiVersion: k8s.cni.cncf.io/v1beta1\nkind: MultiNetworkPolicy\nmetadata: {name: a}\n")
    assert brief([one]) == [
        ("NP418", "warning", "1 object of `k8s.cni.cncf.io/v1beta1/MultiNetworkPolicy` is left out")
    ]


def test_networks_are_said_where_a_pod_is_on_them():
    network = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {name: a}\n"
    assert brief(said(network)) == [("NP418", "note", "1 object of other kinds is left out")]
    found = said(network, *(ATTACHED.replace("NAME", name) for name in ("one", "other")))
    assert brief(found) == [
        ("NP419", "warning", "pods are on networks beside the cluster's own, to which no NetworkPolicy applies"),
        ("NP418", "note", "1 object of other kinds is left out"),
    ]
    assert found[0].location.source.name == "1.yaml"
