import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs

PROGRAM = "namespace shop\n\nwebapp -> database:5432\n"
PROJECT = 'sources = ["policies/*.netpol"]\noutput = "deploy"\n'


class Place:
    """A project in a folder of its own, and an environment like that of a runner."""

    def __init__(self, root, tools):
        self.root = root
        self.tools = tools
        self.environment = {
            "PATH": os.pathsep.join((str(tools), str(Path(sys.executable).parent), os.environ["PATH"])),
            "NETPOLC_CACHE": os.environ["NETPOLC_CACHE"],
            "HOME": str(tools),
            "LC_ALL": "C.UTF-8",
            **{
                f"GIT_{who}_{what}": value
                for who in ("AUTHOR", "COMMITTER")
                for what, value in (("NAME", "a"), ("EMAIL", "a@example.com"))
            },
        }

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def tool(self, name, script):
        """Put a program of our own before all others."""
        path = self.tools / name
        path.write_text(script, "utf-8")
        path.chmod(0o755)

    def run(self, *command, stdin="", cwd=".", code=0, **environment):
        done = subprocess.run(
            command,
            cwd=self.root / cwd,
            env={**self.environment, **environment},
            input=stdin,
            check=False,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def commit(self):
        """Everything as a commit, and its name."""
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", "change")
        return self.run("git", "rev-parse", "HEAD").stdout.strip()


def project_in(folder):
    for name in ("project", "tools"):
        (folder / name).mkdir()
    place = Place(folder / "project", folder / "tools")
    place.tool("netpolc", (programs.tools() / "netpolc").read_text("utf-8"))
    place.write("netpolc.toml", PROJECT)
    place.write("policies/shop.netpol", PROGRAM)
    return place


@pytest.fixture
def project(tmp_path):
    """A project of one policy, not in a repository yet."""
    return project_in(tmp_path)


@pytest.fixture(scope="session")
def committed(tmp_path_factory):
    """The same in a repository, built and committed, to be copied."""
    place = project_in(tmp_path_factory.mktemp("committed"))
    place.run("git", "init", "--quiet", "--initial-branch", "main")
    place.run("netpolc", "build", "--quiet")
    place.commit()
    return place.root


@pytest.fixture
def repository(project, committed):
    """A repository of its own for a test, as if it had been made there."""
    shutil.copytree(committed, project.root, dirs_exist_ok=True, symlinks=True)
    project.run("git", "update-index", "-q", "--refresh")
    return project
