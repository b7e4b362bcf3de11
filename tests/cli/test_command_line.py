import json

import pytest

from netpolc.cli import app
from netpolc.diagnostics.codes import CODES

COMMANDS = ("build", "check", "fmt", "reach", "can", "init", "explain", "rules")
BAD = "namespace shop\npods database = [app=db]\nstrict names\n* -> databse:5432\n"


def test_the_version(netpolc):
    ran = netpolc("--version")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("netpolc ")
    assert netpolc("-V") == ran


def test_help_names_every_command(netpolc):
    ran = netpolc("--help")
    assert (ran.code, ran.err) == (0, "")
    assert all(f"\n  {name} " in ran.out for name in COMMANDS)
    assert netpolc("-h") == ran


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_has_examples(netpolc, name):
    ran = netpolc(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert f"  netpolc {name}" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Usage:"),
        (("buidl",), "Did you mean 'build'?"),
        (("chekc",), "Did you mean 'check'?"),
        (("build", "--evn", "prod"), "--env"),
        (("build", "--outptu", "x"), "--output"),
        (("check", "--frmat", "json"), "--format"),
        (("build", "--layout", "objects"), "'object', 'namespace', 'single'"),
        (("build", "--target", "cilium"), "networkpolicy"),
        (("build", "--output"), "requires an argument"),
        (("check", "--color", "purple"), "'auto', 'always', 'never'"),
        (("explain",), "CODE"),
        (("explain", "NP203", "NP204"), "NP204"),
        (("rules", "x"), "unexpected extra argument"),
        (("fmt", "--force"), "No such option"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_there_is(netpolc, here, arguments, said):
    ran = netpolc(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert here.files() == {}


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


@pytest.mark.parametrize("columns", [1, 40, 80, 500])
def test_diagnostics_fit_the_terminal(netpolc, here, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    here.write("wide.netpol", "{" + ", ".join(f"workload-{i}" for i in range(50)) + "} -> db:70000\n")
    ran = netpolc("check", "wide.netpol")
    shown = [line for line in ran.out.splitlines() if "|" in line]
    assert any("70000" in line for line in shown)
    assert max(map(len, shown)) <= min(max(columns, 40), 120)


@pytest.mark.parametrize("width", [40, 80])
def test_help_fits_the_terminal(netpolc, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    # Examples are not wrapped, since they are to be copied.
    lines = netpolc("build", "--help").out.partition("Examples:")[0].splitlines()
    assert max(map(len, lines)) <= max(width, 50)


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


def complete(monkeypatch, capsys, line):
    words = line.split(" ")
    monkeypatch.setenv("_NETPOLC_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setattr("sys.argv", ["netpolc"])
    with pytest.raises(SystemExit) as end:
        app.run()
    assert end.value.code == 0
    return capsys.readouterr().out.split()


def test_completion(here, monkeypatch, capsys):
    def completed(line):
        return complete(monkeypatch, capsys, line)

    assert completed("netpolc ex") == ["explain"]
    assert completed("netpolc build --la") == ["--layout"]
    assert completed("netpolc build --layout n") == ["namespace"]
    codes = [code.code for code in CODES if code.code.startswith("NP2")]
    assert completed("netpolc explain NP2") == codes
    assert completed("netpolc explain np2") == [code.lower() for code in codes]
    assert completed("netpolc explain ") == [code.code for code in CODES]
    assert completed("netpolc explain unk") == [code.name for code in CODES if code.name.startswith("unk")]
    assert completed("netpolc build --env ") == []
    here.write("netpolc.toml", "[env.prod]\n[env.preview]\n[env.staging]\n")
    assert completed("netpolc build --env pr") == ["prod", "preview"]
    assert completed("netpolc check -e s") == ["staging"]
    here.write("netpolc.toml", "[env.prod\n")
    assert completed("netpolc build --env ") == []


def test_endpoints_are_completed_from_the_project(here, monkeypatch, capsys):
    def completed(line):
        return complete(monkeypatch, capsys, line)

    assert completed("netpolc can ") == []
    here.write("netpolc.toml", 'sources = ["shop.netpol"]\nmanifests = ["*.yaml"]\n[env.prod]\n')
    here.write("shop.netpol", "namespace shop\npods database = [app=db]\nweb -> database:5432\n")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: %s, labels: {app: %s}}\nspec: {}\n"
    here.write("pods.yaml", "---\n".join([pod % ("web", "shop", "web"), pod % ("scraper", "monitoring", "scraper")]))
    assert completed("netpolc can shop/") == ["shop/database", "shop/web"]
    assert completed("netpolc can shop/web m") == ["monitoring/scraper"]
    assert completed("netpolc reach --from shop/w") == ["shop/web"]
    assert completed("netpolc reach --to shop/d") == ["shop/database"]
    here.write("netpolc.toml", "no project\n")
    assert completed("netpolc can shop/") == ["shop/database"]
