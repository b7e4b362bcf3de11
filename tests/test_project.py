"""The files around the code agree: what is locked, what `make` offers, what CI runs, what names the version."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from netpolc.version import VERSION

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
OURS = re.compile(r"(?:netpolc/netpolc[@/]v|\bnetpolc |\brev: v)(\d+\.\d+\.\d+)\b")
"""How files name netpolc's version."""
RELEASED = re.findall(r"^\| `([^`]+)` \|", (ROOT / "RELEASE.md").read_text("utf-8"), re.MULTILINE)
TOOLS = [Requirement(text) for text in PROJECT["project"]["optional-dependencies"]["dev"]]
DECLARED = {canonicalize_name(requirement.name): requirement for requirement in (*RUNTIME, *TOOLS)}


class Locked(msgspec.Struct):
    """An entry of the lock: `name==version ; marker`, its hashes, and the comment that says who asked for it."""

    requirement: Requirement
    hashes: list[str]
    by: list[str]

    @property
    def version(self):
        (pin,) = self.requirement.specifier
        assert pin.operator == "=="
        return pin.version


def text_of(file):
    return (ROOT / file).read_text("utf-8")


def locked():
    for entry in re.split(r"^(?=[a-z0-9])", text_of("requirements-dev.txt"), flags=re.MULTILINE)[1:]:
        requirement, *lines = entry.splitlines()
        comments = " ".join(line.strip().lstrip("# ") for line in lines if line.strip().startswith("#"))
        by = comments.removeprefix("via ").replace(" (pyproject.toml)", "").split()
        yield Locked(Requirement(requirement.rstrip(" \\")), re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry), by)


LOCK = {entry.requirement.name: entry for entry in locked()}


def test_the_lock_has_what_the_project_asks_for_and_nothing_else():
    assert {name for name, entry in LOCK.items() if "netpolc" in entry.by} == set(DECLARED)
    assert [name for name, entry in LOCK.items() if not {*entry.by} <= {"netpolc", *LOCK}] == []


def test_locked_versions_are_those_that_the_project_accepts():
    refused = [name for name, requirement in DECLARED.items() if not requirement.specifier.contains(LOCK[name].version)]
    assert refused == []


def test_what_is_locked_is_locked_by_its_content():
    assert [name for name, entry in LOCK.items() if not entry.hashes or not entry.by] == []


def test_the_wheel_is_built_with_what_the_package_runs_with():
    built = [Requirement(text) for text in PROJECT["build-system"]["requires"]]
    shared = [requirement for requirement in built if requirement.name != "hatchling"]
    assert [requirement for requirement in shared if requirement not in RUNTIME] == []


@pytest.mark.parametrize("file", RELEASED)
def test_what_a_release_moves_names_the_version(file):
    assert re.search(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.])", text_of(file))
    assert {*OURS.findall(text_of(file))} <= {VERSION}


def test_a_release_moves_all_that_names_the_version():
    files = [ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "action.yml", "pyproject.toml")]
    files += [
        file for folder in ("netpolc", "docs", "integrations", ".github") for file in (ROOT / folder).rglob("*.*")
    ]
    texts = {str(file.relative_to(ROOT)): file.read_text("utf-8", "ignore") for file in files if file.is_file()}
    assert [name for name, text in texts.items() if OURS.search(text) and name not in RELEASED] == []
