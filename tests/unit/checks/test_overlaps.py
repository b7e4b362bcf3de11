import pytest

from netpolc.checks.overlaps import said_once
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.source import Location, Source, Span

SOURCE = Source("a.yaml", "0123456789")
HERE, THERE = Location(SOURCE, Span(1, 2)), Location(SOURCE, Span(5, 6))


def finding(code, location, *labels):
    elsewhere = tuple(Label(each, "") for each in labels)
    return Diagnostic(code=code, severity="warning", message="so", location=location, labels=elsewhere)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ([finding("NP634", HERE), finding("NP606", HERE)], ["NP634"]),
        ([finding("NP606", HERE), finding("NP634", THERE, HERE)], ["NP634"]),
        ([finding("NP634", HERE), finding("NP606", THERE)], ["NP634", "NP606"]),
        ([finding("NP518", HERE), finding("NP505", HERE), finding("NP606", HERE)], ["NP518", "NP606"]),
        ([finding("NP505", HERE), finding("NP606", None), finding("NP634", None)], ["NP505", "NP606", "NP634"]),
    ],
)
def test_of_two_findings_about_one_place_the_one_that_says_more_is_kept(found, kept):
    assert [each.code for each in said_once(found)] == kept
