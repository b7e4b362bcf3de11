from hypothesis import given
from hypothesis import strategies as st

from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.plain import render
from netpolc.source import Location, Source, Span

SHOP = Source("shop.netpol", "\n" * 6 + "webapp -> databse:5432\n")


def diagnostic(**fields):
    known = {"code": "NP203", "severity": "error", "message": "unknown name `databse`"}
    return Diagnostic(**(known | fields))


def test_one_line_each_in_order():
    late = diagnostic(location=Location(SHOP, Span(16, 23)), help="use `database`")
    early = diagnostic(location=Location(SHOP, Span(0, 1)), severity="warning", code="NP501", message="m")
    whole = diagnostic(code="NP807", message="no sources")
    assert render([late, early, whole, late]) == (
        "error[NP807]: no sources\n"
        "shop.netpol:1:1: warning[NP501]: m\n"
        "shop.netpol:7:11: error[NP203]: unknown name `databse` (help: use `database`)\n"
    )


def test_texts_are_escaped():
    source = Source("a\nb\x1b.netpol", "x")
    found = diagnostic(location=Location(source, Span(0, 1)), message="`\u202e\n`", help="one\ntwo\x07")
    assert render([found]) == "a\\nb\\x1b.netpol:1:1: error[NP203]: `\\u202e\\n` (help: one)\n"


def test_a_text_too_long_to_read_keeps_both_ends():
    line = render([diagnostic(message="unknown name `" + "a" * 1_000_000 + "` here")])
    assert line.startswith("error[NP203]: unknown name `aaa")
    assert line.endswith("aaa` here\n")
    assert "aaa…aaa" in line
    assert len(line) < 1_100


@given(st.text(), st.text(), st.text())
def test_every_diagnostic_is_one_line(name, message, advice):
    found = diagnostic(location=Location(Source(name, "x"), Span(0, 1)), message=message, help=advice)
    assert render([found])[:-1].isprintable()
