import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from netpolc.delivery import writing
from netpolc.delivery.writing import LONGEST_KEY, UnwritableError, text_node, write_field, write_item
from netpolc.manifests.nodes import Mapping, Scalar
from netpolc.manifests.scalars import value_of
from netpolc.manifests.stream import read_documents
from tests.rows import each_row

READERS = [yaml.SafeLoader, yaml.CSafeLoader]

# Whatever YAML has trouble with: words of other types, breaks that only some readers know, marks at the margins.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(st.sampled_from("ab:#-?|>'\"{}[]%@`&*!, \t\n\r\x85\u2028\ufeff\\é"), max_size=12),
    st.sampled_from(["", "y", "no", "1e3", "0o7", "08", "~", "null", "<<", "=", "---", "a\n", "a\n\n", "\na", " a\nb"]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=20,
)


def node_of(text):
    (document,) = (document for document in read_documents(text) if document.roots)
    return document.roots[0]


def given_node(value):
    return node_of(json.dumps({"value": value})).fields["value"]


def meaning(node):
    """What Kubernetes makes of a node."""
    match node:
        case Scalar():
            return value_of(node)
        case Mapping():
            return {key: meaning(value) for key, value in node.fields.items()}
    return [meaning(item) for item in node.items]


@given(VALUES)
def test_every_reader_reads_what_was_there(value):
    node = given_node(value)
    written = write_field("given", node)
    assert meaning(node_of(written)) == {"given": meaning(node)} == {"given": value}
    for reader in READERS:
        assert yaml.load(written, reader) == {"given": value}  # noqa: S506 -- both are safe


@given(st.lists(VALUES, max_size=3))
def test_items_stand_one_after_another(values):
    written = "".join(write_item(given_node(value)) for value in values)
    for reader in READERS:
        assert (yaml.load(written, reader) or []) == values  # noqa: S506 -- as above
    assert "---" not in [line[:3] for line in written.splitlines()]


@each_row("text", ["yes", "1e3", "012", "0x1F", "1_000", "1:30", "2024-01-02", ".5", "1.10", "~", "0o10", "é", "a b"])
def test_a_plain_scalar_keeps_its_spelling(text):
    assert write_field("a", node_of(f"a: {text}").fields["a"]) == f"a: {text}\n"


@each_row(
    "given, written",
    [
        ("a:\n", "a: null\n"),
        ("a: {}\n", "a: {}\n"),
        ("a: []\n", "a: []\n"),
        ("a: [[1, [2]], {b: {c: d}, e: [f]}]\n", "a:\n  - - 1\n    - - 2\n  - b:\n      c: d\n    e:\n      - f\n"),
        ("a: !!str 5\n", 'a: "5"\n'),
        ("a: !!binary aGk=\n", "a: hi\n"),
        ("a: one\n  two\n", "a: one two\n"),
        ("a: one\n\n  two\n", "a: |-\n  one\n  two\n"),
        ("a: |\n  x\n\n    y\n", "a: |\n  x\n\n    y\n"),
        ("a: |+\n  x\n\n", 'a: "x\\n\\n"\n'),
        ("a: |2\n    x\n  y\n", 'a: "  x\\ny\\n"\n'),
        ("a: &x {b: 1}\nc: *x\n", "a:\n  b: 1\nc:\n  b: 1\n"),
        ("base: &b {x: 1}\na: {<<: *b, z: 2}\n", "base:\n  x: 1\na:\n  x: 1\n  z: 2\n"),
        ('{"8080": 1, "y": 2, "a b": 3}', '"8080": 1\n"y": 2\n"a b": 3\n'),
    ],
)
def test_forms(given, written):
    node = node_of(given)
    assert (
        "".join(
            write_field(json.dumps(key) if key in {"8080", "y", "a b"} else key, value)
            for key, value in node.fields.items()
        )
        == written
    )


def test_a_wall_of_aliases_is_refused(monkeypatch):
    monkeypatch.setattr(writing, "LARGEST", 10_000)
    rows = "".join("- *x\n" for _ in range(200))
    node = node_of(f"- &x {'a' * 100}\n{rows}")
    with pytest.raises(UnwritableError, match="longer than"):
        write_field("a", node)


def test_a_key_that_no_parser_would_find_the_end_of_is_refused():
    assert write_field("a", node_of(json.dumps({"k" * LONGEST_KEY: 1})))
    with pytest.raises(UnwritableError, match="a key of more than"):
        write_field("a", node_of(json.dumps({"k" * (LONGEST_KEY + 1): 1})))


def test_the_deepest_nesting_that_is_read_is_written():
    depth = 490
    node = node_of("[" * depth + "]" * depth)
    assert write_field("a", node).count("-") == depth - 1


def test_texts_of_our_own_are_texts():
    assert write_field("a", text_node("true")) == 'a: "true"\n'
