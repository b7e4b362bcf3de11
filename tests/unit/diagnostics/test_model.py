from itertools import permutations

from netpolc.diagnostics.model import Diagnostic, collect, errors_in
from netpolc.source import Location, Source, Span

A, B = Source("a", "text"), Source("b", "text")


def diagnostic(location, code="NP203", message="m", severity="error"):
    return Diagnostic(code=code, severity=severity, message=message, location=location)


def test_collect_sorts_by_place_then_code_then_message():
    ordered = (
        diagnostic(None),
        diagnostic(Location(A, Span(0, 1))),
        diagnostic(Location(A, Span(0, 2)), code="NP101"),
        diagnostic(Location(A, Span(0, 2)), code="NP203", message="l"),
        diagnostic(Location(A, Span(0, 2)), code="NP203", message="m"),
        diagnostic(Location(A, Span(3, 3))),
        diagnostic(Location(B, Span(0, 1))),
    )
    for shuffled in permutations(ordered):
        assert [*map(id, collect(shuffled))] == [*map(id, ordered)]


def test_collect_drops_only_what_repeats_code_place_and_message():
    first = diagnostic(Location(A, Span(0, 1)))
    nowhere = diagnostic(None)
    unnamed = diagnostic(Location(Source("", "text"), Span(0, 0)))
    again = diagnostic(Location(Source("a", "text"), Span(0, 1)), severity="warning")
    assert {*map(id, collect([first, nowhere, again, unnamed, nowhere]))} == {id(first), id(nowhere), id(unnamed)}


def test_errors_in():
    assert errors_in([diagnostic(None, severity="note"), diagnostic(None)])
    assert not errors_in([diagnostic(None, severity="warning"), diagnostic(None, severity="note")])
    assert not errors_in([])
