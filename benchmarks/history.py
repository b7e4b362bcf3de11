"""What is measured of `diff` against a revision of a repository of a thousand files, of which few are asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from cases import new_folder
from measuring import Case, Target
from worlds import APPS, DEPLOYMENT, SEPARATOR, draw_world, policy

if TYPE_CHECKING:
    from pathlib import Path

FILES = 1_000
TIMES_DISK = 1.5
_AS_NOBODY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com")
_PARTS = (("a file", f"team-7/{APPS[0]}.yaml"), (f"a folder of {len(APPS)}", "team-7"))


def compared_with_revision(netpolc: Path, place: Path) -> tuple[tuple[Case, Case], ...]:
    """Return pairs of `diff` of the same: what was is on disk, and what was is in a revision."""
    folder = new_folder(place / "history")
    old, new = folder / "old", folder / "new"
    _write(new, "TCP")
    _git(new, "init", "--quiet", "--initial-branch=main")
    _git(new, "add", "--all")
    _git(new, "commit", "--quiet", "--message=all")
    shutil.copytree(new, old, ignore=shutil.ignore_patterns(".git"))
    _write(new, "UDP")
    return tuple(
        (
            _diff(netpolc, new, f"`diff` of {name}, both on disk", f"../old/{path}", path),
            _diff(netpolc, new, "the same against a revision", f"git:main:{path}", path)._replace(
                target=Target(cpu_times_other=TIMES_DISK)
            ),
        )
        for name, path in _PARTS
    )


def _write(folder: Path, protocol: str) -> None:
    """Write a file for each Deployment, with its policy; all ports are of one protocol."""
    for namespace, admitted in draw_world(FILES):
        (folder / namespace).mkdir(parents=True, exist_ok=True)
        for name, edges in admitted.items():
            rules = policy(namespace, name, edges).replace("protocol: TCP", f"protocol: {protocol}")
            text = SEPARATOR.join((DEPLOYMENT.format(name=name, namespace=namespace), rules))
            (folder / namespace / f"{name}.yaml").write_text(text, encoding="utf-8")


def _git(folder: Path, *command: str) -> None:
    subprocess.run((*_GIT, *command), cwd=folder, env=os.environ | _AS_NOBODY, check=True, capture_output=True)


def _diff(netpolc: Path, folder: Path, name: str, old: str, new: str) -> Case:
    command = (str(netpolc), "diff", old, new)
    return Case(name, command, folder, lambda _: None, cache=folder.with_name("diff-cache"), lines=3)
