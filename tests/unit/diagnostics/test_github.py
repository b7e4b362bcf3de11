import pytest
from hypothesis import given

from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.github import render
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.source import Location, Source, Span
from tests.strategies.diagnostics import diagnostics

SHOP = Source("shop.netpol", "\n" * 6 + "webapp -> databse:5432\nx\n")


def diagnostic(**fields):
    known = {"code": "NP203", "severity": "error", "message": "unknown name `databse`"}
    return Diagnostic(**(known | fields))


def read(line):
    """A command as GitHub's runner reads it."""
    command, _, written = line.removeprefix("::").partition("::")[0].partition(" ")
    message = line[2:].partition("::")[2]
    properties = {}
    for pair in written.split(","):
        key, _, value = pair.partition("=")
        for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            value = value.replace(escape, character)
        properties[key] = value
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(escape, character)
    return command, properties, message


def test_a_command_each_in_order():
    late = diagnostic(location=Location(SHOP, Span(16, 23)), help="use `database`")
    early = diagnostic(location=Location(SHOP, Span(0, 2)), severity="warning", code="NP501", message="m")
    whole = diagnostic(code="NP807", message="no sources", severity="note")
    assert render([late, early, whole, late]) == (
        "::notice title=NP807 no-sources::no sources\n"
        "::warning file=shop.netpol,line=1,endLine=3,title=NP501 no-effect::shop.netpol:1:1: m\n"
        "::error file=shop.netpol,line=7,endLine=7,col=11,endColumn=18,title=NP203 unknown-name"
        "::shop.netpol:7:11: unknown name `databse`%0Ahelp: use `database`\n"
    )


def test_nothing_is_no_command():
    assert render([]) == ""


@pytest.mark.parametrize("name", ["a,line=1.netpol", "a::b.netpol", "100%.netpol", "%0A.netpol", "日 b=c.netpol"])
def test_files_are_what_they_are_called(name):
    found = diagnostic(location=Location(Source(name, "x"), Span(0, 1)))
    assert read(render([found]).removesuffix("\n"))[1]["file"] == name


@given(diagnostics())
def test_each_is_one_command_whatever_it_holds(found):
    lines = render(found).split("\n")
    assert lines.pop() == ""
    for line, said in zip(lines, collect(found), strict=True):
        assert line.isprintable()
        command, properties, message = read(line)
        assert command == {"error": "error", "warning": "warning", "note": "notice"}[said.severity]
        assert properties["title"] == f"{said.code} {BY_CODE[said.code].name}"
        assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert ("file" in properties) is (said.location is not None)
        assert message.count("\n") == (said.help is not None)
