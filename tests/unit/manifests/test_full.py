import pytest

from netpolc.manifests.full import read_full
from netpolc.manifests.nodes import DEEPEST, Scalar, UnreadableError
from tests.rows import each_row
from tests.unit.manifests.kubernetes import FACTS, shape, typed, value

# What netpolc refuses though Kubernetes does not: there, the rest of such a text is dropped without a word, a mark is
# made a part of a key, or a tag is ignored.
STRICTER = {
    "a: 1\n...\nb: 2\n",
    " a: 1\nb: 2\n",
    "'a':1\n",
    '"a":1\n',
    "# c\n\ufeffa: 1\n",
    "a: !!python/object/apply:os.system [x]\n",
}
LAXER = {'a: "\\/"\n'}
UNORDERED = {'1: a\n"1": b\n', "true: 1\ny: 2\n", "1.0: a\n1: b\n", "1e3: a\n1000: b\n"}
"""Keys that become the same text: which of them counts is chance to Kubernetes."""


@each_row("fact", FACTS["documents"])
def test_a_document_is_what_it_is_to_kubernetes(fact):
    text = fact["text"]
    if ("error" in fact and text not in LAXER) or text in STRICTER or text.count("[") >= DEEPEST:
        with pytest.raises(UnreadableError) as caught:
            read_full(text, 0)
        assert 0 <= caught.value.start <= caught.value.end <= len(text) + 1
        return
    root, repetitions = read_full(text, 0)
    if text in LAXER:
        assert "error" in fact
    elif text in UNORDERED:
        assert repetitions
    else:
        assert typed(None if root is None else value(root)) == typed(fact["json"])


def fault_of(text):
    with pytest.raises(UnreadableError) as caught:
        read_full(text, 100)
    return caught.value.message, text[caught.value.start - 100 : caught.value.end - 100]


@each_row(
    "text, message, place",
    [
        ("a: *nope", "no anchor `&nope` comes before this alias", "*nope"),
        ("a: &a [*a]", "the value of the anchor `&a` contains itself", "*a"),
        ("a: &a\n  b: {c: *a}", "the value of the anchor `&a` contains itself", "*a"),
        ("a: !!int x", "`x` is no `!!int`", "!!int x"),
        ("a: !!binary x", "this is no base64, as `!!binary` takes it", "!!binary x"),
        ("a: !!python/object/apply:os.system [x]", "the tag asks for an object of Python", None),
        ("!!python/name:os.system x", "the tag asks for an object of Python", None),
        ("é: {<<: 5}", "`<<` takes a mapping, or a list of mappings", "<<"),
        ("[a, b]: c", "a key is a list or a mapping", "[a, b]"),
        ("~: c", "a key is `~`, which is no text", "~"),
        (": c\n", "did not find expected key", None),
        ("a: \x01", "the character U+0001 cannot stand here in YAML", "\x01"),
        ("a: \ud800", "the character U+D800 cannot stand here in YAML", "\ud800"),
        ("a: .inf", "`.inf` is a number that JSON cannot hold", ".inf"),
        ("[" * (DEEPEST + 1), f"collections nest deeper than {DEEPEST} levels", "["),
        ("a: 1\n...\n{b: 2}", "did not find expected <document start>", "{"),
    ],
)
def test_a_fault_is_shown_where_it_is(text, message, place):
    found, where = fault_of(text)
    assert found == message
    if place is not None:
        assert where == place


def test_a_tab_and_a_loose_colon_are_explained():
    with pytest.raises(UnreadableError) as caught:
        read_full("a:\n\tb: 1", 0)
    assert caught.value.advice == "indent with spaces"
    with pytest.raises(UnreadableError) as caught:
        read_full("a: b: c", 0)
    assert caught.value.advice == "write text that holds `: ` in quotes"


def test_repeated_keys_are_found_and_the_last_counts():
    root, (one, other) = read_full("a: 1\nb: {c: 1, 'c': 2}\n\"a\": 3\n", 10)
    assert value(root) == {"a": 3, "b": {"c": 2}}
    assert (one.key, one.first, one.second) == ("c", (19, 20), (25, 28))
    assert (other.key, other.first, other.second) == ("a", (10, 11), (33, 36))


def test_a_merged_key_is_no_repetition():
    root, repetitions = read_full("a: &a {x: 1}\nb:\n  x: 2\n  <<: *a\nc:\n  <<: *a\n  x: 3\n", 0)
    assert value(root) == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 3}}
    assert not repetitions


def test_places_are_offsets_of_the_source_in_code_points():
    root, _ = read_full('é: "\U0001f600"\nb: [x,\n  y]\n', 5)
    assert shape(root) == (
        5,
        23,
        [("é", 5, ("\U0001f600", False, 8, 11)), ("b", 12, (15, 23, [("x", True, 16, 17), ("y", True, 21, 22)]))],
    )


def test_an_empty_document_is_none():
    assert read_full("# nothing\n", 0) == (None, [])
    assert read_full("~", 0)[0] == Scalar("~", 0, 1)


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
HUGE = {
    "a billion laughs": BOMB,
    "many small aliases": "a: &a [" + "x, " * 1000 + "]\nb: [" + "*a, " * 5000 + "]\n",
    "merged laughs": "a: &a {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\nb:\n" + "- {<<: *a}\n" * 2000,
    "brackets": "[" * 1_000_000,
    "braces": "{" * 1_000_000,
    "question marks": "? " * 200_000,
    "dashes": "- " * 200_000,
    "colons": "a: " * 200_000,
    "indents": "".join(" " * n + "a:\n" for n in range(1500)),
    "anchors": "&a " * 200_000,
    "quotes": '"' * 199_999,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_hostile_text_ends_soon(text):
    with pytest.raises(UnreadableError):
        read_full(text, 0)


def test_aliases_in_measure_are_fine():
    root, _ = read_full("a: &a [" + "x, " * 50 + "]\nb: [" + "*a, " * 40 + "]\n", 0)
    assert len(root.fields["b"].items) == 40
