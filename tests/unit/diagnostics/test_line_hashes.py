import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netpolc.diagnostics.line_hashes import line_hashes
from netpolc.source import Source
from tests.strategies.diagnostics import TEXTS


def slow_hashes(text):
    """The hashes of all lines, as their definition reads."""
    found = []
    lines = re.split("\r\n|\r|\n", text)
    for number in range(len(lines)):
        rest = "\n".join(lines[number:]).replace(" ", "").replace("\t", "")
        raw = rest.encode("utf-16-be", "surrogatepass")
        units = [*(256 * high + low for high, low in zip(raw[::2], raw[1::2], strict=True)), 0xFFFF, *[0] * 100]
        value = sum(unit * 37 ** (99 - place) for place, unit in enumerate(units[:100])) % 2**64
        found.append(f"{value:x}:{1 + sum(other.partition(':')[0] == f'{value:x}' for other in found)}")
    return found


def hashes(text, lines=None):
    return line_hashes(Source("f", text), range(1, 1_000) if lines is None else lines)


def test_the_empty_text():
    # As GitHub's own tests have it.
    assert hashes("") == {1: "c129715d7a2bc9a3:1"}


@example("😀" * 60 + "a\n" + "😀" * 60 + "b\n")
@given(TEXTS | st.lists(st.sampled_from(["a -> b:1", "", " ", "x" * 60])).map("\n".join))
def test_all_lines(text):
    assert list(hashes(text).values()) == slow_hashes(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blanks_and_kinds_of_line_ends_do_not_matter(end):
    assert hashes(f"a -> b:1{end}{end} c -> d:2{end}") == hashes("a->b:1\n\n\tc  ->  d:2\n")


@given(st.lists(st.sampled_from(["a", "b", ""]), min_size=1), st.data())
def test_some_lines_are_hashed_as_among_all(lines, data):
    text = "\n".join(lines)
    chosen = data.draw(st.sets(st.integers(1, len(lines))))
    everything = hashes(text)
    assert hashes(text, chosen) == {number: everything[number] for number in sorted(chosen)}


def test_lines_that_read_alike_are_counted():
    text = "a -> b:1\n" * 40
    found = list(hashes(text).values())
    assert len(set(found)) == 41
    assert [mark.partition(":")[2] for mark in found[:3]] == ["1", "2", "3"]
    assert hashes("c -> d:1\n" + text)[2] == found[0]
