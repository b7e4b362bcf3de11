import pytest
import yaml

from netpolc.delivery.resource_list import APIS, identity, read_resource_list, write_document, write_resource_list
from netpolc.delivery.results import results
from netpolc.delivery.writing import write_item
from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Source, Span
from tests.rows import each_row


def read(text):
    return read_resource_list(Source("<stdin>", text))


@pytest.mark.parametrize("api", APIS)
def test_each_version_answers_in_kind(api):
    given = read(f"apiVersion: {api}\nkind: ResourceList\nitems:\n- a: 1\n- b\nfunctionConfig: {{x: y}}\n")
    text = write_resource_list(given, map(write_item, given.items), None)
    assert yaml.safe_load(text) == {
        "apiVersion": api,
        "kind": "ResourceList",
        "items": [{"a": 1}, "b"],
        "functionConfig": {"x": "y"},
    }


@pytest.mark.parametrize("rest", ["", "items:\n", "items: []\n", "items: null\nfunctionConfig: null\n"])
def test_nothing_given_is_nothing_answered(rest):
    given = read(f"apiVersion: {APIS[0]}\nkind: ResourceList\n{rest}")
    assert write_resource_list(given, [], None) == f"apiVersion: {APIS[0]}\nkind: ResourceList\nitems: []\n"


@each_row(
    "document",
    [
        "a: 1\nb: [2]\n",
        "\n# above\na: 1\n\n# below\nb: |\n  x\n\n  y\n",
        '{"a": 1,\n"b": "x y"}\n',
        'a: "x\\\n  y"\nb:\n- 1\n-\n  - 2\n',
        "a: |+\n  x\n\nb: 1\n",
        "plain",
    ],
)
def test_a_document_is_an_item(document):
    assert yaml.safe_load(write_document(document)) == [yaml.safe_load(document)]
    assert yaml.safe_load(write_document(document) + "- 2\n") == [yaml.safe_load(document), 2]


@pytest.mark.parametrize(
    "item", ["metadata: 1", "metadata: {annotations: [], labels: a, name: [], namespace: {}}", "kind: null"]
)
def test_an_object_that_says_nothing_of_itself(item):
    given = read(f"apiVersion: {APIS[0]}\nkind: ResourceList\nitems:\n- {{{item}}}\n")
    one = identity(given.items[0])
    assert (one.api, one.kind, one.namespace, one.name, one.labels, one.orchestration) == ("", "", None, "", (), ())


def test_results_are_sorted_by_place_and_each_is_one_line():
    source = Source("a.netpol", "one\ntwo\n")
    found = [
        Diagnostic(code="NP301", severity="note", message="b\nc", location=Location(source, Span(4, 5))),
        Diagnostic(code="NP301", severity="error", message="a", location=Location(source, Span(0, 1)), help="x\ny"),
    ]
    written = write_resource_list(read(f"apiVersion: {APIS[0]}\nkind: ResourceList\n"), [], results(found))
    assert [(one["message"], one["severity"], one["tags"]) for one in yaml.safe_load(written)["results"]] == [
        ("a.netpol:1:1: a (help: x y)", "error", {"code": "NP301", "line": "1", "column": "1"}),
        ("a.netpol:2:1: b c", "info", {"code": "NP301", "line": "2", "column": "1"}),
    ]
    assert results([]) is None
