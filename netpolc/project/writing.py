"""Changing files so that each is old or new at every moment, even if the process is killed.

A file is written in full under a temporary name in the folder of its target and then renamed, which the file system
does at once. Nothing is synchronised to the disk: the promise is about a killed process, whose finished writes the
system keeps, and not about a power cut, after which a build is simply run again.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

MODE = 0o644
_PREFIX, _SUFFIX = ".netpolc-", ".tmp"
_PATIENCE_SECONDS = 10.0


class Staging:
    """New contents that wait beside their targets; leaving it by an exception removes what still waits."""

    def __init__(self) -> None:
        """Create an empty staging."""
        self.at: Path | None = None
        self.created: list[Path] = []
        self._waiting: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self._discard()

    def create_folder(self, folder: Path) -> None:
        """Create a folder and those above it, as far as they are missing."""
        self.at = folder
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            self.created.append(path)

    def write(self, target: Path, content: bytes | Iterable[bytes], mode: int | None = None) -> Path:
        """Write a temporary file for a target, with the mode given or that of a new file, and return its path.

        A content that is large may come in parts.
        """
        self.at = target
        temporary = target.with_name(f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, MODE)
        self._waiting[temporary] = target
        try:
            for part in (content,) if isinstance(content, bytes) else content:
                rest = memoryview(part)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)
        if mode is not None:
            temporary.chmod(mode)
        return temporary

    def rename(self, temporary: Path) -> None:
        """Put a staged content in the place of its target."""
        self.at = self._waiting[temporary]
        temporary.replace(self.at)
        del self._waiting[temporary]

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        self.at = path
        path.unlink(missing_ok=True)

    def _discard(self) -> None:
        for temporary in self._waiting:
            with suppress(OSError):
                temporary.unlink()
        for folder in reversed(self.created):
            with suppress(OSError):
                folder.rmdir()


def is_temporary(name: str) -> bool:
    """Tell whether a file name is one that `Staging` gives to its temporary files."""
    middle = name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    return name == f"{_PREFIX}{middle}{_SUFFIX}" and len(middle) == 16 and set(middle) <= set("0123456789abcdef")  # noqa: PLR2004 - eight random bytes


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other builds out of a folder meanwhile; the system ends a lock with its process, however that ends.

    Where the system or file system knows no such locks, two builds at once are the user's own risk.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    import fcntl  # Windows does not have it

    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise BlockingIOError(errno.EAGAIN, "another build is writing there") from None
            time.sleep(0.02)
        except OSError:
            return
        else:
            return
