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


def install_by_go(package: str, bench: Path) -> Path | None:
    """Install the latest version of a program in Go, once; its path, or None without Go, or where that fails."""
    target = bench / "go"
    executable = target / "bin" / package.rpartition("/")[2]
    if shutil.which("go") is None:
        return None
    if executable.exists():
        return executable
    places = {"GOPATH": target, "GOBIN": target / "bin", "GOCACHE": target / "cache"}
    # What Go downloads is read-only otherwise, and `make clean` could not remove it.
    settings = {**{name: str(path) for name, path in places.items()}, "GOFLAGS": "-modcacherw"}
    try:
        _run("go", "install", f"{package}@latest", settings=settings)
    except subprocess.CalledProcessError:
        return None
    return executable


def installed_version(executable: Path) -> str:
    """The version of a program in Go."""
    command = ("go", "version", "-m", str(executable))
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment()).stdout
    return next(line.split()[2] for line in said.splitlines() if line.split()[:1] == ["mod"])


def _install(target: Path, requirement: str) -> Path:
    _run(sys.executable, "-m", "venv", "--clear", str(target))
    _run(str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", requirement)
    return target / "bin"


def _run(*command: str, settings: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=environment() | (settings or {}))
