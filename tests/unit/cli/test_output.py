import io
import json
import sys

import pytest

from netpolc.cli.output import UNUSABLE, Style, exit_code, report, say
from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.model import Diagnostic
from tests.rows import each_row


def diagnostic(code, severity="error"):
    return Diagnostic(code=code, severity=severity, message=f"about {code}")


ERROR, WARNING, NOTE = diagnostic("NP203"), diagnostic("NP501", "warning"), diagnostic("NP502", "note")


@each_row(
    "codes, code",
    [
        ([], 0),
        (["NP203"], 1),
        (["NP803"], 1),
        (["NP804"], 1),
        (["NP805"], 2),
        (["NP203", "NP806"], 2),
        (["NP901"], 3),
        (["NP203", "NP901"], 3),
    ],
)
def test_how_a_run_ends(codes, code):
    assert exit_code([diagnostic(code) for code in codes]) == code
    assert exit_code([*(diagnostic(code) for code in codes), WARNING, NOTE]) == code


def test_warnings_and_notes_never_fail_by_themselves():
    assert exit_code([diagnostic(code, "warning") for code in BY_CODE]) == 0


def test_codes_of_files_and_settings_are_known():
    assert BY_CODE.keys() >= UNUSABLE


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (Style(form="plain"), ["NP203", "NP501"]),
        (Style(form="plain", quiet=True), ["NP203"]),
        (Style(form="plain", verbose=True), ["NP203", "NP501", "NP502"]),
        (Style(form="json"), ["NP203", "NP501", "NP502"]),
        (Style(form="json", quiet=True), ["NP203"]),
    ],
)
def test_what_is_said(capsys, style, said):
    report([ERROR, WARNING, NOTE], style)
    out, err = capsys.readouterr()
    assert out == ""
    assert [code for code in ("NP203", "NP501", "NP502") if f"about {code}" in err] == said
    report([ERROR], Style(form=style.form, as_result=True))
    out, err = capsys.readouterr()
    assert "about NP203" in out
    assert err == ""


def test_nothing_is_said_of_nothing_but_to_programs(capsys):
    report([], Style())
    report([NOTE], Style())
    assert capsys.readouterr() == ("", "")
    report([], Style(form="json"))
    assert json.loads(capsys.readouterr().err)["valid"] is True


def test_people_are_told_how_many(capsys):
    report([ERROR, diagnostic("NP301"), WARNING], Style())
    assert capsys.readouterr().err.endswith("\n\n2 errors, 1 warning\n")


def test_say(capsys):
    say("done", Style())
    say("done", Style(quiet=True))
    say("done", Style(form="json"))
    assert capsys.readouterr() == ("", "done\n")
    say("done", Style(form="json", as_result=True))
    assert capsys.readouterr() == ("", "done\n")


@pytest.mark.parametrize(
    ("when", "terminal", "environment", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"CLICOLOR": "0"}, False),
        ("auto", False, {"CLICOLOR": "1"}, False),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "true", "TERM": "dumb"}, True),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", False, {"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, True),
        ("auto", False, {"CLICOLOR_FORCE": "0"}, False),
        ("auto", True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("never", False, {"FORCE_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {}, False),
    ],
)
def test_color(monkeypatch, when, terminal, environment, expected):
    for name in ("NO_COLOR", "TERM", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(sys, "stderr", stream)
    report([ERROR], Style(color=when))
    assert ("\x1b[" in stream.getvalue()) is expected
