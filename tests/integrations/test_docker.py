import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "integrations/docker"
INSTRUCTIONS = [
    tuple(line.split(maxsplit=1))
    for line in re.sub(r"\\\n\s*", "", (FOLDER / "Dockerfile").read_text("utf-8")).splitlines()
    if line and not line.startswith("#")
]


def values(name):
    return [value for instruction, value in INSTRUCTIONS if instruction == name]


def test_the_base_is_a_patch_release_and_can_be_pinned_further():
    (base,) = values("ARG")
    assert re.fullmatch(r"PYTHON=python:3\.\d+\.\d+-slim-[a-z]+", base)
    assert {value.split()[0] for value in values("FROM")} == {"${PYTHON}"}


def test_nobody_is_root_and_what_runs_is_netpolc():
    last = INSTRUCTIONS[max(at for at, each in enumerate(INSTRUCTIONS) if each[0] == "FROM") :]
    assert [value for name, value in last if name == "USER"] == ["999:999"]
    assert ("ENTRYPOINT", '["netpolc"]') in last
    assert not [name for name, _ in last if name == "RUN"]


def test_the_context_is_what_the_wheel_is_built_from():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    hatch = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    needed |= {hatch["hooks"]["custom"]["path"], *hatch["packages"], *hatch["force-include"]}
    needed |= {"requirements.txt", "requirements-build.txt"}
    first, *allowed = [
        line
        for line in (FOLDER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
        if not line.startswith(("#", "**/"))
    ]
    assert first == "*"
    assert {line.removeprefix("!") for line in allowed} == needed


def test_all_that_is_fetched_is_locked():
    installs = [part for run in values("RUN") for part in run.split("&&") if " install " in part]
    assert len(installs) > 2
    assert [part for part in installs if "--require-hashes" not in part and "--no-deps" not in part] == []
