"""Clean environments to measure in: netpolc as its users install it, and peers from PyPI."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from measuring import environment

if TYPE_CHECKING:
    from pathlib import Path


def install_checkout(checkout: Path, bench: Path) -> Path:
    """Build a wheel of a checkout and install it into a new environment; the folder of its commands."""
    wheels, target = bench / "wheels", bench / "netpolc"
    for folder in (wheels, target):
        shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(checkout))
    (wheel,) = wheels.glob("*.whl")
    return _install(target, str(wheel))


def install_from_index(requirement: str, bench: Path) -> Path | None:
    """Install a requirement into an environment of its own, once; None where that fails, as it does offline."""
    target = bench / requirement
    ready = target / "ready"
    if ready.exists():
        return target / "bin"
    try:
        commands = _install(target, requirement)
    except subprocess.CalledProcessError:
        return None
    ready.touch()
    return commands


def installed_version(executable: str) -> str:
    """Return the version of a program in Go as it says it itself, or nothing where there is no Go to ask it."""
    go = shutil.which("go")
    if go is None:
        return ""
    command = (go, "version", "-m", executable)
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment()).stdout
    return next((line.split()[2] for line in said.splitlines() if line.split()[:1] == ["mod"]), "")


def _install(target: Path, requirement: str) -> Path:
    _run(sys.executable, "-m", "venv", "--clear", str(target))
    _run(str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", requirement)
    return target / "bin"


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env=environment())
