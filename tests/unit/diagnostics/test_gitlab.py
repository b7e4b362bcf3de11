import json

import msgspec
from hypothesis import given

from netpolc.diagnostics.gitlab import render
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.source import Location, Source, Span
from tests.strategies.diagnostics import diagnostics

SHOP = Source("./policies/shop.netpol", "\nwebapp -> databse:5432\n")


def test_the_report():
    place = Location(SHOP, Span(11, 18))
    found = [
        Diagnostic(code="NP203", severity="error", message="unknown", location=place, help="use `database`"),
        Diagnostic(code="NP501", severity="warning", message="nothing", location=place),
        Diagnostic(code="NP502", severity="note", message="half", location=place),
        Diagnostic(code="NP807", severity="error", message="no sources"),
    ]
    written = render([*found, *found])
    report = json.loads(written)
    assert written == json.dumps(report, indent=2) + "\n"
    assert len({violation.pop("fingerprint") for violation in report}) == 4
    path = "policies/shop.netpol"
    assert report == [
        {
            "description": "no sources",
            "check_name": "NP807",
            "severity": "major",
            "location": {"path": "netpolc.toml", "lines": {"begin": 1}},
        },
        {
            "description": "unknown (help: use `database`)",
            "check_name": "NP203",
            "severity": "major",
            "location": {"path": path, "lines": {"begin": 2}},
        },
        {
            "description": "nothing",
            "check_name": "NP501",
            "severity": "minor",
            "location": {"path": path, "lines": {"begin": 2}},
        },
        {
            "description": "half",
            "check_name": "NP502",
            "severity": "info",
            "location": {"path": path, "lines": {"begin": 2}},
        },
    ]


def test_nothing_is_an_empty_report():
    assert render([]) == "[]\n"


@given(diagnostics())
def test_any_report_is_read_back(found):
    written = render(found)
    assert written.isascii()
    # Unlike Python's, most readers reject half a surrogate pair, as this one does.
    report = msgspec.json.decode(written)
    collected = collect(found)
    assert [violation["check_name"] for violation in report] == [diagnostic.code for diagnostic in collected]
    assert len({violation["fingerprint"] for violation in report}) == len(collected)
    for violation in report:
        assert violation["description"].isprintable()
        assert violation["location"]["lines"]["begin"] >= 1
        assert not violation["location"]["path"].startswith("./")
