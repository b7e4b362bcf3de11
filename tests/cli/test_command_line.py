import json
import re

import pytest

from netpolc.cli.words import COMMANDS, FOREIGN, UNTOUCHED
from netpolc.diagnostics.formats import FORMATS
from netpolc.version import VERSION

BAD = "namespace shop\npods database = [app=db]\nstrict names\n* -> databse:5432\n"


def test_the_version(netpolc):
    ran = netpolc("--version")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("netpolc ")
    assert netpolc("-V") == ran


def test_help_names_every_command(netpolc):
    ran = netpolc("--help")
    assert (ran.code, ran.err) == (0, "")
    assert all(re.search(rf"^  {name} +{re.escape(COMMANDS[name])}$", ran.out, re.MULTILINE) for name in COMMANDS)
    assert netpolc("-h") == netpolc("help") == ran


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"help", "krm", "post-render"}])
def test_help_of_a_command_has_examples(netpolc, name):
    ran = netpolc(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    typed = name.replace("flows-sql", "flows sql")
    assert f"  netpolc {typed}" in ran.out


def test_words_that_are_spelt_as_options_elsewhere(netpolc):
    assert netpolc("version") == netpolc("--version")
    assert netpolc("help", "build") == netpolc("build", "--help")
    assert netpolc("help", "help") == netpolc("help", "--help") == netpolc("--help")
    assert netpolc("help", "version") == netpolc("version", "--help")


def test_the_version_as_json(netpolc):
    ran = netpolc("version", "--format", "json")
    assert (ran.code, json.loads(ran.out)["version"]) == (0, VERSION)


@pytest.mark.parametrize(
    ("word", "use"),
    [
        ("lint", "use `netpolc check`"),
        ("validate", "use `netpolc check`"),
        ("generate", "use `netpolc build`"),
        ("eval", "use `netpolc can`"),
        ("list", "use `netpolc reach`"),
        ("changes", "use `netpolc diff`"),
        ("convert", "use `netpolc import`"),
        ("format", "use `netpolc fmt`"),
        ("FMT", "use `netpolc fmt`"),
        ("chekc", "use `netpolc check`"),
        ("valdiate", "use `netpolc check`"),
        ("deploy", "use `netpolc apply`"),
        ("dump", "use `netpolc pull`"),
        ("describe", "use `netpolc reach`"),
        ("dot", "use `netpolc graph`"),
        ("rm", "take the lines out"),
        ("NP203", "use `netpolc explain NP203`"),
        ("shop.netpol", "use `netpolc build shop.netpol`"),
        ("policies/", "use `netpolc build policies/`"),
        ("frobnicate", "`netpolc help` lists them"),
    ],
)
def test_a_word_of_other_tools_is_answered_with_the_command_that_does_it(netpolc, word, use):
    for ran in (netpolc(word), netpolc("help", word)):
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"error[NP823]: there is no command `{word}`\n")
        assert use in ran.err


def test_words_of_other_tools_lead_to_commands_and_are_none():
    assert {use.split()[0] for use in FOREIGN.values()} <= COMMANDS.keys()
    assert not (FOREIGN.keys() | UNTOUCHED) & COMMANDS.keys()
    assert not FOREIGN.keys() & UNTOUCHED


