"""The files that a beginning project creates and adds to, planned before any is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.adopt.starting.makefile import IGNORED, INCLUDE, MAKEFILES
from netpolc.project.filesystem import DISK
from netpolc.project.reading import reason
from netpolc.project.writing import Staging

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from pathlib import Path


class FileChange(msgspec.Struct, frozen=True):
    """The change to one file, by its path in the folder: it is created, kept as it is, or has lines added.

    One that `differs` is kept, too, and says something else than what would be created. One to `renew` is netpolc's
    own, as it wrote it.
    """

    kind: Literal["create", "keep", "add", "differs", "renew"]
    name: str
    content: bytes = b""
    detail: str = ""

    @property
    def said(self) -> str:
        """The change in a line."""
        kinds = {
            "create": "create  ",
            "keep": "keep    ",
            "add": "add to  ",
            "differs": "keep    ",
            "renew": "renew   ",
        }
        return f"{kinds[self.kind]}{self.name}{f': {self.detail}' if self.detail else ''}"


def planned(folder: Path, texts: Mapping[str, str], renewed: Container[str] = ()) -> list[FileChange]:
    """Return the changes that create texts, which are kept where they are, and include the Makefile fragment.

    Those `renewed` are written whatever is there.

    Raises:
        OSError: a file cannot be read, or a link leads out of the folder.
    """
    if DISK.exists(folder) and not DISK.is_folder(folder):
        raise NotADirectoryError(None, "it is no folder", str(folder))
    changes = [_created(folder, name, text, renews=name in renewed) for name, text in texts.items()]
    makefile = next((name for name in MAKEFILES if DISK.exists(folder / name)), MAKEFILES[-1])
    changes.append(_added(folder, makefile, (INCLUDE,)))
    if any(DISK.exists(above / ".git") for above in (folder, *folder.parents)):
        changes.append(_added(folder, ".gitignore", IGNORED))
    return changes


def apply(folder: Path, changes: Iterable[FileChange]) -> None:
    """Write all changes, or none where one of them cannot be written.

    Raises:
        OSError: something cannot be written.
    """
    pending = [change for change in changes if change.content]
    staging = Staging()
    try:
        with staging:
            staging.create_folder(folder)
            for temporary in [_staged(staging, folder, change) for change in pending]:
                staging.rename(temporary)
    except OSError as error:
        raise OSError(error.errno, reason(error), str(staging.at)) from error


def _staged(staging: Staging, folder: Path, change: FileChange) -> Path:
    target = (folder / change.name).resolve()
    staging.create_folder(target.parent)
    return staging.write(
        target, change.content, target.stat().st_mode & 0o777 if change.kind in ("add", "renew") else None
    )


def _created(folder: Path, name: str, text: str, *, renews: bool) -> FileChange:
    path = folder / name
    _demand_inside(path.parent, folder)
    if not os.path.lexists(path):
        return FileChange("create", name, text.encode())
    if DISK.is_file(path) and path.read_bytes() == text.encode():
        return FileChange("keep", name)
    return FileChange("renew", name, text.encode()) if renews else FileChange("differs", name)


def _added(folder: Path, name: str, lines: Iterable[str]) -> FileChange:
    """Return the change that adds those of some lines which a file lacks."""
    path = folder / name
    if not os.path.lexists(path):
        return FileChange("create", name, "".join(f"{line}\n" for line in lines).encode())
    _demand_inside(path, folder)
    before = path.read_bytes()
    written = [line for line in before.decode(errors="surrogateescape").splitlines() if not line.startswith("#")]
    lacking = [line for line in lines if not any(line in each for each in written)]
    if not lacking:
        return FileChange("keep", name)
    text = "".join(f"{line}\n" for line in lacking).encode()
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    if before.rstrip(b"\n").endswith(b"\\"):
        gap += b"\n"  # else the last line would go on with ours
    return FileChange("add", name, before + gap + text, ", ".join(lacking))


def _demand_inside(path: Path, folder: Path) -> None:
    """Raise OSError for a link that leads out of the folder: what it leads to is somebody else's."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise OSError(None, "it is a link that leads out of the folder", str(path))
