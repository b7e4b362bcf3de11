import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.manifests.full import read_full
from netpolc.manifests.json_text import read_json
from netpolc.manifests.nodes import DEEPEST, Repetition, UnreadableError
from netpolc.manifests.stream import begins_as_json
from tests.unit.manifests.kubernetes import shape, value

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=15,
)


@given(st.lists(VALUES, max_size=4), st.sampled_from([None, 1]), st.booleans())
def test_values_are_read_one_after_another(values, indent, ascii_only):
    text = " ".join(json.dumps(one, indent=indent, ensure_ascii=ascii_only) for one in values)
    roots, repetitions = read_json(text, 0)
    assert [value(root) for root in roots] == values
    assert not repetitions
    for root, expected in zip(roots, values, strict=True):
        assert json.loads(text[root.start : root.end]) == expected


@given(
    st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), st.integers() | st.from_regex("[a-z]", fullmatch=True))
)
def test_simple_json_is_read_as_yaml_is(fields):
    text = json.dumps(fields)
    assert shape(read_json(text, 3)[0][0]) == shape(read_full(text, 3)[0])


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("{a: 1}", "expecting property name enclosed in double quotes", 1),
        ('{"a": 1,}', None, None),
        ('{"a": NaN}', "`NaN` is no value of JSON", 0),
        ('{"a": 1} }', "expecting value", 9),
        ('{"a": "x\ty"}', "invalid control character at", 8),
        ("[" * 100_000, f"values nest deeper than {DEEPEST} levels", 0),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), f"values nest deeper than {DEEPEST} levels", DEEPEST),
        ("[", "expecting value", 1),
    ],
    ids=lambda text: str(text)[:12],
)
def test_anything_else_is_a_fault(text, message, at):
    with pytest.raises(UnreadableError) as caught:
        read_json(text, 10)
    if message is not None:
        assert (caught.value.message, caught.value.start) == (message, 10 + at)


def test_repeated_keys_are_found_and_the_last_counts():
    roots, repetitions = read_json('{"a": 1, "\\u0061": {"b": 2}}', 10)
    assert value(roots[0]) == {"a": {"b": 2}}
    assert repetitions == [Repetition("a", (11, 14), (19, 27))]


def test_a_lone_surrogate_is_replaced_as_by_go():
    assert value(read_json('["\\ud800x", "\\ud83d\\ude00"]', 0)[0][0]) == ["\ufffdx", "\U0001f600"]


def test_numbers_of_any_length_are_read():
    assert read_json("9" * 100_000, 0)[0][0].text == "9" * 100_000


def test_only_what_begins_with_a_brace_is_tried():
    assert begins_as_json("\n\t {")
    assert not begins_as_json("[]")
    assert not begins_as_json("")
