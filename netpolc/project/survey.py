"""The state of an output folder before anything is written there."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.digests import sha256
from netpolc.project.reading import open_regular, reason
from netpolc.project.writing import is_temporary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CHUNK = 1024 * 1024


class Present(msgspec.Struct, frozen=True):
    """The thing at the path of an output file; an obstacle, which no build can or may replace, says why."""

    kind: Literal["nothing", "file", "link", "obstacle"]
    digest: str = ""
    mode: int | None = None
    why: str = ""


class Survey:
    """A folder as it is; symbolic links below it are seen and never followed."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder, which need not be there."""
        self.folder = folder
        self._folders: dict[str, Literal["nothing", "folder", "obstacle"]] = {}

    def present(self, name: str, size: int, *, listed: bool) -> Present:
        """Return what is at a name; a file is read only if it is listed as netpolc's or has the size of the new one."""
        above = self._folder(name.rpartition("/")[0])
        if above == "nothing":
            return Present("nothing")
        if above == "obstacle":
            return Present("obstacle", why="a folder on the way to it is a link or no folder")
        try:
            return _present(self.folder / name, size, listed=listed)
        except FileNotFoundError:
            return Present("nothing")
        except OSError as error:
            return Present("obstacle", why=reason(error))

    def is_folder(self, name: str) -> bool:
        """Tell whether a name is a folder below this one, without any link on the way."""
        return self._folder(name) == "folder"

    def leftovers(self, folders: Iterable[str], *, inside: bool) -> tuple[str, ...]:
        """Return temporary files of killed builds, here, in these folders and, if `inside`, in all folders inside."""
        found, inner = self._scan("")
        for folder in {*folders, *(inner if inside else ())}:
            found += [f"{folder}/{name}" for name in self._scan(folder)[0]]
        return tuple(sorted(found))

    def _scan(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of the temporary files and of the visible folders in a folder."""
        if not self.is_folder(folder):
            return [], []
        with suppress(OSError), os.scandir(self.folder / folder) as entries:
            listed = list(entries)
            folders = [entry.name for entry in listed if entry.name[0] != "." and entry.is_dir(follow_symlinks=False)]
            return [entry.name for entry in listed if is_temporary(entry.name)], folders
        return [], []

    def _folder(self, name: str) -> Literal["nothing", "folder", "obstacle"]:
        kind = self._folders.get(name)
        if kind is None:
            kind = self._folders[name] = self._look(name)
        return kind

    def _look(self, name: str) -> Literal["nothing", "folder", "obstacle"]:
        if name and (above := self._folder(name.rpartition("/")[0])) != "folder":
            return above
        try:
            # The output folder itself may be a link: its user named it.
            mode = (self.folder / name).stat(follow_symlinks=not name).st_mode
        except FileNotFoundError:
            return "nothing"
        except OSError:
            return "obstacle"
        return "folder" if stat.S_ISDIR(mode) else "obstacle"


def _present(path: Path, size: int, *, listed: bool) -> Present:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return Present("link")
    if not stat.S_ISREG(found.st_mode):
        return Present("obstacle", why="a folder, pipe or device has its name")
    digest = _sha256_of_file(path) if listed or found.st_size == size else ""
    return Present("file", digest, found.st_mode & 0o777)


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal digits."""
    return sha256(content).hexdigest()


def _sha256_of_file(path: Path) -> str:
    descriptor = open_regular(path, follow=False)
    try:
        digest = sha256(os.read(descriptor, _CHUNK))
        while chunk := os.read(descriptor, _CHUNK):
            digest.update(chunk)
    finally:
        os.close(descriptor)
    return digest.hexdigest()
