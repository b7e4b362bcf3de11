import json

from hypothesis import given
from hypothesis import strategies as st

from netpolc.diagnostics.as_json import render
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.source import Location, Source, Span

SHOP = Source("shop.netpol", "pods database = [app=db]\nwebapp -> databse:5432\n")


def at(source, word):
    start = source.text.index(word)
    return Location(source, Span(start, start + len(word)))


def range_of(line, first, last, file="shop.netpol"):
    return {"file": file, "start": {"line": line, "column": first}, "end": {"line": line, "column": last}}


def test_the_document():
    found = Diagnostic(
        code="NP203",
        severity="error",
        message="unknown name `databse`",
        location=at(SHOP, "databse"),
        label="not declared",
        labels=(Label(at(SHOP, "database"), "a name like it"),),
        help="use `database`",
        fixes=(Fix("use `database`", (Edit(at(SHOP, "databse"), "database"),)),),
    )
    late = Diagnostic(code="NP601", severity="warning", message="late", location=at(SHOP, "5432"))
    whole = Diagnostic(code="NP807", severity="error", message="no sources")
    page = "https://github.com/netpolc/netpolc/blob/main/docs/codes/"
    text = render([late, found, whole, found])
    document = json.loads(text)
    assert text == json.dumps(document, indent=2) + "\n"
    assert document == {
        "format_version": "1",
        "valid": False,
        "error_count": 2,
        "warning_count": 1,
        "diagnostics": [
            {
                "code": "NP807",
                "name": "no-sources",
                "severity": "error",
                "message": "no sources",
                "range": None,
                "labels": [],
                "help": None,
                "help_uri": page + "NP807.md",
                "fixes": [],
            },
            {
                "code": "NP203",
                "name": "unknown-name",
                "severity": "error",
                "message": "unknown name `databse`",
                "range": range_of(2, 11, 18),
                "labels": [{"range": range_of(1, 6, 14), "message": "a name like it"}],
                "help": "use `database`",
                "help_uri": page + "NP203.md",
                "fixes": [
                    {
                        "message": "use `database`",
                        "applicability": "unsafe",
                        "edits": [{"range": range_of(2, 11, 18), "text": "database"}],
                    }
                ],
            },
            {
                "code": "NP601",
                "name": "expired",
                "severity": "warning",
                "message": "late",
                "range": range_of(2, 19, 23),
                "labels": [],
                "help": None,
                "help_uri": page + "NP601.md",
                "fixes": [],
            },
        ],
    }


def test_only_errors_make_it_invalid():
    note = Diagnostic(code="NP502", severity="note", message="n")
    warning = Diagnostic(code="NP501", severity="warning", message="w")
    document = json.loads(render([note, warning]))
    assert (document["valid"], document["error_count"], document["warning_count"]) == (True, 0, 1)
    assert json.loads(render([]))["diagnostics"] == []


@given(st.text(st.characters() | st.sampled_from("\n\r\t日\ud800\x1b")), st.data())
def test_ranges_cut_what_was_meant_out_of_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    location = Location(Source("f\udc80", text), span)
    written = render([Diagnostic(code="NP101", severity="error", message=text, location=location)])
    assert written.isascii()
    (found,) = json.loads(written)["diagnostics"]
    lines = text.split("\n")
    offsets = [
        sum(len(line) + 1 for line in lines[: place["line"] - 1]) + place["column"] - 1
        for place in (found["range"]["start"], found["range"]["end"])
    ]
    assert text[slice(*offsets)] == location.text
    assert found["message"] == text
