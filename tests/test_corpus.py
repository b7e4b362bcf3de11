"""One folder a set of manifests: a mistake that people make, or an idiom of theirs, and what is to be found in it.

`about.md` says what it is about. What is found is marked at the end of its line, by `# finds NP412, NP611` for errors
and warnings, of which there are no others, and by `# notes NP615` for notes; what has no place, in `about.md`. What is
below `workloads` is what `--workloads` gives.
"""

import datetime
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from netpolc.adopt.importer.importing import import_manifests
from netpolc.checks.options import CheckOptions
from netpolc.cluster.check import check_inputs
from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.fixing import choose, texts_with
from netpolc.diagnostics.model import errors_in
from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.language.formatting import format_source
from netpolc.source import Source
from tests.rows import each_row

CORPUS = Path(__file__).parent / "corpus"
SETS = sorted(path.name for path in CORPUS.iterdir())
OPTIONS = CompileOptions(
    checks=CheckOptions(today=datetime.date(2026, 1, 15), thorough=True, pod_addresses=("10.244.0.0/16",)),
)
MARK = re.compile(r" # (finds|notes) (NP\d{3}(?:, NP\d{3})*)$")
OF_ALL = re.compile(r"Of the whole: finds (NP\d{3})\.")
REMARKS = {f"NP{number}" for number in (605, *range(506, 515), *range(608, 620), 646)}


def look(folder):
    beside = ["workloads"] if (folder / "workloads").is_dir() else None
    names = sorted(path.name for path in folder.iterdir() if path.suffix in {".yaml", ".json"})
    inputs = read_inputs(names, Workspace(folder, programs=True), careful=True, beside=beside)
    return inputs, check_inputs(inputs, [OPTIONS], fits=beside is not None).diagnostics


checked = cache(look)


def marked(folder):
    """The place and code of each mark, by its word."""
    about = (folder / "about.md").read_text("utf-8")
    found = {"finds": {(None, None, code) for code in OF_ALL.findall(about)}, "notes": set()}
    for path in folder.rglob("*.yaml"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            mark = MARK.search(line)
            if mark is not None:
                name = path.relative_to(folder).as_posix()
                found[mark[1]] |= {(name, number, code) for code in mark[2].split(", ")}
    return found


def place_of(finding):
    at = finding.location
    return (None, None, finding.code) if at is None else (at.source.name, at.line, finding.code)


@each_row("name", SETS)
def test_a_set_says_what_it_is_about(name):
    title, blank, *text = (CORPUS / name / "about.md").read_text("utf-8").splitlines()
    assert title.startswith("# ")
    assert blank == ""
    assert text
    assert all(len(line) <= 120 for line in text)


@pytest.mark.parametrize("name", SETS)
def test_what_is_found_is_what_is_marked(name):
    _, findings = checked(CORPUS / name)
    marks = marked(CORPUS / name)
    assert {place_of(each) for each in findings if each.severity != "note"} == marks["finds"]
    assert {place_of(each) for each in findings if each.severity == "note"} >= marks["notes"]


@pytest.mark.parametrize("name", SETS)
def test_what_has_no_errors_can_be_imported(name):
    inputs, findings = checked(CORPUS / name)
    if errors_in(findings):
        return
    imported = import_manifests(inputs.manifests, apart=False)
    assert imported.diagnostics == ()
    (text,) = imported.files.values()
    formatted = format_source(Source("imported.netpol", text))
    assert (formatted.diagnostics, formatted.changed) == ((), False)
    assert compile_program(load_text(Source("imported.netpol", text), CORPUS), CompileOptions()).ok


@pytest.mark.parametrize("name", SETS)
def test_each_fix_mends_what_it_is_for_and_breaks_nothing(name, tmp_path):
    _, findings = checked(CORPUS / name)
    before = Counter(map(what, findings))
    fixes = [(finding, each) for finding in findings for each in finding.fixes]
    for number, (finding, each) in enumerate(fixes):
        folder = tmp_path / str(number)
        shutil.copytree(CORPUS / name, folder)
        apply(each, folder)
        _, rest = look(folder)
        after = Counter(map(what, rest))
        assert after[what(finding)] < before[what(finding)], each.message
        assert not errors_by_code(rest) - errors_by_code(findings), each.message


@pytest.mark.parametrize("name", SETS)
def test_safe_fixes_change_nothing_that_is_meant_and_leave_none_behind(name, tmp_path):
    inputs, findings = checked(CORPUS / name)
    safe = [each for one in findings for each in one.fixes if each.applicability == "safe"]
    for number, each in enumerate(safe):
        folder = tmp_path / str(number)
        shutil.copytree(CORPUS / name, folder)
        apply(each, folder)
        assert allows_the_same(inputs, look(folder)[0]), each.message
    if len(safe) > 1:
        folder = tmp_path / "all"
        shutil.copytree(CORPUS / name, folder)
        assert allows_the_same(inputs, fixed(folder, unsafe=False)[0])


@pytest.mark.parametrize("name", SETS)
def test_unsafe_fixes_come_to_an_end_and_leave_what_can_be_read(name, tmp_path):
    _, findings = checked(CORPUS / name)
    if any(each.fixes for each in findings):
        folder = tmp_path / "all"
        shutil.copytree(CORPUS / name, folder)
        _, rest = fixed(folder, unsafe=True)
        assert not errors_by_code(rest) - errors_by_code(findings)


MOST_RUNS = 20
"""How often somebody asks for fixes until there are none."""


def fixed(folder, *, unsafe):
    """Write all fixes that can be applied, until there is none; what is read and found then."""
    for _ in range(MOST_RUNS):
        inputs, findings = look(folder)
        texts = texts_with(choose(findings, inputs.texts, unsafe=unsafe))
        if not texts:
            return inputs, findings
        for source, text in texts.items():
            (folder / source.name).write_text(text, "utf-8")
    pytest.fail("there is no end of fixes")


def allows_the_same(before, after):
    """Whether two readings of policies say the same of every connection."""
    namespaces = {one.name: one.labels for one in before.manifests.namespaces}
    one, other = (rules_of_policies(each.manifests.policies, namespaces) for each in (before, after))
    return len(before.manifests.policies) == len(after.manifests.policies) and not [*differences(one, other)]


def what(finding):
    """What a fix must take away; lines below it move, so their numbers do not count."""
    return None if finding.location is None else finding.location.source.name, finding.code, finding.message


def errors_by_code(findings):
    return Counter(each.code for each in findings if each.severity == "error")


def apply(chosen, folder):
    for edit in sorted(chosen.edits, key=lambda edit: edit.location.order, reverse=True):
        path, span = folder / edit.location.source.name, edit.location.span
        text = path.read_text("utf-8")
        path.write_text(text[: span.start] + edit.text + text[span.end :], "utf-8")


def test_every_remark_on_manifests_is_met():
    found = {code for name in SETS for codes in marked(CORPUS / name).values() for *_, code in codes}
    assert found >= REMARKS
