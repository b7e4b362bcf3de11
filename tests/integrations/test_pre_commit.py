import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


@pytest.fixture
def hook(repository):
    """Run a hook on staged files: not at all, unless one matches, and with those that do, if it takes any."""

    def run(name, *staged, code=0):
        known = HOOKS[name]
        matching = [file for file in staged if re.search(known["files"], file)]
        if not matching:
            return None
        files = matching if known.get("pass_filenames", True) else []
        return repository.run(*shlex.split(known["entry"]), *known.get("args", ()), *files, code=code)

    return run


def test_each_hook_is_installed_from_this_repository():
    assert {*HOOKS} == {"netpolc-fmt", "netpolc-check", "netpolc-build-check"}
    assert {hook["language"] for hook in HOOKS.values()} == {"python"}


def test_fmt_rewrites_what_is_staged(hook, repository):
    for name in ("a.netpol", "b.netpol"):
        repository.write(name, "a  ->b:1\n")
    hook("netpolc-fmt", "a.netpol", "README.md")
    assert (repository.root / "a.netpol").read_text() == "a -> b:1\n"
    assert (repository.root / "b.netpol").read_text() == "a  ->b:1\n"


def test_a_file_that_is_called_like_an_option_is_formatted(hook, repository):
    repository.write("--help.netpol", "a  ->b:1\n")
    hook("netpolc-fmt", "--help.netpol")
    assert (repository.root / "--help.netpol").read_text() == "a -> b:1\n"


@pytest.mark.parametrize("staged", ["policies/shop.netpol", "netpolc.toml", "services/shop/netpolc.toml"])
def test_check_looks_at_the_whole_project(hook, repository, staged):
    hook("netpolc-check", staged)
    repository.write("policies/other.netpol", "a -> b\n")
    assert "NP301" in hook("netpolc-check", staged, code=1).stdout


@pytest.mark.parametrize("staged", ["policies/shop.netpol", "netpolc.toml", "deploy/shop/database.yaml", "t/x.yaml.j2"])
def test_build_check(hook, repository, staged):
    hook("netpolc-build-check", staged)
    repository.write("deploy/shop/database.yaml", "edited: true\n")
    assert "NP804" in hook("netpolc-build-check", staged, code=1).stderr


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.parametrize("staged", ["README.md", "my-netpolc.toml", "a.netpol.bak", "netpolc.toml/x", "src/netpol"])
def test_other_files_run_nothing(hook, name, staged):
    assert hook(name, staged) is None
