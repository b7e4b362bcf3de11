import json
import re
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from netpolc.manifests.full import read_full
from netpolc.manifests.nodes import DEEPEST, Mapping, Scalar, Sequence, UnreadableError
from netpolc.manifests.plain import read_plain
from netpolc.manifests.untracked import NodeCache, read_untracked
from netpolc.targets.quoting import folded, quote
from tests import goldens
from tests.rows import each_row
from tests.unit.manifests.kubernetes import FACTS, shape

ROOT = Path(__file__).parents[3]
OFFSET = 7


KNOWN = NodeCache()
"""Shared by all texts here, since what one text says must say nothing of another."""


def same(text):
    """Whether the fast reader reads a text, and if so, as the full reader does, and as the one without places does."""
    fast = read_plain(text, OFFSET, {})
    untracked = read_untracked(text, KNOWN)
    if untracked is not None:
        assert fast is not None
        assert content(untracked) == content(fast)
    if fast is None:
        return False
    slow, repetitions = read_full(text, OFFSET)
    assert not repetitions
    if slow is None:
        assert isinstance(fast, Scalar)
        assert (fast.text, fast.plain) == ("", True)
    else:
        assert shape(fast) == shape(slow)
    return True


def content(node):
    """All that a node says, without its places."""
    match node:
        case Scalar(text, _, _, plain):
            return text, plain
        case Sequence(items):
            return [content(item) for item in items]
        case Mapping(fields):
            return {key: content(child) for key, child in fields.items()}


def documents(text):
    return [part for part in re.split(r"^---.*\n", text, flags=re.MULTILINE) if part]


@each_row("path", sorted((ROOT / "examples").rglob("*.yaml")))
def test_what_netpolc_writes_is_plain(path):
    written = "deploy/networkpolicies" in path.as_posix()
    for part in documents(path.read_text("utf-8")):
        assert same(part) or not written
        if written and '"\\\n' not in part and read_full(part, 0)[0] is not None:
            assert read_untracked(part, KNOWN) is not None


def test_goldens_are_read_alike():
    for name, text in goldens.texts(ROOT / "tests" / "golden", ".yaml").items():
        for part in documents(text):
            assert same(part), name


@pytest.mark.parametrize("kind", ["scalars", "documents", "policies"])
def test_both_readers_agree_on_every_known_text(kind):
    assert sum(same(fact["text"]) for fact in FACTS[kind] if not fact["text"].startswith("---")) > 2


PLAIN = [
    "a: b", "a: b # c", "a: b#c", "a:\n- b\n- c\nd: e", "a:\n  - b\n  -   c", "- a\n-  - b\n   - c", "a:",
    "a:\n\n# c\nb:", "a: http://x:80/y", "a:b: c:d", "- a: 1\n  b:\n    c: {}\n- d: []", "a: ''", "a: 'it''s'",
    'a: "\\n\\"\\\\\\x41\\u0041"', "a: b  c", "a: -1", "a: --x", "a: ~", 'f:a: {}\nk:{"x":1}: {}\n.: {}', "a: \\x",
    "a: b\r\nc: d\r\n", "a: x{y},[z]", '"a b": c', "'a b': c", "a: ...", "- ...", "a:    # c\n  b: c",
    "  a: b\n  c: d", "- - - a", "a: x@", 'a: "\\\n  x y\n  z"', 'a: "\\\n    x\n    y"\nb: c', "a: 'x' # c",
    '- "a": b', "a: $(X)", "a: (x)", "a: <<", "a: =", "a: 1\n# é é\nb: 2", '- ""', "a: /x", "a:\n  b:\n    c:\nd: e",
    "a: +x", "a: ;", "a: b\n\n\n", "a: x:y", "a: <", 'a: "\\U0001F600"', "a: '#'", "- a #c", "# only", "", "  ",
    "a.b/c-d_e: f",
]  # fmt: skip


@each_row("text", PLAIN)
def test_plain_text_is_read(text):
    assert same(text)


