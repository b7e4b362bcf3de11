"""A build without changes compiles nothing, and one with any change is never taken for one without."""

import shutil

import pytest

from netpolc.compiler import pipeline
from tests.cli.conftest import ROOT

PROJECT = 'sources = ["*.netpol"]\noutput = "out"\n'


@pytest.fixture
def compiled(monkeypatch):
    """What was compiled, by environment."""
    calls = []

    def counted(loaded, options, part=None):
        calls.append((options.environment, set(part.namespaces)) if part else options.environment)
        return real(loaded, options, part)

    real = pipeline.analyse
    monkeypatch.setattr(pipeline, "analyse", counted)
    return calls


@pytest.fixture
def shop(here, netpolc, compiled):
    """A project that was built once and is remembered."""
    (here / "netpolc.toml").write_text(PROJECT, "utf-8")
    (here / "shop.netpol").write_text('import "shared.netpol" as s\nweb -> s.db\n', "utf-8")
    (here / "shared.netpol").write_text("service db = [app=db]:5432\n", "utf-8")
    assert netpolc("build").code == 0
    assert netpolc("build").code == 0
    assert compiled == [None]
    return here


@pytest.mark.usefixtures("shop")
def test_nothing_changed(netpolc, compiled):
    assert "2 unchanged" in netpolc("build").err
    assert compiled == [None]


@pytest.mark.usefixtures("shop")
def test_a_check_believes_no_memory(netpolc, compiled):
    assert netpolc("build", "--check").code == 0
    assert compiled == [None, None]


def test_output_that_is_gone_or_edited_is_noticed(shop, netpolc, compiled):
    (shop / "out" / "db.yaml").unlink()
    assert "1 written" in netpolc("build").err
    (shop / "out" / "db.yaml").write_text("mine", "utf-8")
    assert netpolc("build").code == 1
    assert (shop / "out" / "db.yaml").read_text("utf-8") == "mine"
    assert compiled == [None]


