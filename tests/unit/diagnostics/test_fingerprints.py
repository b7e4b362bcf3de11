from hypothesis import given
from hypothesis import strategies as st

from netpolc.diagnostics.fingerprints import LONGEST, fingerprints
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.source import Location, Source, Span
from tests.strategies.diagnostics import diagnostics


def at(text, word, *, name="f", code="NP203", nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(word, start + 1)
    location = Location(Source(name, text), Span(start, start + len(word)))
    return Diagnostic(code=code, severity="error", message="m", location=location)


@given(diagnostics())
def test_no_two_findings_of_a_report_share_one(found):
    collected = collect(found)
    assert len(set(fingerprints(collected))) == len(collected)


@given(st.lists(st.sampled_from(["", "# why", "  ", "c -> d:1"])), st.sampled_from(["", "  ", "\t"]))
def test_moving_and_indenting_a_line_keeps_it(before, indentation):
    moved = "".join(f"{line}\n" for line in before) + indentation + "a -> b:1\r\n"
    assert fingerprints([at(moved, "b")]) == fingerprints([at("a -> b:1\n", "a")])


def test_what_it_depends_on():
    text = "a -> b:1\na -> b:2\na -> b:1\n"
    found = [
        at(text, "a"),
        at(text, "a", nth=1),
        at(text, "a", nth=2),
        at(text, "a", code="NP501"),
        at(text, "a", name="g"),
        Diagnostic(code="NP203", severity="error", message="m"),
        Diagnostic(code="NP203", severity="error", message="n"),
    ]
    whole = fingerprints(found)
    assert len(set(whole)) == len(found)
    assert [fingerprints([diagnostic])[0] for diagnostic in found] == [*whole[:2], whole[0], *whole[3:]]


def test_it_never_changes():
    assert fingerprints([at("a -> b:1", "b")]) == ["e84bdcfab083ab5f91b115bbc65bc30a"]


def test_of_a_line_without_end_only_the_beginning_counts():
    long = at("a," * 2_000_000 + "b", "b")
    assert fingerprints([long]) == fingerprints([at("a," * (LONGEST // 2) + "b", "b")])
    assert fingerprints([long]) != fingerprints([at("a," * (LONGEST // 2 - 1) + "b", "b")])
