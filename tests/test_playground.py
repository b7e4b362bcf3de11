"""The playground without a browser: what its page asks of netpolc, its samples, and what the page may load."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from netpolc.language.highlighting.rules import rules

FOLDER = Path(__file__).parents[1] / "playground"


def script(name):
    """Load a file that is no part of a package, as it is loaded where it runs."""
    about = spec_from_file_location(f"playground_{name}", FOLDER / f"{name}.py")
    loaded = module_from_spec(about)
    about.loader.exec_module(loaded)
    return loaded


build, page = script("build"), script("session")
SAMPLES = build.samples((FOLDER.parent / "docs" / "tutorial.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def session():
    return page.Session()


def ask(session, about, **arguments):
    return json.loads(session.ask(json.dumps({"about": about, **arguments})))


def test_a_program_becomes_policies(session):
    answer = ask(session, "compile", text="webapp -> database:5000")

    assert answer["ok"]
    assert answer["policies"] == 2
    assert f"# {page.FILE}:1: webapp -> database:5000" in answer["yaml"]


def test_a_mistake_has_its_place_and_no_yaml(session):
    answer = ask(session, "compile", text="webapp -> database")

    assert not answer["ok"]
    assert answer["yaml"] == ""
    (found,) = answer["diagnostics"]
    assert (found["code"], found["range"]["start"]) == ("NP301", {"line": 1, "column": 11})


@pytest.mark.parametrize("about", ["picture", "can", "diff"])
def test_what_asks_of_a_program_with_a_mistake_is_answered_with_the_mistake(session, about):
    arguments = {
        "picture": {"text": "a -> b"},
        "can": {"text": "a -> b", "source": "a", "destination": "b:80"},
        "diff": {"old": "", "new": "a -> b"},
    }

    answer = ask(session, about, **arguments[about])

    assert answer["failure"].startswith("the program has an error: no port is given for `b`")


def test_a_question_is_answered_by_lines_and_one_that_cannot_be_meant_by_what_is_wrong(session):
    text = "webapp -> database:5000"

    assert ask(session, "can", text=text, source="webapp", destination="database:5000")["allowed"]
    assert not ask(session, "can", text=text, source="[app=other]", destination="database:5000")["allowed"]
    assert "no port is given" in ask(session, "can", text=text, source="webapp", destination="database")["failure"]


def test_a_change_opens_what_it_opens(session):
    answer = ask(session, "diff", old="webapp -> database:5000", new="* -> database:5000")

    assert "1 connection opened, 0 closed" in answer["text"]


def test_a_picture_and_a_page_are_text(session):
    assert ask(session, "picture", text="webapp -> database:5000")["dot"].startswith("digraph")
    assert ask(session, "explain", code="NP301")["title"] == "NP301 missing-port"


def test_a_text_that_nobody_would_wait_for_is_refused(session):
    assert "at most" in ask(session, "compile", text="#" * (page.MOST + 1))["failure"]


def test_texts_that_are_typed_leave_only_the_last_answer(session):
    program = "webapp -> database:5000"
    for end in range(len(program)):
        answer = ask(session, "compile", text=program[:end])
        assert answer["ok"] or answer["diagnostics"]


@pytest.mark.parametrize("sample", SAMPLES, ids=[each["title"] for each in SAMPLES])
def test_a_sample_is_what_the_tutorial_says_of_it(session, sample):
    answer = ask(session, "compile", text=sample["program"])

    assert answer["ok"] == (sample["title"] != "A mistake")


def test_a_page_asks_only_its_own_folder_and_its_script_finds_all_that_it_names():
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    script = (FOLDER / "playground.js").read_text(encoding="utf-8")

    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
    assert "unsafe-inline" not in policy
    assert "http" not in policy
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", script)
    assert set(re.findall(r'\bat\("([a-z-]+)"\)', script)) <= set(re.findall(r'id="([a-z-]+)"', html))
    for name in re.findall(r'(?:src|href)="([^"]*)"', html):
        assert (FOLDER / name).is_file()


def test_every_part_is_held_to_its_digest():
    known = json.loads((FOLDER / "packages.json").read_text(encoding="utf-8"))
    wanted = (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()

    assert known.keys() == build.PARTS.keys()
    assert all(each["integrity"].startswith("sha512-") for each in known.values())
    assert all(" --hash=sha256:" in line for line in wanted if not line.startswith("#"))


def test_the_rules_of_colours_match_in_a_browser_what_they_match_elsewhere():
    text = '"a\\\\" "b\\" c" -> [x="y", !z]:"http"/tcp  # "end\n"" "" "\\\n'
    outside, inside, end = rules()
    known = build.highlighting()
    for rule, written in zip(
        (*outside, *inside, end), (*known["outside"], *known["inside"], known["end"]), strict=True
    ):
        assert not re.search(r"[*+?}]\+|\(\?(?![:=!]|<[=!])|\\[AZz]", written.pattern)
        assert (written.kinds, written.enters) == (rule.kinds, rule.enters)
        spans = [[each.regs for each in re.finditer(one.pattern, text, re.MULTILINE)] for one in (rule, written)]
        assert spans[0] == spans[1]
