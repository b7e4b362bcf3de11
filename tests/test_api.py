import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import netpolc

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETPOLC_CACHE", "off")
    return tmp_path


def codes(result):
    return [diagnostic.code for diagnostic in result.diagnostics]


def test_what_is_exported():
    assert sorted(netpolc.__all__) == netpolc.__all__
    assert all(hasattr(netpolc, name) for name in netpolc.__all__)
    assert (ROOT / "netpolc/py.typed").exists()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        netpolc.nothing  # noqa: B018 -- the access is the point


def test_a_text():
    result = netpolc.compile_text("webapp -> database:5000")
    assert result.ok
    assert result.diagnostics == ()
    assert [policy.name for policy in result.policies] == ["default-deny", "database"]
    documents = list(yaml.safe_load_all(result.yaml))
    assert [document["metadata"]["name"] for document in documents] == ["default-deny", "database"]
    assert "# <text>:1: webapp -> database:5000" in result.yaml
    assert "shop.netpol:1" in netpolc.compile_text("a -> b:1", name="shop.netpol").yaml


def test_a_text_with_an_error():
    result = netpolc.compile_text("webapp -> database")
    assert not result.ok
    assert (result.policies, result.yaml) == ((), "")
    assert codes(result) == ["NP301"]
    (found,) = result.diagnostics
    assert repr(found.location) == "<text>:1:11"


def test_environments_and_namespaces():
    text = "param port pg\nenv prod { port pg = 1 }\nenv staging { port pg = 2 }\na -> b:pg\n"
    assert "port: 1" in netpolc.compile_text(text, env="prod", namespace="shop").yaml
    assert {policy.namespace for policy in netpolc.compile_text(text, env="staging", namespace="s").policies} == {"s"}
    assert codes(netpolc.compile_text(text)) == ["NP212"]
    assert "NP213" in codes(netpolc.compile_text(text, env="prd"))


@pytest.mark.parametrize(
    ("text", "code"),
    [("a -> b:1\0", "NP105"), ("# \ud800", "NP105"), ("\ud83d\ude00", "NP105"), ("\ufeffa -> b:1", None)],
)
def test_not_every_str_is_text(text, code):
    result = netpolc.compile_text(text)
    assert codes(result) == ([code] if code else [])
    assert netpolc.compile_text("a -> b:1", name="\ud800\n").ok


def test_imports_of_a_text_are_relative_to_the_working_folder(here):
    (here / "lib.netpol").write_text("port pg = 5432\n")
    assert "port: 5432" in netpolc.compile_text('import "lib.netpol"\na -> b:lib.pg').yaml
    assert codes(netpolc.compile_text('import "../lib.netpol"\na -> b:1')) == ["NP209"]


def test_paths(here):
    (here / "p").mkdir()
    (here / "p/a.netpol").write_text("namespace a\nx -> y:1\n")
    (here / "p/b.netpol").write_text("namespace b\nx -> y:1\n")
    whole = netpolc.compile_paths(["p"])
    assert whole.ok
    assert [(policy.namespace, policy.name) for policy in whole.policies] == [
        ("a", "default-deny"),
        ("a", "y"),
        ("b", "default-deny"),
        ("b", "y"),
    ]
    assert netpolc.compile_paths([here / "p/a.netpol", "p/b.netpol"]).policies == whole.policies
    assert netpolc.compile_paths(iter(["p/b.netpol", "p/a.netpol"])).yaml == whole.yaml
    assert netpolc.compile_paths("p").yaml == netpolc.compile_paths(Path("p")).yaml == whole.yaml


@pytest.mark.parametrize(
    ("paths", "code"), [(["none.netpol"], "NP805"), (["."], "NP807"), ([], "NP807"), (["a\0b"], "NP805")]
)
def test_paths_that_lead_nowhere(paths, code):
    result = netpolc.compile_paths(paths)
    assert codes(result) == [code]
    assert (result.ok, result.policies, result.yaml) == (False, (), "")


def test_importing_it_costs_little():
    """Nothing that takes long to import is, until something is compiled."""
    script = "import sys, netpolc; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert "netpolc" in loaded
    assert not loaded & {"lark", "jinja2", "typer", "click", "rich", "yaml", "hashlib", "importlib_metadata"}
