import pytest

from netpolc.manifests.model import DOCUMENT
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {}\n"


def said(text, *, named):
    found = read_manifests(Source("shop.yaml", text), named=named).diagnostics
    return [(one.code, one.severity, one.message) for one in found]


def left_out(text):
    return read_manifests(Source("shop.yaml", text), named=False).skipped.get(DOCUMENT, 0)


@each_row(
    "text, what",
    [
        ("- hosts: all\n  tasks: []\n", "no object of Kubernetes"),
        ("- {op: add, path: /spec, value: {}}\n", "a JSON patch"),
        ('[{"op": "remove", "path": "/spec"}, {"op": "test", "path": "/a", "value": 1}]', "a JSON patch"),
        ("- {op: add, path: /spec, value: {}}\n- a\n", "no object of Kubernetes"),
        ("[1, 2]", "no object of Kubernetes"),
        ("[[1], {a: b}]", "no object of Kubernetes"),
        ("[]", "no object of Kubernetes"),
        ("- apiVersion: v1\n- kind: Pod\n", "no object of Kubernetes"),
        ("just text", "no object of Kubernetes"),
        ('"text"', "no object of Kubernetes"),
        ("5", "no object of Kubernetes"),
        ("true", "no object of Kubernetes"),
    ],
)
def test_a_value_that_is_no_mapping_is_an_error_only_where_it_was_named(text, what):
    assert (said(text, named=False), left_out(text)) == ([], 1)
    assert said(text, named=True) == [("NP414", "error", f"this is {what}")]


@each_row(
    "text",
    [
        "apiVersion: 1\ndatasources: []\n",
        "apiVersion: v1\nentries: {}\n",
        '{"kind": "collectionType", "collectionName": "a"}',
        "kind: [a]\n",
        "replicas: 3\n",
        "kind: DaemonSet\nspec: {replicas: 3}\n",
        "metadata: {name: values}\nspec: {egress: true}\n",
        "a: [",
        "a: {{ .Values.a }}\n",
    ],
)
def test_a_file_of_another_tool_is_left_out_where_it_was_only_found(text):
    assert (said(text, named=False), left_out(text)) == ([], 1)
    assert [code for code, _, _ in said(text, named=True)] in (["NP414"], ["NP120"], ["NP122"], ["NP411"])


@each_row(
    "text",
    [
        f"- {POD}".replace("\n", "\n  "),
        f"- a\n- {POD}".replace("\n", "\n  ").replace("a\n  -", "a\n-"),
        "kind: NetworkPolicy\nmetadata: {name: x}\n",
        "kind: NetworkPolicy\nspec: {}\n",
        "apiVersion: networking.k8s.io/v1\nspec: {podSelector: {}}\n",
        "apiVersion: 1\nkind: NetworkPolicy\nmetadata: {}\n",
        "apiVersion: v1\nkind: List\nitems: [~]\n",
        "apiVersion: v1\nkind: List\nitems: [[]]\n",
        "kind: Pod\napiVersion: v1\na: [",
        "spec: {podSelector: {}}\napiVersion: v1\n",
        "kind: networkpolicy\n",
    ],
)
def test_what_may_be_a_policy_is_an_error_wherever_it_is(text):
    assert said(text, named=False) == said(text, named=True)
    assert [severity for _, severity, _ in said(text, named=False)] == ["error"]


@pytest.mark.parametrize("text", ["", "~", "{}", "# a comment", POD])
def test_nothing_is_said_of_nothing_and_of_objects(text):
    assert said(text, named=False) == []


def test_a_foreign_document_hides_no_other():
    found = read_manifests(Source("shop.yaml", f"{POD}---\n- a\n---\n{POD.replace('x', 'z')}"), named=False)
    assert [one.name for one in found.workloads] == ["x", "z"]
    assert (found.diagnostics, found.skipped) == ((), {DOCUMENT: 1})
