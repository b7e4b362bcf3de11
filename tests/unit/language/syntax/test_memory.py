"""What it takes to read a text, and to show what is wrong with it, is bounded by its size: 20 bytes a character.

Counted is what Python allocates at the same time beyond the text itself, with the parser built before. Of each text
there are two sizes, so that what all texts take cancels out.
"""

import tracemalloc

import pytest

from netpolc.compiler.loading import load_text
from netpolc.diagnostics.human import render
from netpolc.language.syntax import parser
from netpolc.source import MANY, Source

MOST = 20
SIZES = MANY, 4 * MANY
"""The bytes a character, and the characters of a short text and of a long one."""

MISTAKEN = {
    "an unclosed quote": lambda size: 'web -> "' + "a" * size,
    "an unclosed quote and a flow": lambda size: 'web -> "' + "a" * size + "\na -> b:1\n",
    "newlines before": lambda size: "\n" * size + "a ->\n",
    "newlines behind": lambda size: "a ->\n" + "\n" * size,
    "newlines in a block": lambda size: "namespace a {" + "\n" * size + "a ->\n}\n",
    "newlines in a set": lambda size: "{a," + "\n" * size + "b} -> c:1\na ->\n",
    "newlines of Windows": lambda size: "\r\n" * (size // 2) + "a ->\n",
    "comments before": lambda size: "# a\n" * (size // 4) + "a ->\n",
    "comments behind": lambda size: "a ->\n" + "# a\n" * (size // 4),
    "comments in a set": lambda size: "{a,\n" + "# a\n" * (size // 4) + "b} -> c:1\na ->\n",
    "a long comment": lambda size: "#" * size + "\na ->\n",
    "backslashes": lambda size: '@reason("' + "\\" * (size + 1) + '")\na -> b:1\n',
    "backslashes that do not end": lambda size: '@reason("' + "\\" * size,
    "names in a list": lambda size: "a" + ", a" * (size // 3) + " -> b:1\n",
    "a dotted name": lambda size: "a" + ".a" * (size // 2) + " -> b:1\n",
    "signs": lambda size: "@" * size,
    "brackets": lambda size: "[" * size,
    "blanks": lambda size: " " * size + "a ->\n",
}
WELL_FORMED = {
    "a quote": lambda size: 'web -> "' + "a" * size + '":80\n',
    "newlines": lambda size: "\n" * size + "a -> b:1\n",
    "comments": lambda size: "# a\n" * (size // 4) + "a -> b:1\n",
    "comments in a set": lambda size: "{a,\n" + "# a\n" * (size // 4) + "b} -> c:1\n",
    "backslashes": lambda size: '@reason("' + "\\" * size + '")\na -> b:1\n',
}


def slope(text, folder):
    """The bytes that each further character takes, and what is wrong with the text."""

    def read(source):
        found = load_text(source, folder)
        assert all(source.text[span.start] == "#" for spans in found.comments.values() for span in spans)
        render(found.diagnostics, color=False, width=100)
        return found.diagnostics

    def peak(source):
        tracemalloc.start()
        try:
            return read(source), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    read(Source("shop.netpol", text(10)))  # what is loaded once is not counted
    (_, short), (found, long) = (peak(Source("shop.netpol", text(size))) for size in SIZES)
    return (long - short) / (SIZES[1] - SIZES[0]), found


@pytest.mark.parametrize("text", MISTAKEN.values(), ids=MISTAKEN)
def test_a_text_with_a_mistake_takes_little_a_character(tmp_path, text):
    taken, found = slope(text, tmp_path)
    assert found
    assert taken < MOST


@pytest.mark.parametrize("off", [False, True], ids=["by tables", "by Lark"])
@pytest.mark.parametrize("text", WELL_FORMED.values(), ids=WELL_FORMED)
def test_a_text_without_takes_little_a_character(tmp_path, monkeypatch, text, off):
    monkeypatch.setattr(parser.fast_paths, "are_off", lambda: off)
    taken, found = slope(text, tmp_path)
    assert not found
    assert taken < MOST


@pytest.mark.parametrize("count", [1, 2_000])
def test_many_comments_behind_a_mistake_are_passed(count):
    parsed = parser.parse(Source("shop.netpol", "a ->\n" + "  # a\n" * count + "web -> db:1\n"))
    assert [found.code for found in parsed.diagnostics] == ["NP101"]
    assert len(parsed.tree.items) == 1
