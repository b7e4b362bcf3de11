"""The driver reads what Lark reads, in the same way, and nothing else."""

import random
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark.exceptions import UnexpectedInput

from netpolc.cache import Cache
from netpolc.language.syntax import fast_parser, lark_parser, shipped
from netpolc.language.syntax.builder import TreeBuilder
from netpolc.language.syntax.fast_parser import Matchers, _shaped
from netpolc.source import Source
from tests import goldens
from tests.rows import each_row
from tests.strategies.programs import Author
from tests.strategies.scribbles import Scribbler
from tests.strategies.trees import trees
from tests.strategies.writing import Writer

ROOT = Path(__file__).parents[4]
GOLDENS = goldens.texts(ROOT / "tests" / "golden", ".netpol")
TEXTS = GOLDENS | {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for folder in ("examples", "netpolc/library")
    for path in sorted((ROOT / folder).rglob("*.netpol"))
}
DRIVER = fast_parser.load()
SCRAPS = [
    *(" ", "\t", "\n", "\r\n", "#", '"', "\\", "-", "->", "<->", "=", "!=", "==", ":", "::", ",", ".", "/", "*", "!"),
    *(
        "@",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "1",
        "80",
        "80-90",
        "2027-01-31",
        "1.2.3.4",
        "a",
        "a-b",
        "é",
        "\x00",
        "in (a)",
    ),
    *("notin", "in", "on", "as", "except", "ingress", "egress", "all", "deny", "allow", "only", "assume", "env a {"),
    *(
        "names by ",
        "strict names",
        "import ",
        "namespace ",
        "pods ",
        "net ",
        "port ",
        "param ",
        "assert ",
        "tcp",
        "/udp",
    ),
]


def seen(items, diagnostics):
    """All that a parser says; encoded trees differ where their spans do, which are equal otherwise."""
    return msgspec.msgpack.encode(items), [(found, found.order) for found in diagnostics]


def by_driver(text):
    builder = TreeBuilder(Source("f", text))
    items = DRIVER.parse(text + "\n", builder)
    return None if items is None else seen(items, builder.diagnostics)


def by_lark(text):
    """What Lark says of a text without mistakes."""
    parser, reductions = lark_parser._machine()
    reductions.builder = TreeBuilder(Source("f", text))
    try:
        items = parser.parse(text + "\n")
    except UnexpectedInput:
        return None
    return seen(items, reductions.builder.diagnostics)


def same(text):
    """Demand the same of both; whether the text is well-formed."""
    driven = by_driver(text)
    assert driven == by_lark(text), text
    return driven is not None


def mutated(source, text):
    """A text with up to three pieces deleted, doubled, moved or inserted."""
    for _ in range(source.randint(1, 3)):
        first = source.randint(0, len(text))
        second = min(len(text), first + source.choice([0, 1, 1, 2, 8]))
        piece = source.choice(["", text[first:second] * 2, source.choice(SCRAPS), f" {source.choice(SCRAPS)} "])
        text = text[:first] + piece + text[second:]
    return text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_files_are_read_as_by_lark(text):
    same(text)
    same(text.replace("\n", "\r\n"))
    source = random.Random(len(text))
    for _ in range(10):
        same(mutated(source, text))


def test_every_begin_of_a_text_is_read_as_by_lark():
    whole = GOLDENS["selectors-normal-form/shop.netpol"]
    accepted = [same(whole[:end]) for end in range(len(whole))]
    assert 0 < sum(accepted) < len(accepted)


@given(trees(), st.randoms(use_true_random=False))
def test_trees_in_any_layout_are_read_as_by_lark(tree, source):
    text = Scribbler(source).file(tree)
    assert same(text)
    same(mutated(source, text))


def test_programs_with_and_without_mistakes_are_read_as_by_lark():
    accepted = 0
    for seed in range(120):
        source = random.Random(seed)
        text = Writer(source).text(Author(source).program())
        assert same(text)
        accepted += sum(same(mutated(source, text)) for _ in range(4))
    assert 50 < accepted < 430


@settings(max_examples=50)
@given(st.lists(st.sampled_from(SCRAPS), max_size=12).map("".join))
def test_scraps_are_read_as_by_lark(text):
    same(text)


def test_a_text_may_be_empty_or_long():
    assert same("")
    assert same("a -> b:80\n" * 5000)
    assert same(f"{{{', '.join(['a'] * 5000)}}} -> b:80")


def test_what_is_reported_of_a_text_that_is_given_up_is_not_kept():
    text = "a -> b:0\na ->"
    assert by_driver(text) is None
    _, found, complete = lark_parser.read(Source("f", text))
    assert not complete
    assert sorted(diagnostic.code for diagnostic in found) == ["NP101", "NP302"]


def test_tables_are_computed_once(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped, "private_cache", lambda: Cache(tmp_path))
    monkeypatch.setattr(shipped, "bundled", lambda *_: tmp_path / "none")
    computed = []
    compute = fast_parser._compute
    monkeypatch.setattr(fast_parser, "_compute", lambda grammar: computed.append(grammar) or compute(grammar))
    assert fast_parser.load()._tables == fast_parser.load()._tables
    assert len(computed) == 1


def test_patterns_are_compiled_when_they_are_needed():
    matchers = Matchers(DRIVER._tables)
    assert len(matchers._compiled) == 0
    assert matchers[DRIVER._tables.start]("a -> b", 0)[0] == "a"
    assert len(matchers) == len(matchers._compiled) == 1


@each_row(
    "values, shape, children",
    [
        ([1, 2], "cc", [1, 2]),
        ([1], "-c-", [None, 1, None]),
        ([[1, 2], 3], "*c", [1, 2, 3]),
        ([1, [2], [3]], "c**", [1, 2, 3]),
        ([[], [1]], "**", [1]),
        ([], "--", [None, None]),
    ],
)
def test_shapes(values, shape, children):
    assert _shaped(values, shape) == children


def test_a_build_imports_lark_only_for_tables_and_mistakes(tmp_path):
    def imports(text):
        folder = tmp_path / "here"
        folder.mkdir(exist_ok=True)
        (folder / "shop.netpol").write_text(text)
        ran = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "netpolc", "build", "shop.netpol"],
            cwd=folder,
            env={"NETPOLC_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, set(re.findall(r"\| +([a-z0-9]+)$", ran.stderr, re.MULTILINE)) & {"lark", "jinja2"}

    assert imports("a -> b:80\n") == (0, {"lark", "jinja2"})
    assert imports("a -> b:81\n") == (0, set())
    assert imports("a => b:82\n") == (1, {"lark"})
