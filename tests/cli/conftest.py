import functools
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from typer import main

from netpolc.cli.entry import run_command
from tests.api_server import ApiServer
from tests.json_forms import demand_fit_of

PROJECT = '[cluster]\nname = "shop"\ncontexts = ["double"]\n'
SHOP = "namespace shop\nbaseline deny ingress\n\nweb -> db:5432\n"
ROOT = Path(__file__).parents[2]


class Ran(NamedTuple):
    """How a run ended, and what it said."""

    code: int
    out: str
    err: str


class Folder:
    """A working folder, with the files that tests put there."""

    def __init__(self, path):
        self.path = path

    def __truediv__(self, name):
        return self.path / name

    def write(self, name, content):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def files(self):
        """Every file below it by name, with its content."""
        found = sorted(path for path in self.path.rglob("*") if path.is_file() and not path.is_symlink())
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}

    def names(self, below="."):
        """The files below a folder, but for the inventory."""
        return [
            path.relative_to(self.path / below).as_posix()
            for path in sorted((self.path / below).rglob("*"))
            if path.is_file() and path.name != ".netpolc-inventory"
        ]


@pytest.fixture(autouse=True, scope="session")
def commands_that_typer_prepares_once():
    """Typer prepares all commands anew for each run, which takes longer than what most runs do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "get_command", functools.cache(main.get_command))
        yield


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working folder of a run, empty. Its cache is that of all tests, which has the parser's tables."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    colors = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM")
    for name in (*colors, "COLUMNS", "NETPOLC_TRACEBACK", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return Folder(folder)


@pytest.fixture
def server(here, monkeypatch):
    """A cluster for `plan`, `apply` and `drift`, and a project that is for it."""
    made = ApiServer("shop", "default")
    monkeypatch.setattr("netpolc.cli.runs.rollout.find", lambda _: made)
    here.write("netpolc.toml", PROJECT)
    here.write("shop.netpol", SHOP)
    return made


@pytest.fixture
def netpolc(here, monkeypatch):  # noqa: ARG001 -- it works there
    """The command line, in this process; the documents that it prints fit their schemas."""

    def run(*arguments, stdin=b""):
        given = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin))
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["netpolc", *map(str, arguments)])
            patch.setattr(sys, "stdin", given)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = run_command()
        ran = Ran(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())
        for text, is_result in ((ran.out, True), (ran.err, False)):
            demand_fit_of(str(next(iter(arguments), "")), text, is_result=is_result)
        return ran

    return run


@pytest.fixture
def process(here):  # noqa: ARG001 -- it works there
    """The command line in a process of its own; what it writes are bytes."""

    def run(*arguments, **options):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
        return subprocess.run(
            command(*arguments), env=environment, check=False, capture_output=True, timeout=60, **options
        )

    return run


def command(*arguments):
    return [sys.executable, "-P", "-m", "netpolc", *map(str, arguments)]
