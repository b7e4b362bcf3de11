import json

import pytest

from netpolc.diagnostics.baseline import LONGEST, KnownFindings, can_be_known, text_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Source, Span

SECRET = "apiVersion: v1\nkind: Secret\nstringData:\n  token: hunter2\n"


def found(text="web -> any:443", at=0, *, name="shop.netpol", code="NP606", message="this leads anywhere", **more):
    location = Location(Source(name, text), Span(at, at + 1))
    return Diagnostic(code=code, severity="warning", message=message, location=location, **more)


def known(*findings, cwd="/work", folder="/work"):
    return KnownFindings(folder, cwd).rewritten(findings)


def left(baseline, *findings):
    return len(baseline.compared(findings)[0])


@pytest.mark.parametrize(
    "other",
    [
        found("\n\n# above\n  web -> any:443  \n", 15),
        found(message="this leads to the whole world"),
        found(name="./shop.netpol"),
    ],
)
def test_a_finding_is_known_again(other):
    assert left(known(found()), other) == 0


@pytest.mark.parametrize(
    "other",
    [
        found("api -> any:443"),
        found(name="more/shop.netpol"),
        found(code="NP607"),
        found(message="`web` leads anywhere"),
        found(code="NP203"),
    ],
)
def test_another_finding_is_new(other):
    assert left(known(found()), other) == 1


def test_equal_findings_are_counted():
    baseline = known(found(), found())
    assert left(baseline, found(), found()) == 0
    assert left(baseline, found(), found(), found()) == 1
    assert baseline.compared([found()])[1] == (baseline.known_by(found()),)
    assert baseline.compared([found(), found()])[1] == ()


def test_files_are_named_from_the_folder_of_the_list_on():
    assert (
        known(found(name="shop.netpol"), cwd="/work/policies").counts
        == known(found(name="policies/shop.netpol")).counts
    )
    (only,) = known(found(name="../a/x.netpol"), cwd="/work/b").counts
    assert only.file == "a/x.netpol"
    assert known(found()).name_of("<stdin>") == "<stdin>"


def test_errors_of_meaning_are_never_known():
    assert not can_be_known(Diagnostic(code="NP203", severity="error", message="a"))
    assert not can_be_known(Diagnostic(code="NP701", severity="error", message="a"))
    assert not can_be_known(Diagnostic(code="NP812", severity="warning", message="a"))
    assert can_be_known(Diagnostic(code="NP606", severity="error", message="a"))
    assert can_be_known(Diagnostic(code="NP416", severity="warning", message="a"))


def test_a_finding_of_the_run_has_no_line():
    (only,) = known(Diagnostic(code="NP616", severity="warning", message="`web` is open")).counts
    assert only == ("", "NP616", "", ("web",))


def test_the_text_has_a_line_each_in_order_and_nothing_private():
    secret = found(SECRET, SECRET.index("  token"), name="a.yaml", code="NP611", message="a port without a protocol")
    text = text_of(known(found(), found("b" * 300), secret, found()))
    listed = [json.loads(line.strip(" ,")) for line in text.splitlines()[1:-1]]
    assert [(each["file"], each["line"], each["count"]) for each in listed] == [
        ("a.yaml", "", 1),
        ("shop.netpol", "b" * LONGEST, 1),
        ("shop.netpol", "web -> any:443", 2),
    ]
    assert json.loads(text)["format_version"] == "1"
    assert "hunter2" not in text
    assert json.loads(text_of(known())) == {"format_version": "1", "findings": []}


def test_what_is_kept_of_the_old_list_stays():
    old = known(found(), found(name="b.netpol"))
    kept = [each for each in old.counts if each.file == "b.netpol"]
    assert old.rewritten([], kept).counts == known(found(name="b.netpol")).counts
