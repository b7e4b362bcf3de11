import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.diagnostics.fixing import choose, harm, texts_with
from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.source import Location, Source, Span
from tests.rows import each_row

TEXT = Source("a.yaml", "0123456789")
OTHER = Source("b.yaml", "abc")
BOTH = (TEXT, OTHER)


def fix(found, sources, *, unsafe):
    chosen = choose(found, sources, unsafe=unsafe)
    return texts_with(chosen), len(chosen)


def edit(start, end, text, source=TEXT):
    return Edit(Location(source, Span(start, end)), text)


def finding(*fixes):
    return Diagnostic(code="NP611", severity="warning", message="m", fixes=fixes)


def one(*edits, safe=False):
    return Fix("f", edits, "safe" if safe else "unsafe")


def test_edits_count_from_the_text_as_it_was():
    found = [finding(one(edit(2, 3, ""))), finding(one(edit(5, 5, "five"), edit(8, 10, "end")))]
    assert fix(found, BOTH, unsafe=True) == ({TEXT: "0134five567end"}, 2)


def test_unsafe_fixes_wait_to_be_asked_for():
    found = [finding(one(edit(0, 1, "x"))), finding(one(edit(4, 5, "y"), safe=True))]
    assert fix(found, BOTH, unsafe=False)[0] == {TEXT: "0123y56789"}
    assert fix(found, BOTH, unsafe=True)[0] == {TEXT: "x123y56789"}


def test_a_choice_is_left_to_somebody_unless_only_one_is_safe():
    choice = finding(one(edit(0, 1, "x")), one(edit(0, 1, "y")))
    assert fix([choice], BOTH, unsafe=True) == ({}, 0)
    settled = finding(one(edit(0, 1, "x")), one(edit(0, 1, "y"), safe=True))
    assert fix([settled], BOTH, unsafe=True)[0] == {TEXT: "y123456789"}


@pytest.mark.parametrize("other", [(2, 4), (3, 3), (0, 2), (4, 4), (0, 9)])
def test_of_fixes_that_touch_the_same_place_the_first_is_applied(other):
    assert fix([finding(one(edit(2, 4, "x"))), finding(one(edit(*other, "y")))], BOTH, unsafe=True) == (
        {TEXT: "01x456789"},
        1,
    )


def test_a_fix_is_applied_whole_or_not_at_all():
    both = one(edit(0, 1, "x"), edit(0, 1, "y", OTHER))
    assert fix([finding(both)], BOTH, unsafe=True)[0] == {TEXT: "x123456789", OTHER: "ybc"}
    assert fix([finding(both)], (TEXT,), unsafe=True)[0] == {}


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10), st.text("xyz", max_size=3)), max_size=8))
def test_no_character_is_lost_that_no_fix_replaces(edits):
    places = [(min(a, b), max(a, b), text) for a, b, text in edits]
    texts, count = fix([finding(one(edit(*place))) for place in places], BOTH, unsafe=True)
    touched = {at for start, end, _ in places for at in range(start, end)}
    kept = [sign for at, sign in enumerate(TEXT.text) if at not in touched]
    left = iter(texts.get(TEXT, TEXT.text))
    assert all(sign in left for sign in kept)
    assert (count > 0) == bool(places)


LINES = Source("c.netpol", "first\nsecond\nthird\n")
AFTER = Source("c.netpol", "first\nnew\nlines\nthird\n")


def error(line, code="NP311", message="m", source=AFTER):
    span = Span(source.line_starts[line - 1], source.line_starts[line - 1])
    return Diagnostic(code=code, severity="error", message=message, location=Location(source, span))


@each_row(
    "after, brought",
    [
        ([error(2)], 1),
        ([error(3)], 1),
        ([error(1)], 0),
        ([error(4)], 0),
        ([error(4, "NP101", "another")], 1),
        ([error(1, "NP204", "known")], 0),
        ([error(2, "NP204", "known")], 0),
        ([error(2, "NP204", "known"), error(3, "NP204", "known")], 1),
        ([error(2, source=Source("d.netpol", AFTER.text))], 0),
    ],
)
def test_the_harm_of_a_fix_is_on_its_own_lines_or_hides_the_rest(after, brought):
    before = [error(2, "NP101", source=LINES), error(2, "NP204", "known", source=LINES)]
    chosen = choose([finding(one(edit(6, 12, "new\nlines", LINES)))], (LINES,), unsafe=True)
    assert len(harm(chosen, before, after)) == brought
