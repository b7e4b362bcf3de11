"""Layouts that do not end, abort, or leave debris; a stand-in is in the place of Graphviz."""

import sys

import pytest

from netpolc.report.pictures import graphviz

DRAWS = "import sys; sys.stderr.write('debris'); print('<?xml?><svg>' + sys.stdin.read() + sys.argv[1] + '</svg>')"
ENDLESS = "while True: pass"
ABORTS = "import os; os.abort()"
SAYS_NOTHING = ""


def laid_out(monkeypatch, **programs):
    def command(program):
        return sys.executable, "-S", "-E", "-c", programs[program], program

    monkeypatch.setattr(graphviz, "_command", command)
    return graphviz.lay_out("digraph {}", seconds=0.3)


def test_a_drawing_is_all_that_comes_back(monkeypatch):
    assert laid_out(monkeypatch, dot=DRAWS) == ("<svg>digraph {}dot</svg>\n", "dot", ())


@pytest.mark.parametrize(
    ("dot", "failure"),
    [
        (ENDLESS, "`dot` takes more than 0.3 seconds"),
        (ABORTS, "`dot` ended with -6"),
        (SAYS_NOTHING, "`dot` drew nothing"),
    ],
)
def test_another_program_draws_what_one_could_not(monkeypatch, dot, failure):
    monkeypatch.setattr(graphviz, "SECONDS", 0.3)
    assert laid_out(monkeypatch, dot=dot, sfdp=DRAWS) == ("<svg>digraph {}sfdp</svg>\n", "sfdp", (failure,))


def test_without_any_drawing_there_are_the_reasons(monkeypatch):
    found = laid_out(monkeypatch, dot=ABORTS, sfdp=SAYS_NOTHING)
    assert found == (None, "", ("`dot` ended with -6", "`sfdp` drew nothing"))


def test_the_extra_goes_before_a_program_on_the_path(monkeypatch):
    monkeypatch.setattr(graphviz, "installed", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(graphviz, "find_spec", lambda _: None)
    assert graphviz._command("sfdp") == ("/usr/bin/dot", "-Ksfdp", "-Tsvg")
    monkeypatch.setattr(graphviz, "find_spec", lambda _: True)
    assert graphviz._command("sfdp")[0] == sys.executable
    assert graphviz.can_lay_out()


def test_nothing_is_installed(monkeypatch):
    monkeypatch.setattr(graphviz, "installed", lambda _: None)
    monkeypatch.setattr(graphviz, "find_spec", lambda _: None)
    assert not graphviz.can_lay_out()
