"""What is measured of netpolc, and what it is held to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Case, Target
from programs import FLOWS_PER_SERVICE, change_one_line, write_program

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICES, NAMESPACES = 1_500, 50
FLOWS = round(SERVICES * FLOWS_PER_SERVICE)
TENFOLD = 10

WRITTEN, UNCHANGED = " written", " unchanged"
UNVERIFIED = "not verified"
SETTINGS = 'sources = ["*.netpol"]\noutput = "out"\n'


def one_policy(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """The smallest project that there is."""
    folder = new_folder(place / "one")
    (folder / "netpolc.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "shop.netpol").write_text("webapp -> database:5000\n", encoding="utf-8")
    project = _Project(netpolc, folder)
    changed = "one policy, after a change of it"

    def change(repetition: int) -> None:
        (folder / "shop.netpol").write_text(f"webapp -> database:{5001 + repetition}\n", encoding="utf-8")

    return (
        project.from_nothing("one policy, the very first run: empty cache", Target(times_bare=9)),
        project.after(change, changed, Target(times_bare=9)),
        project.unchanged("one policy, nothing changed", Target(faster_than=changed)),
    )


def large_program(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """A company's policies: built whole, after a change of one line, and after none."""
    folder = _program(place / "large")
    project = _Project(netpolc, folder)
    changed = "the same, after a change of one line"
    return (
        project.from_nothing(_size(1), Target(times_bare=120, megabytes=150)),
        project.after(lambda repetition: change_one_line(folder, repetition), changed, Target(times_bare=40)),
        project.unchanged("the same, nothing changed", Target(faster_than=changed)),
    )


def growing_program(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """The large program, and one with ten times as many namespaces, services and flows."""
    projects = [(factor, _Project(netpolc, _program(place / f"times-{factor}", factor))) for factor in (1, TENFOLD)]
    return tuple(project.from_nothing(_size(factor), Target()) for factor, project in projects)


def verified_program(netpolc: Path, place: Path) -> tuple[Case, Case]:
    """The large program, built as it is, and without verification."""
    project = _Project(netpolc, _program(place / "verified"))
    verified = project.from_nothing(_size(1), Target())
    script = str(Path(__file__).with_name("unverified.py"))
    command = (str(netpolc.with_name("python")), "-P", script, "build")
    unverified = verified._replace(name="the same, not verified", command=command, says=(WRITTEN, UNVERIFIED))
    return verified._replace(never_says=(UNCHANGED, UNVERIFIED)), unverified


def reviewed_program(netpolc: Path, place: Path) -> tuple[Case, Case]:
    """The large program with one line changed: built whole, and compared with what it was; both from nothing."""
    folder = new_folder(place / "reviewed")
    for side in ("old", "new"):
        _program(folder / side)
    change_one_line(folder / "new", 1)
    built = _Project(netpolc, folder / "new").from_nothing(_size(1), Target())
    cache = folder / "diff-cache"

    def prepare(_: int) -> None:
        shutil.rmtree(cache, ignore_errors=True)

    compared = built._replace(
        name="`diff` of the same, one line changed",
        command=(str(netpolc), "diff", "old", "new"),
        folder=folder,
        cache=cache,
        prepare=prepare,
        says=(),
        never_says=(),
        lines=3,
    )
    return built, compared


def built_whole(netpolc: Path, folder: Path, name: str) -> Case:
    """A project built with an empty cache, for comparison with a peer."""
    return _Project(netpolc, folder).from_nothing(name, Target())


def new_folder(path: Path) -> Path:
    """An empty folder in the place of whatever was there."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


class _Project:
    """A folder with a netpolc.toml whose output is out/, with a cache beside it."""

    def __init__(self, netpolc: Path, folder: Path) -> None:
        self._command = (str(netpolc), "build")
        self._folder = folder
        self._cache = folder.with_name(f"{folder.name}-cache")

    def from_nothing(self, name: str, target: Target) -> Case:
        def prepare(_: int) -> None:
            shutil.rmtree(self._cache, ignore_errors=True)
            self._remove_output()

        return self._case(name, target)._replace(prepare=prepare, says=(WRITTEN,), never_says=(UNCHANGED,))

    def after(self, change: Callable[[int], None], name: str, target: Target) -> Case:
        return self._case(name, target)._replace(prepare=change, says=(WRITTEN, UNCHANGED))

    def unchanged(self, name: str, target: Target) -> Case:
        return self._case(name, target)._replace(says=(UNCHANGED,), never_says=(WRITTEN,))

    def _case(self, name: str, target: Target) -> Case:
        return Case(name, self._command, self._folder, lambda _: None, cache=self._cache, target=target)

    def _remove_output(self) -> None:
        shutil.rmtree(self._folder / "out", ignore_errors=True)


def _program(folder: Path, factor: int = 1) -> Path:
    new_folder(folder)
    # One file for each namespace, as reviewers take them; with one for each object, the file system is measured.
    (folder / "netpolc.toml").write_text(f'{SETTINGS}layout = "namespace"\n', encoding="utf-8")
    write_program(folder, SERVICES * factor, NAMESPACES * factor, FLOWS * factor)
    return folder


def _size(factor: int) -> str:
    return f"{SERVICES * factor:,} services in {NAMESPACES * factor} namespaces, {FLOWS * factor:,} flows, empty cache"
