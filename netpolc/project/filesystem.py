"""The sources of texts: the disk, or a caller that holds some of them itself.

Everything that finds and reads sources, manifests and project files takes one of these, so that an editor's unsaved
text, a page in a browser and a file are read by the same rules.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.reading import MAX_SIZE, decode, open_regular, read_bytes, too_large, unreadable

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from netpolc.source import Source


class Entry(msgspec.Struct, frozen=True):
    """A name in a folder; a link to a folder is both a folder and a link."""

    name: str
    is_folder: bool
    is_link: bool


class Disk:
    """The files of the disk."""

    def read(self, path: Path, display: str, *, limit: int = MAX_SIZE) -> bytes | Diagnostic:
        """Read at most `limit` bytes of a regular file, known to users as `display`; return NP805 where that fails."""
        return read_bytes(path, display, limit=limit)

    def open(self, path: Path) -> BinaryIO:
        """Open a regular file to be read in pieces; raises OSError or ValueError where that cannot be done."""
        return os.fdopen(open_regular(path), "rb")

    def source(self, path: Path, display: str, *, limit: int = MAX_SIZE) -> Source | Diagnostic:
        """Read a file as text; return NP805 where it cannot be read, NP105 where it is no text."""
        data = self.read(path, display, limit=limit)
        return data if isinstance(data, Diagnostic) else decode(data, display)

    def identity(self, path: Path) -> Hashable:
        """Return what two paths share exactly when they lead to the same file.

        Raises:
            OSError: there is no file.
            ValueError: no file can have that name.
        """
        found = path.stat()
        return found.st_dev, found.st_ino

    def mode(self, path: Path) -> int:
        """Return the mode of what a path leads to, as `os.stat` has it; raises as `identity` does."""
        return path.stat().st_mode

    def is_folder(self, path: Path) -> bool:
        """Tell whether a path leads to a folder."""
        try:
            return stat.S_ISDIR(self.mode(path))
        except (OSError, ValueError):
            return False

    def is_file(self, path: Path) -> bool:
        """Tell whether a path leads to a regular file."""
        try:
            return stat.S_ISREG(self.mode(path))
        except (OSError, ValueError):
            return False

    def exists(self, path: Path) -> bool:
        """Tell whether a path leads anywhere."""
        try:
            self.mode(path)
        except (OSError, ValueError):
            return False
        return True

    def is_named(self, path: Path) -> bool:
        """Tell whether anything has a name, though it may be a link that leads nowhere."""
        return os.path.lexists(path)

    def entries(self, folder: Path) -> list[Entry]:
        """List a folder, in no order; raises OSError where that cannot be done."""
        with os.scandir(folder) as found:
            return [Entry(each.name, _is_folder(each), each.is_symlink()) for each in found]

    def real(self, path: Path) -> Path:
        """Return a path without links; raises OSError or RuntimeError where these go in a circle."""
        return path.resolve()

    def edited(self, texts: Mapping[Path, bytes]) -> Overlay:
        """Return the same files under some texts."""
        return Overlay(texts, sealed=False)

    def holds(self, path: Path) -> bool:
        """Tell whether other programs find on disk what is read from a path."""
        return self.exists(path)


DISK = Disk()


class Overlay(Disk):
    """Texts by their absolute paths, over the files of the disk, or over nothing at all where it is `sealed`."""

    def __init__(self, texts: Mapping[Path, bytes], *, sealed: bool) -> None:
        """Hold texts; their folders are there with them."""
        self._given = dict(texts)
        self._texts = {_key(path): content for path, content in texts.items()}
        self._folders: dict[str, dict[str, bool]] = {}
        self._sealed = sealed
        if sealed:
            self._folders[_key(Path(os.sep))] = {}
        for path in self._texts:
            self._add(path, is_folder=False)

    def _add(self, path: str, *, is_folder: bool) -> None:
        """Enter a path into its folder, and that into its own."""
        folder, name = os.path.split(path)
        while name and name not in self._folders.setdefault(folder, {}):
            self._folders[folder][name] = is_folder
            (folder, name), is_folder = os.path.split(folder), True

    def read(self, path: Path, display: str, *, limit: int = MAX_SIZE) -> bytes | Diagnostic:
        """Read a text, or what is below it."""
        content = self._texts.get(_key(path))
        if content is not None:
            return content if len(content) <= limit else unreadable(display, too_large(limit))
        if self._sealed:
            why = "it is a folder" if self.is_folder(path) else "no such file or directory"
            return unreadable(display, why)
        return super().read(path, display, limit=limit)

    def open(self, path: Path) -> BinaryIO:
        """Open a text, or what is below it."""
        content = self._texts.get(_key(path))
        if content is not None:
            return BytesIO(content)
        self._demand_below(path)
        return super().open(path)

    def identity(self, path: Path) -> Hashable:
        """Return the path of a text, or what is below tells files apart by."""
        key = _key(path)
        if key in self._texts or (self._sealed and key in self._folders):
            return key
        self._demand_below(path)
        return super().identity(path)

    def mode(self, path: Path) -> int:
        """Return the mode of a regular file for a text, and of a folder for what holds one."""
        key = _key(path)
        if key in self._texts:
            return stat.S_IFREG
        if key in self._folders:
            return stat.S_IFDIR
        self._demand_below(path)
        return super().mode(path)

    def is_named(self, path: Path) -> bool:
        """Tell whether there is such a text, or such a file below."""
        key = _key(path)
        return key in self._texts or key in self._folders or (not self._sealed and super().is_named(path))

    def entries(self, folder: Path) -> list[Entry]:
        """List the texts of a folder, and what is below."""
        own = self._folders.get(_key(folder))
        below: list[Entry] = []
        if not self._sealed:
            try:
                below = super().entries(folder)
            except OSError:
                if own is None:
                    raise
        elif own is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
        own = own or {}
        held = [Entry(name, is_folder, is_link=False) for name, is_folder in own.items()]
        return held + [each for each in below if each.name not in own]

    def real(self, path: Path) -> Path:
        """Return a path without the links of the disk, if that is below."""
        return Path(_key(path)) if self._sealed else super().real(path)

    def edited(self, texts: Mapping[Path, bytes]) -> Overlay:
        """Return the same files, some with other texts."""
        return Overlay({**self._given, **texts}, sealed=self._sealed)

    def holds(self, path: Path) -> bool:
        """Tell whether a path is one of the disk's, with no text over it or below it."""
        key = _key(path)
        return key not in self._texts and key not in self._folders and not self._sealed and super().exists(path)

    def _demand_below(self, path: Path) -> None:
        if self._sealed:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _key(path: Path) -> str:
    """Write an absolute path in one way; `..` goes up by name, as for a text there are no links."""
    return os.path.normpath(path.absolute())
