import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.unit.manifests.layouts import judged

CODE = "NP514"
DEAD = "net.beta.kubernetes.io/network-policy"
HEAD = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{HEAD}  annotations:\n    {DEAD}: |\n      {{'ingress': {{'isolation': 'DefaultDeny'}}}}\n", DEAD),
        (f'{HEAD}  annotations: {{a: b, "{DEAD}": ""}}\n', f'"{DEAD}"'),
        (f"{HEAD}  annotations:\n    {DEAD}:\n", DEAD),
    ],
)
def test_the_annotation_that_once_denied(text, place):
    (found,) = judged(text).diagnostics
    assert (found.code, found.severity, found.location.text) == (CODE, "warning", place)
    assert judged(text).namespaces == read_manifests(Source("shop.yaml", text)).namespaces
    assert not read_manifests(Source("shop.yaml", text)).diagnostics


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        f"{HEAD}  annotations:\n",
        f'{HEAD}  annotations: {{kubectl.kubernetes.io/last-applied-configuration: \'{{"{DEAD}": ""}}\'}}\n',
        f"{HEAD}  labels: {{{DEAD}: x}}\n",
        f"apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: {{{DEAD}: x}}\nspec: {{}}\n",
    ],
)
def test_other_annotations_and_other_objects(text):
    assert not judged(text).diagnostics


def test_a_namespace_that_is_refused_has_its_own_errors():
    found = judged(f"apiVersion: v1\nkind: Namespace\nmetadata: {{annotations: {{{DEAD}: x}}}}\n")
    assert (found.namespaces, [one.code for one in found.diagnostics]) == ((), ["NP401", CODE])
    assert not [one.code for one in judged("apiVersion: v1\nkind: Namespace\nmetadata: []\n").namespaces]
