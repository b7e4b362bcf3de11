"""The files around the code agree: what is locked, what `make` offers, what CI runs, what names the version."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import msgspec
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from yamllint import linter
from yamllint.config import YamlLintConfig

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
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def test_the_lock_has_what_the_project_asks_for_and_nothing_else():
    assert {name for name, entry in LOCK.items() if "netpolc" in entry.by} == set(DECLARED)
    assert [name for name, entry in LOCK.items() if not {*entry.by} <= {"netpolc", *LOCK}] == []


def test_locked_versions_are_those_that_the_project_accepts():
    refused = [name for name, requirement in DECLARED.items() if not requirement.specifier.contains(LOCK[name].version)]
    assert refused == []


def test_what_is_locked_is_locked_by_its_content():
    assert [name for name, entry in LOCK.items() if not entry.hashes or not entry.by] == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-build.txt"])
def test_what_is_locked_to_run_and_to_build_is_what_is_tested(file):
    pinned = dict(PIN.findall(text_of(file)))
    assert {canonicalize_name(requirement.name) for requirement in RUNTIME} <= {*pinned}
    assert {name: version for name, version in pinned.items() if name in LOCK and LOCK[name].version != version} == {}
    assert len(re.findall(r"^    --hash=sha256:[0-9a-f]{64}\b", text_of(file), re.MULTILINE)) >= len(pinned)


def test_what_builds_is_locked():
    asked = [*map(Requirement, PROJECT["build-system"]["requires"])]
    pinned = dict(PIN.findall(text_of("requirements-build.txt")))
    assert [
        requirement.name for requirement in asked if not requirement.specifier.contains(pinned[requirement.name])
    ] == []
    assert {str(each) for each in asked} >= {*PROJECT["project"]["optional-dependencies"]["build"]}


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


TARGETS = dict(re.findall(r"^([a-z-]+):[^=\n]*?(?:## (.*))?$", text_of("Makefile"), re.MULTILINE))


def test_make_help_lists_every_target():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text_of("Makefile"), re.MULTILINE)
    assert set(phony.split()) == set(TARGETS)
    assert [name for name, described in TARGETS.items() if not described] == []
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split(maxsplit=1) for line in shown.splitlines()] == [list(target) for target in TARGETS.items()]


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "RELEASE.md", "benchmarks/README.md", ".ci/run"])
def test_documents_name_targets_that_there_are(file):
    named = re.findall(r"(?:`|^|&& )make ([a-z-]+)", text_of(file), re.MULTILINE)
    assert named
    assert set(named) <= set(TARGETS)


WORKFLOWS = {file.name: yaml.safe_load(file.read_text("utf-8")) for file in (ROOT / ".github/workflows").iterdir()}
PYTHONS = re.findall(r":: Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))


def test_ci_checks_every_python_that_the_project_names():
    job = WORKFLOWS["ci.yml"]["jobs"]["check"]
    assert job["strategy"]["matrix"]["python"] == PYTHONS
    assert {"run": "bash .ci/run"} in job["steps"]
    (setup,) = [step for step in job["steps"] if "setup-python" in step.get("uses", "")]
    assert setup["with"]["python-version"] == "${{ matrix.python }}"


def test_the_oldest_python_is_the_same_everywhere():
    oldest = PYTHONS[0]
    assert PROJECT["project"]["requires-python"] == f">={oldest}"
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert f"--python-version {oldest} " in text_of("Makefile")
    assert f"Python {oldest} or newer" in text_of("README.md")
    assert f"Python {oldest} or newer" in text_of("CONTRIBUTING.md")


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_workflow_may_only_read_and_runs_pinned_actions(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]
    assert [action for action in actions if not re.search(r"@[0-9a-f]{40}$", action)] == []
    assert [job for job in workflow["jobs"].values() if "timeout-minutes" not in job] == []


def test_what_may_publish_runs_nothing_of_the_repository():
    build, publish = WORKFLOWS["release.yml"]["jobs"].values()
    assert "permissions" not in build
    assert {"run": "bash .ci/release"} in build["steps"]
    assert publish["permissions"]["id-token"] == "write"
    assert [
        step for step in publish["steps"] if "checkout" in step.get("uses", "") or ".ci/" in step.get("run", "")
    ] == []
    assert "${{" not in "".join(step.get("run", "") for step in (*build["steps"], *publish["steps"]))


def test_the_files_of_platforms_are_yaml():
    rules = "{document-start: disable, line-length: {max: 120}, truthy: {check-keys: false}}"
    config = YamlLintConfig(f"{{extends: default, rules: {rules}}}")
    files = [*(ROOT / ".github").rglob("*.yml"), *ROOT.glob(".pre-commit-*.yaml")]
    assert len(files) >= 7
    assert [
        (file.name, str(problem)) for file in files for problem in linter.run(file.read_text("utf-8"), config)
    ] == []


HOOKS = {hook["id"]: hook for hook in yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"][0]["hooks"]}


def test_hooks_run_the_locked_tools():
    tools = [shlex.split(hook["entry"])[0] for hook in HOOKS.values() if "stages" not in hook]
    packages = {"netpolc": "netpolc", "lint-imports": "import-linter"}
    for tool in tools:
        name = tool.removeprefix(".venv/bin/")
        assert tool != name
        assert packages.get(name, name) in {"netpolc", *LOCK}


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        ("checks: find ports without names\n\nNobody saw them.\n", True),
        ("checks, tests: find ports without names\n", True),
        ("Merge branch 'main'\n", True),
        (f"checks: {'x' * 64}\n", True),
        (f"checks: {'x' * 65}\n", False),
        ("Find ports without names\n", False),
        ("Find ports\n\nchecks: them\n", False),
    ],
)
def test_a_subject_says_its_area(message, fits, tmp_path):
    (tmp_path / "message").write_text(message, "utf-8")
    ran = subprocess.run([*shlex.split(HOOKS["subject"]["entry"]), str(tmp_path / "message")], check=False)
    assert (ran.returncode == 0) == fits