@pytest.mark.parametrize(
    ("arguments", "use"),
    [
        (("check", "--json"), "use `--format json`"),
        (("build", "--json"), "`netpolc build --help` lists its options"),
        (("build", "--no-color"), "use `--color never`"),
        (("build", "--Env", "x"), "use `--env`"),
        (("build", "--dryrun"), "use `--dry-run`"),
        (("graph", "--form", "dot"), "use `--format`"),
        (("check", "--work", "pods.yaml"), "use `--workloads`"),
        (("check", "--f", "x"), "`netpolc check --help` lists its options"),
        (("build", "-f", "a.netpol"), "name files and folders without an option"),
        (("--show-completion",), "use `netpolc completion SHELL`"),
        (("-n", "shop", "build"), "options stand behind the command"),
        (("build", "--layout", "Object"), "use `object`"),
        (("check", "--format", "saref"), "use `sarif`"),
        (("can", "a"), "DST:PORT is missing"),
        (("build", "--check=yes"), "use `--check` alone"),
        (("explain", "NP203", "x", "y"), "write `netpolc explain CODE`"),
    ],
)
def test_what_may_have_been_meant_is_said(netpolc, arguments, use):
    ran = netpolc(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[NP823]: ")
    assert use in ran.err


@pytest.mark.parametrize("form", ["plain", "json", "github", "human"])
@pytest.mark.parametrize(
    "wrong",
    [
        ("build", "--evn", "x"),
        ("build", "-e", "dev"),
        ("reach", "--format", "txt"),
        ("can", "a"),
        ("diff", "--against", "main", "x", "y"),
        ("lint",),
    ],
)
def test_usage_errors_have_the_form_of_others(netpolc, here, wrong, form):
    here.write("netpolc.toml", "[env.prod]\n[env.staging]\n")
    ran = netpolc(*wrong, f"--error-format={form}")
    assert (ran.code, ran.out) == (2, "")
    if form == "json":
        (found,) = json.loads(ran.err)["diagnostics"]
        assert (found["code"], found["severity"], found["range"]) == ("NP823", "error", None)
    else:
        assert ran.err.startswith({"plain": "error[NP823]: ", "github": "::error title=NP823", "human": "error["}[form])


def test_a_program_that_asked_for_a_document_gets_one(netpolc, here):
    here.write("a.netpol", "namespace shop\nweb -> db:1\n")
    here.write("bad.netpol", BAD)
    for wrong in (
        ("can", "wbe", "db:1", "a.netpol", "--format", "json"),
        ("can", "web", "--format", "json"),
        ("reach", "--format", "json", "bad.netpol"),
        ("reach", "--format=json", "--form", "x"),
        ("diff", "a.netpol", "bad.netpol", "--format", "json"),
        ("diff", "a.netpol", "--format", "json"),
        ("rules", "--format", "json", "x"),
    ):
        ran = netpolc(*wrong)
        assert (ran.code, ran.out) == (2, ""), wrong
        assert json.loads(ran.err)["valid"] is False
    asked = netpolc("can", "web", "--format", "json", "--error-format", "human")
    assert asked.err.startswith("error[NP823]")


@pytest.mark.parametrize("form", sorted(FORMATS.keys() - {"human"}))
def test_a_form_of_findings_goes_where_findings_go(netpolc, form):
    ran = netpolc("check", "--format", form, "--frmat")
    assert (ran.code, ran.err) == (2, "")
    assert "--frmat" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Usage:"),
        (("buidl",), "use `netpolc build`"),
        (("chekc",), "use `netpolc check`"),
        (("build", "--evn", "prod"), "--env"),
        (("build", "--outptu", "x"), "--output"),
        (("check", "--frmat", "json"), "--format"),
        (("build", "--layout", "objects"), "`object`, `namespace`, `single`"),
        (("build", "--target", "cilium"), "networkpolicy"),
        (("build", "--output"), "write `--output PATH`"),
        (("build", "-o", "-n", "shop"), "-o: its value is missing"),
        (("check", "a.netpol", "--workloads", "--platform", "eks"), "write `--workloads MANIFESTS`"),
        (("check", "--format", "--strict"), "--format: its value is missing"),
        (("report", "--title", "--output", "x.html"), "--title: its value is missing"),
        (("check", "--color", "purple"), "`auto`, `always`, `never`"),
        (("explain",), "CODE"),
        (("explain", "NP203", "NP204"), "NP204"),
        (("rules", "x"), "`x` is more than it takes"),
        (("fmt", "--force"), "there is no option `--force`"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_there_is(netpolc, here, arguments, said):
    ran = netpolc(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert here.files() == {}


def test_a_value_that_looks_like_an_option_stands_behind_an_equals_sign(netpolc, here):
    here.write("a.netpol", "namespace shop\nbaseline deny ingress\nweb -> db:1\n")
    ran = netpolc("report", "a.netpol", "--title=--strict", "-o", "x.html")
    assert ran.code == 0
    assert "--strict" in (here / "x.html").read_text()
    assert netpolc("build", "a.netpol", "-o", "-").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", ""),
        ("build", "a.netpol", "-o", ""),
        ("build", "a.netpol", "-n", ""),
        ("build", "a.netpol", "-e", ""),
        ("build", "a.netpol", "--templates", ""),
        ("check", ""),
        ("fmt", "a.netpol", ""),
        ("init", ""),
    ],
)
def test_a_variable_that_nobody_set_is_wrong_usage(netpolc, here, arguments):
    here.write("a.netpol", "web   -> db:1\n")
    before = here.files()
    ran = netpolc(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "it is empty" in ran.err or "at least 1 byte" in ran.err or "RFC 1123" in ran.err
    assert here.files() == before


def test_exit_codes(netpolc, here):
    here.write("good.netpol", "web -> db:5432\n")
    here.write("bad.netpol", BAD)
    here.write("loose.netpol", "web  ->  db:5432\n")
    assert netpolc("build", "good.netpol").code == 0
    assert netpolc("check", "good.netpol").code == 0
    assert netpolc("fmt", "--check", "good.netpol").code == 0
    assert netpolc("build", "bad.netpol").code == 1
    assert netpolc("check", "bad.netpol").code == 1
    assert netpolc("fmt", "--check", "loose.netpol").code == 1
    for name in ("build", "check", "fmt"):
        assert netpolc(name, "missing.netpol").code == 2


def test_results_go_to_stdout_and_diagnostics_to_stderr(netpolc, here):
    here.write("good.netpol", "web -> db:5432\n")
    here.write("bad.netpol", BAD)
    built = netpolc("build", "good.netpol")
    assert built.out.startswith("# Written by netpolc from good.netpol.")
    assert built.err == ""
    failed = netpolc("build", "bad.netpol")
    assert failed.out == ""
    assert failed.err.startswith("error[NP203]: unknown name `databse`\n")
    assert failed.err.endswith("\n1 error\n")
    checked = netpolc("check", "bad.netpol")
    assert (checked.out, checked.err) == (failed.err, "")
    assert netpolc("fmt", "bad.netpol").out == ""


def test_a_file_that_cannot_be_read_is_a_finding_of_check(netpolc):
    ran = netpolc("check", "--format", "json", "missing.netpol")
    assert (ran.code, ran.err) == (2, "")
    (found,) = json.loads(ran.out)["diagnostics"]
    assert found["code"] == "NP805"
    assert found["range"] is None


def test_a_run_reports_once(netpolc, here):
    here.write(
        "quiet.netpol", "namespace a\nbaseline deny egress\nnamespace b\nbaseline deny egress\na/x -> b/y:1 ingress\n"
    )
    ran = netpolc("build", "quiet.netpol", "-o", "out", "--error-format", "json")
    assert ran.code == 0
    # One document for a program to read; the line for people after it is on the same stream.
    document, end = json.JSONDecoder().raw_decode(ran.err)
    assert document["valid"]
    assert [found["code"] for found in document["diagnostics"]] == ["NP501"]
    assert "{" not in ran.err[end:]


def test_quiet_prints_errors_only(netpolc, here):
    here.write("doubtful.netpol", "x -> 10.0.0.0/8:1\n")
    assert "NP501" in netpolc("check", "doubtful.netpol").out
    assert netpolc("check", "-q", "doubtful.netpol") == (0, "", "")
    assert netpolc("build", "-q", "doubtful.netpol", "-o", "out") == (0, "", "")
    here.write("bad.netpol", BAD)
    assert "NP203" in netpolc("check", "-q", "bad.netpol").out


def test_verbose_prints_notes_and_deeds(netpolc, here):
    here.write("mine.netpol", "namespace shop\nbaseline deny all\nweb -> other/db:1\n")
    assert "NP502" not in netpolc("build", "mine.netpol").err
    ran = netpolc("build", "-v", "mine.netpol", "-o", "out")
    assert "note[NP502]" in ran.err
    assert "create shop/default-deny.yaml" in ran.err


def test_a_fault_of_netpolc_ends_with_3_and_tells_nothing_of_the_input(netpolc, here, monkeypatch):
    here.write("secret-project.netpol", "very-secret-workload -> db:5432\n")

    def fail(*_arguments):
        raise ValueError("very-secret-workload")

    monkeypatch.setattr("netpolc.compiler.pipeline.analyse", fail)
    for name in ("build", "check"):
        ran = netpolc(name, "secret-project.netpol")
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("error[NP901]: netpolc failed: ValueError\n")
        assert "report" in ran.err
        assert "Traceback" not in ran.err
        assert "secret" not in ran.err
        assert len(ran.err.splitlines()) < 10


def test_an_interrupted_run_ends_with_130(netpolc, here, monkeypatch):
    here.write("a.netpol", "web -> db:5432\n")

    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("netpolc.compiler.pipeline.analyse", interrupt)
    assert netpolc("build", "a.netpol") == (130, "", "")


WRITING = (
    ("build", "a.netpol", "-o", "out"),
    ("fmt", "a.netpol"),
    ("reach", "a.netpol", "-o", "x.txt"),
    ("can", "web", "db:1", "a.netpol", "-o", "x.txt"),
    ("diff", "a.yaml", "a.netpol", "-o", "x.txt"),
    ("import", "a.yaml", "-o", "out"),
    ("suggest", "a.yaml", "-o", "out"),
)
OBJECTS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        *((arguments, "netpolc.project.writing.Staging.rename") for arguments in WRITING),
        *((arguments, "netpolc.cli.session.exclusion_of") for arguments in (*WRITING, ("check",), ("watch",))),
        *((arguments, "netpolc.cli.delivering.read_stdin") for arguments in (("krm",), ("post-render", "a.netpol"))),
    ],
)
def test_an_interrupted_command_leaves_nothing(netpolc, here, monkeypatch, arguments, place):
    here.write("a.netpol", "namespace shop\nweb  ->  db:5432\n")
    here.write("a.yaml", OBJECTS)
    before = here.files()

    def interrupt(*_arguments, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupt)
    ran = netpolc(*arguments)
    assert (ran.code, ran.out) == (130, "")
    assert "error" not in ran.err
    assert here.files() == before


