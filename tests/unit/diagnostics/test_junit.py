import xml.etree.ElementTree as ET

from hypothesis import given

from netpolc.diagnostics.junit import render
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.source import Location, Source, Span
from tests.strategies.diagnostics import diagnostics

SHOP = Source("shop.netpol", "webapp -> databse:5432\n")


def read(document):
    return ET.fromstring(document.encode())  # noqa: S314 -- it is our own


def test_errors_fail_and_warnings_pass():
    found = [
        Diagnostic(code="NP203", severity="error", message="unknown <name>", location=Location(SHOP, Span(10, 17))),
        Diagnostic(code="NP501", severity="warning", message="nothing", location=Location(SHOP, Span(0, 6))),
        Diagnostic(code="NP807", severity="error", message="no sources"),
    ]
    root = read(render([*found, *found]))
    assert (root.tag, root.attrib) == ("testsuites", {"name": "netpolc", "tests": "3", "failures": "2", "errors": "0"})
    run, shop = root
    assert run.attrib == {"name": "netpolc", "tests": "1", "failures": "1", "errors": "0"}
    assert [test.attrib for test in run] == [{"classname": "netpolc", "name": "NP807: no sources"}]
    assert shop.attrib == {"name": "shop.netpol", "tests": "2", "failures": "1", "errors": "0"}
    warning, error = shop
    place = {"classname": "shop.netpol", "file": "shop.netpol", "line": "1"}
    assert warning.attrib == {**place, "name": "1:1 NP501: nothing"}
    assert [said.tag for said in warning] == ["system-out"]
    assert error.attrib == {**place, "name": "1:11 NP203: unknown <name>"}
    (failure,) = error
    assert (failure.tag, failure.attrib) == ("failure", {"type": "NP203", "message": "unknown <name>"})
    assert failure.text == (
        "error[NP203]: unknown <name>\n"
        "  --> shop.netpol:1:11\n"
        "   |\n"
        " 1 | webapp -> databse:5432\n"
        "   |           ^^^^^^^\n"
    )


def test_where_nothing_is_wrong_one_test_passes():
    ((test,),) = read(render([]))
    assert (test.tag, list(test)) == ("testcase", [])
    assert read(render([])).attrib == {"name": "netpolc", "tests": "1", "failures": "0", "errors": "0"}


@given(diagnostics())
def test_any_document_is_read_back(found):
    document = render(found)
    assert document.isascii()
    root = read(document)
    collected = collect(found)
    tests = list(root.iter("testcase"))
    assert len(tests) == max(len(collected), 1) == int(root.attrib["tests"])
    failures = [test.find("failure") for test in tests]
    assert [failure is not None for failure in failures] == [d.severity == "error" for d in collected] or not collected
    assert int(root.attrib["failures"]) == sum(failure is not None for failure in failures)
    for count in ("tests", "failures"):
        assert sum(int(suite.attrib[count]) for suite in root) == int(root.attrib[count])
    for suite in root:
        assert len(suite) == int(suite.attrib["tests"])
    for test, diagnostic in zip(tests, collected, strict=False):
        assert f"[{diagnostic.code}]" in test[0].text
