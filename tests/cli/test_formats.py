import json
import xml.etree.ElementTree as ET

import pytest

from netpolc.cli.options import DiagnosticsForm, FindingsForm
from netpolc.diagnostics.formats import FORMATS

DOCUMENTS = ("json", "sarif", "gitlab", "junit")
LINES = ("github", "plain")
BAD = "namespace shop\nweb -> db:70000\n"
DOUBTFUL = "web -> 10.0.0.0/8:1\n"
GOOD = "namespace shop\nweb -> db:5432\n"


def codes_in(form, text):
    """The codes that a document holds."""
    if form == "junit":
        said = [test[0].text for test in ET.fromstring(text).iter("testcase") if len(test)]  # noqa: S314 -- our own
        return [message.partition("[")[2][:5] for message in said]
    document = json.loads(text)
    if form == "sarif":
        return [result["ruleId"] for result in document["runs"][0]["results"]]
    if form == "gitlab":
        return [violation["check_name"] for violation in document]
    return [diagnostic["code"] for diagnostic in document["diagnostics"]]


def test_the_forms_to_choose_from_are_those_there_are():
    assert {form.value for form in FindingsForm} == FORMATS.keys()
    assert {form.value for form in DiagnosticsForm} < FORMATS.keys()


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize(("text", "code", "codes"), [(GOOD, 0, []), (DOUBTFUL, 0, ["NP501"]), (BAD, 1, ["NP302"])])
def test_documents_are_the_result_also_where_nothing_is_wrong(netpolc, here, form, text, code, codes):
    here.write("a.netpol", text)
    ran = netpolc("check", "--format", form, "a.netpol")
    assert (ran.code, ran.err) == (code, "")
    assert ran.out.endswith("\n")
    assert codes_in(form, ran.out) == codes


@pytest.mark.parametrize("form", DOCUMENTS)
def test_documents_tell_of_a_run_that_could_not_be(netpolc, here, form):  # noqa: ARG001 -- nothing is there
    ran = netpolc("check", "--format", form, "a.netpol")
    assert (ran.code, ran.err) == (2, "")
    assert codes_in(form, ran.out) == ["NP805"]


def test_commands_of_a_workflow(netpolc, here):
    here.write("a.netpol", GOOD)
    assert netpolc("check", "--format", "github") == (0, "", "")
    here.write("a.netpol", BAD)
    ran = netpolc("check", "--format", "github")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("::error file=a.netpol,line=2,endLine=2,col=11,endColumn=16,title=NP302 ")


@pytest.mark.parametrize("form", [*DOCUMENTS, *LINES])
def test_notes(netpolc, here, form):
    here.write("a.netpol", "namespace shop\nbaseline deny all\nweb -> data/db:1\n")
    quiet, usual, verbose = (netpolc("check", "--format", form, *more).out for more in (["-q"], [], ["-v"]))
    assert "NP502" not in quiet
    assert ("NP502" in usual) is (form in DOCUMENTS)
    assert "NP502" in verbose


@pytest.mark.parametrize("form", [*DOCUMENTS, *LINES])
def test_colour_is_for_people(netpolc, here, form):
    here.write("a.netpol", BAD)
    plain = netpolc("check", "--format", form)
    assert netpolc("check", "--format", form, "--color", "always") == plain
    assert "\x1b" not in plain.out


@pytest.mark.parametrize(("command", "code"), [("build", 1), ("fmt", 1), ("reach", 2)])
def test_errors_that_are_no_result_go_beside_it(netpolc, here, command, code):
    here.write("a.netpol", "web => db:1\n")
    ran = netpolc(command, "--error-format", "github", "a.netpol")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("::error file=a.netpol,line=1,")


@pytest.mark.parametrize("form", ["sarif", "gitlab", "junit"])
@pytest.mark.parametrize("command", ["build", "check", "fmt", "reach"])
def test_reports_are_no_form_of_errors(netpolc, here, command, form):
    here.write("a.netpol", BAD)
    ran = netpolc(command, "--error-format", form, "a.netpol")
    assert (ran.code, ran.out) == (2, "")
    assert f"`{form}` is not one of" in ran.err


@pytest.mark.parametrize("form", [*DOCUMENTS, *LINES])
def test_a_report_is_the_same_each_time_and_wherever_it_is_made(process, here, tmp_path, form):
    said = set()
    for folder, seed in ((here.path, "1"), (tmp_path / "elsewhere", "2")):
        folder.mkdir(exist_ok=True)
        (folder / "a.netpol").write_text(BAD + "web -> 10.0.0.1:1\nweb -> 10.0.0.1:1\n")
        ran = process("check", "--format", form, cwd=folder, env={"PYTHONHASHSEED": seed, "LC_ALL": "C"})
        assert (ran.returncode, ran.stderr) == (1, b"")
        said.add(ran.stdout)
    assert len(said) == 1


def test_a_hostile_file_name_breaks_no_document(netpolc, here):
    name = 'a\n::error::]]><b %0A\x1b".netpol'
    here.write(name, BAD)
    for form in DOCUMENTS:
        assert codes_in(form, netpolc("check", "--format", form).out) == ["NP302"]
    for form in LINES:
        out = netpolc("check", "--format", form).out
        assert (out.count("\n"), "\x1b" in out) == (1, False)