NOT_PLAIN = [
    "a: b: c", "a: b\n  c", "a: b\n  - c", "a: b\n c: d", "a", "- a\n b: c", "a: {b: c}", "a: [b]", "a: |\n  b",
    "a: &x b", "a: *x", "a: !!str b", "a:\tb", "\ta: b", "a: b\t", "y: b", "no: b", "Null: b", "1: b", "~: b",
    "a: b\na: c", "- ", "-", "a : b", "? a\n: b", "a: \x85", "# \u2028", "# \x01", "a: é", "a: @b", "a: %b", "a: `b",
    "a: ,b", "a: ]", "a: }", "a: ? b", "a: - b", 'a: "b"c', 'a: "\\q"', 'a: "\\ud800"', "a: 'b", 'a: "b', "<<: {}",
    "a: b:", "a: :", "a: .nan", "a:\n    b: 1\n  c: 2", "a:\n- b\n c: d", "\ufeffa: b", "k" * 200 + ": v",
    '"' + "k" * 200 + '": v', "a: b\n- c", "- a\nb: c", "a: b\r c", "- a: b\n   c: d", "- a: b\n c: d", 'a: "\\\n',
    'a: "\\\n  b', 'a: "\\\n\n  b"', "...", "a:#b",
]  # fmt: skip


@each_row("text", NOT_PLAIN)
def test_other_text_is_left_to_the_full_reader(text):
    assert not same(text)


WORDS = st.text(string.printable + "é\x85\u2028\ufeff", max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, '"', "'"]), st.booleans(), st.integers(2, 5))
@settings(max_examples=60)
def test_both_readers_agree_on_what_is_dumped(value, style, flow, indent):
    text = yaml.dump(value, default_style=style, default_flow_style=flow, indent=indent, allow_unicode=True)
    try:
        same(text)
    except UnreadableError:
        pytest.fail("the fast reader reads what the full reader refuses")


LINES = st.builds(
    lambda indent, dashes, key, value, comment: " " * indent + dashes + key + value + comment,
    st.integers(0, 5),
    st.sampled_from(["", "", "", "- ", "-  ", "- - ", "-"]),
    st.sampled_from(["", "a: ", "b: ", "c:", '"d": ', "'e':", "a:b: ", "y: ", "a:", "k{: ", "z : "]),
    st.sampled_from(
        [
            "",
            "",
            "x",
            "1",
            "{}",
            "[]",
            '"q"',
            "'q'",
            "x y",
            "x: y",
            "-1",
            "- x",
            '"\\',
            'x"',
            "|",
            "é",
            "~",
            "x:",
            "x :y",
        ]
    ),
    st.sampled_from(["", "", "", " # c", "#c", " ", "\r", "\t"]),
)


@given(st.lists(LINES, max_size=8))
@settings(max_examples=60)
def test_both_readers_agree_on_lines_at_random(lines):
    try:
        same("\n".join(lines))
    except UnreadableError:
        pytest.fail("the fast reader reads what the full reader refuses")


@given(st.text(string.printable + "é\u2028\U0001f600", max_size=300), st.integers(0, 40))
@settings(max_examples=60)
def test_wrapped_and_quoted_text_is_read_as_it_was(value, indent):
    text = f"{' ' * indent}{quote('key')}: {folded(value, indent + 2, indent + 5, width=40)}\n"
    assert same(text)
    assert read_plain(text, 0, {}).fields["key"].text == value


def test_lines_are_remembered_by_what_they_say_alone():
    known = {}
    first, second = read_plain("a: b\n", 0, known), read_plain("a: b\n", 100, known)
    assert shape(first) == (0, 4, [("a", 0, ("b", True, 3, 4))])
    assert shape(second) == (100, 104, [("a", 100, ("b", True, 103, 104))])


def test_too_deep_is_left_to_the_full_reader():
    deep = "".join(" " * n + "a:\n" for n in range(DEEPEST + 5))
    assert read_plain(deep, 0, {}) is None
    assert read_plain("- " * (DEEPEST + 5) + "a", 0, {}) is None
    assert read_plain("a: &x\n", 0, {}) is None
    deepest = "".join(" " * n + "a:\n" for n in range(DEEPEST - 1))
    assert read_plain(deepest, 0, {}) is not None


@pytest.mark.parametrize(
    "text",
    ["a: " + "x " * 500_000 + ":", 'a: "' + "\\n" * 500_000, "a" * 1_000_000, "- " * 500_000, "# \x01" * 200_000,
     'a: "\\\n' + "  x\n" * 200_000, " " * 1_000_000 + "a: b", "a: '" + "''" * 500_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_hostile_lines_end_soon(text):
    read_plain(text, 0, {})


def test_large_output_is_read_fast():
    rule = "".join(json.dumps(f"k{n}") + f": v{n}\n" for n in range(60_000))
    root = read_plain(rule, 0, {})
    assert len(root.fields) == 60_000
