import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {}\n"


def said(text, *, named):
    found = read_manifests(Source("shop.yaml", text), named=named).diagnostics
    return [(one.code, one.severity, one.message) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "- hosts: all\n  tasks: []\n",
        "- {op: add, path: /spec, value: {}}\n",
        "[1, 2]",
        "[[1], {a: b}]",
        "[]",
        "- apiVersion: v1\n- kind: Pod\n",
        "just text",
        '"text"',
        "5",
        "true",
    ],
)
def test_a_value_that_is_no_mapping_is_foreign_where_it_was_only_found(text):
    message = "this is no object of Kubernetes"
    assert said(text, named=False) == [("NP414", "warning", message)]
    assert said(text, named=True) == [("NP414", "error", message)]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("apiVersion: 1\ndatasources: []\n", "kind"),
        ("apiVersion: v1\nentries: {}\n", "kind"),
        ('{"kind": "collectionType", "collectionName": "a"}', "apiVersion"),
        ("kind: [a]\n", "kind"),
        ("replicas: 3\n", "kind"),
    ],
)
def test_a_mapping_with_kinds_of_its_own_is_foreign_where_it_was_only_found(text, lacks):
    message = f"this is no object of Kubernetes: it has no `{lacks}`"
    assert said(text, named=False) == [("NP414", "warning", message)]


@pytest.mark.parametrize(
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
        "a: [",
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
    assert [one.severity for one in found.diagnostics] == ["warning"]