CHANGES = {
    "a source": lambda here: (here / "shop.netpol").write_text(
        'import "shared.netpol" as s\nwebapp -> s.db\n', "utf-8"
    ),
    "an import": lambda here: (here / "shared.netpol").write_text("service db = [app=db]:5433\n", "utf-8"),
    "a new source": lambda here: (here / "more.netpol").write_text("a -> b:80\n", "utf-8"),
    "a source less": lambda here: (here / "shared.netpol").rename(here / "shared.txt"),
    "the project file": lambda here: (here / "netpolc.toml").write_text(f'{PROJECT}[labels]\nteam = "a"\n', "utf-8"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_compiled(shop, netpolc, compiled, change):
    CHANGES[change](shop)
    netpolc("build")
    assert len(compiled) == 2


def test_another_root_is_another_name_in_comments(here, netpolc, compiled):
    """Comments name files from the root of the project, which may come to be without a change of any source."""
    (here / "a").mkdir()
    (here / "a" / "shop.netpol").write_text("a -> b:80\n", "utf-8")
    for _ in range(2):
        netpolc("build", "a/shop.netpol", "-o", "out")
        (here / "a" / ".git").mkdir(exist_ok=True)
    assert len(compiled) == 2
    assert "# shop.netpol:1" in (here / "out" / "b.yaml").read_text("utf-8")


def test_notes_are_said_where_they_are_asked_for(here, netpolc, compiled):
    (here / "shop.netpol").write_text("namespace shop\nbaseline deny egress\na -> other/b:80\n", "utf-8")
    runs = [
        netpolc("build", "shop.netpol", "-o", "out", *more) for more in ((), (), ("-v",), ("--error-format", "json"))
    ]
    assert len(compiled) == 3
    assert ["NP502" in run.err for run in runs] == [False, False, True, True]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("option", [("-n", "x"), ("--layout", "single"), ("-o", "other"), ("-e", "prod")])
def test_every_option_is_compiled(netpolc, compiled, option):
    netpolc("build", *option)
    assert len(compiled) == 2


@pytest.mark.usefixtures("shop")
def test_another_netpolc_compiles(netpolc, compiled, monkeypatch):
    monkeypatch.setattr("netpolc.cli.recall.fingerprint", lambda: b"x" * 32)
    netpolc("build")
    assert len(compiled) == 2


def test_findings_are_said_again(here, netpolc, compiled):
    (here / "shop.netpol").write_text("baseline assume deny egress\n10.0.0.0/8 -> 11.0.0.0/8:80\n", "utf-8")
    first = netpolc("build", "shop.netpol", "-o", "out")
    second = netpolc("build", "shop.netpol", "-o", "out")
    assert "NP501" in first.err
    assert "NP501" in second.err
    assert len(compiled) == 2


def test_templates_of_users_are_always_rendered(here, netpolc, compiled):
    (here / "t").mkdir()
    shutil.copy(ROOT / "templates" / "networkpolicy.yaml.j2", here / "t")
    (here / "shop.netpol").write_text("a -> b:80\n", "utf-8")
    for _ in range(2):
        assert netpolc("build", "shop.netpol", "-o", "out", "--templates", "t").code == 0
    assert len(compiled) == 2


@pytest.mark.parametrize("layout", ["object", "namespace"])
def test_a_change_of_one_namespace_compiles_that_alone(here, netpolc, compiled, layout):
    for name in ("shop", "data", "ops"):
        (here / f"{name}.netpol").write_text(f"namespace {name}\na -> b:80\na -> c:80\n", "utf-8")
    arguments = ("build", ".", "-o", "out", "--layout", layout)
    netpolc(*arguments)
    for line in ("a -> d:80", "# nothing", "a -> c:80"):
        (here / "shop.netpol").write_text(f"namespace shop\na -> b:80\n{line}\n", "utf-8")
        assert netpolc(*arguments).code == netpolc(*arguments, "--check").code == 0
        written = "".join((here / f"out/{name}").read_text("utf-8") for name in here.names("out"))
        assert written.count("kind: NetworkPolicy") == (9 if "->" in line else 8)
    assert compiled == [None] + [(None, {"shop"}), None] * 3
    (here / "shop.netpol").write_text("namespace shop\nbaseline deny all\na -> b:80\n", "utf-8")
    netpolc(*arguments)
    assert compiled[7:] == [None]


def test_each_environment_has_parts_of_its_own(here, netpolc, compiled):
    project = f"{PROJECT}[env.prod]\n[env.dev]\n"
    (here / "netpolc.toml").write_text(project, "utf-8")
    text = "namespace shop\na -> b:80\nenv prod {\na -> c:80\n}\n"
    (here / "shop.netpol").write_text(text, "utf-8")
    assert netpolc("build").code == 0
    (here / "shop.netpol").write_text(text.replace("c:80", "c:81"), "utf-8")
    assert netpolc("build").code == 0
    assert sorted(compiled[2:]) == [("dev", set()), ("prod", {"shop"})]
    assert netpolc("build", "--check").code == 0


def test_what_several_processes_built_is_remembered_as_well(here, netpolc, compiled, monkeypatch):
    monkeypatch.setattr("netpolc.processors.available", lambda: 3)
    monkeypatch.setattr("netpolc.compiler.output.SMALLEST_SHARE", 1)
    (here / "netpolc.toml").write_text(PROJECT, "utf-8")
    (here / "shop.netpol").write_text("namespace a {\n  x -> y:1\n}\nnamespace b {\n  x -> y:2\n}\n", "utf-8")
    assert "4 written" in netpolc("build").err
    assert "4 unchanged" in netpolc("build").err
    assert compiled == [None]
    (here / "shop.netpol").write_text("namespace a {\n  x -> y:1\n}\nnamespace b {\n  x -> y:3\n}\n", "utf-8")
    assert "1 written, 3 unchanged" in netpolc("build").err
    assert compiled == [None, (None, {"b"})]