@pytest.mark.parametrize("columns", [1, 40, 80, 500])
def test_diagnostics_fit_the_terminal(netpolc, here, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    here.write("wide.netpol", "{" + ", ".join(f"workload-{i}" for i in range(50)) + "} -> db:70000\n")
    ran = netpolc("check", "wide.netpol")
    shown = [line for line in ran.out.splitlines() if "|" in line]
    assert any("70000" in line for line in shown)
    assert max(map(len, shown)) <= min(max(columns, 40), 120)


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("name", ["", "build", "can"])
def test_help_fits_the_terminal(netpolc, monkeypatch, width, name):
    monkeypatch.setenv("COLUMNS", str(width))
    # Examples are not wrapped, since they are to be copied, and names of options stay whole.
    lines = netpolc(*filter(None, [name]), "--help").out.partition("Examples:")[0].splitlines()
    assert [line for line in lines if len(line) > width and not line.startswith(("  --", "  https:"))] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_and_its_examples_fit_a_usual_terminal(netpolc, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    assert [line for line in netpolc(name, "--help").out.splitlines() if len(line) > 80] == []


def test_color_where_it_is_asked_for(netpolc, here, monkeypatch):
    here.write("bad.netpol", BAD)
    assert "\x1b[" not in netpolc("check", "bad.netpol").out
    assert "\x1b[" in netpolc("check", "--color", "always", "bad.netpol").out
    assert "\x1b[" not in netpolc("check", "--color", "never", "bad.netpol").out
    assert "\x1b[" not in netpolc("check", "--color", "always", "--format", "json", "bad.netpol").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" in netpolc("check", "--color", "always", "bad.netpol").out


@pytest.mark.parametrize(
    "asked",
    [
        ("can", "web", "db:1", "a.netpol"),
        ("can", "web", "db:2", "a.netpol"),
        ("can", "web", "db:{1, 2, 3}", "a.netpol"),
        ("reach", "a.netpol"),
        ("reach", "--pairs", "a.netpol"),
        ("reach", "--explain", "a.netpol"),
        ("reach", "--by", "namespace", "a.netpol"),
        ("reach", "--denied", "a.netpol", "pods.yaml"),
        ("diff", "a.netpol", "b.netpol"),
    ],
)
def test_answers_have_colours_that_change_nothing_else(netpolc, here, monkeypatch, asked):
    here.write("a.netpol", "namespace shop\nbaseline deny all\nweb -> db:1\n")
    here.write("b.netpol", "namespace shop\nbaseline deny all\nweb -> db:{1, 2}\n")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: shop, labels: {app: %s}}\nspec: {}\n"
    here.write("pods.yaml", "---\n".join(pod % (name, name) for name in ("web", "db")))
    black = netpolc(*asked)
    assert "\x1b[" not in black.out
    monkeypatch.setenv("FORCE_COLOR", "1")
    painted = netpolc(*asked)
    assert "\x1b[" in painted.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted.out) == black.out


def test_only_what_people_read_has_colours(netpolc, here):
    here.write("a.netpol", "namespace shop\nbaseline deny all\nweb -> db:1\n")
    asked = ("can", "web", "db:1", "a.netpol", "--color", "always")
    assert "\x1b[" in netpolc(*asked).out
    assert netpolc(*asked, "-o", "answer.txt").out == ""
    assert b"\x1b[" not in here.files()["answer.txt"]
    assert "\x1b[" not in netpolc(*asked, "--format", "json").out
