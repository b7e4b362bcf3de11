import datetime

from netpolc.ir.model import Annotations, Origin
from netpolc.source import Location, Source, Span
from netpolc.targets.provenance import Citation, annotations_of, comments_of, ordered, sources_of

TEXT = "a -> b:1\nc -> d:1 # why\n"
ONE, OTHER = Source("b.netpol", TEXT, "shown/b.netpol"), Source("a.netpol", TEXT)


def citation(source, start, **notes):
    text = TEXT[start : start + 8]
    location = Location(source, Span(start, start + 8))
    return Citation(Origin(location, text, Annotations(**notes)) if notes else Origin(location, text))


def test_citations_come_in_the_order_of_names_and_places_each_once():
    citations = [citation(*place) for place in ((ONE, 9), (ONE, 0), (OTHER, 9), (OTHER, 0))]
    for given in (citations, citations[::-1], citations * 2):
        assert comments_of(ordered(list(given))) == (
            "a.netpol:1: a -> b:1",
            "a.netpol:2: c -> d:1",
            "shown/b.netpol:1: a -> b:1",
            "shown/b.netpol:2: c -> d:1",
        )
    assert ordered([]) == []


def test_files_are_named_once_as_they_are_shown():
    assert sources_of([citation(ONE, 0), citation(OTHER, 0), citation(ONE, 9)]) == ("a.netpol", "shown/b.netpol")
    assert sources_of([]) == ()


def test_notes_stand_in_comments_and_are_gathered_by_kind():
    dated = citation(ONE, 0, owner="web", expires=datetime.date(2031, 1, 2))
    citations = [dated, citation(ONE, 9, owner="db", reason="x"), citation(OTHER, 0), citation(OTHER, 9, owner="web")]
    assert dated.comment == "shown/b.netpol:1: a -> b:1 (owner: web; expires: 2031-01-02)"
    assert annotations_of(citations) == (
        ("netpolc/expires", "2031-01-02"),
        ("netpolc/owner", "db, web"),
        ("netpolc/reason", "x"),
    )
    assert annotations_of([citation(OTHER, 0)]) == ()
