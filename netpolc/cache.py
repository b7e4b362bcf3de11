"""A private place for results that cost time to make again; losing it loses nothing.

What is read from it was written by the same user: a folder that anybody else owns or may write to is not used, and
none in a project or a repository, where what it holds may have come with a commit.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from netpolc import fast_paths
from netpolc.digests import sha256

OFF = "off"
OF_PROJECTS = (".git", "netpolc.toml")
"""What a folder has that is a project's or a repository's."""

DIGEST = sha256(b"").digest_size


class Cache:
    """Bytes by key in one folder. Every failure of the disk is a miss, and so is what is not as it was written."""

    def __init__(self, folder: Path) -> None:
        """Use a folder that is known to be private."""
        self.folder = folder

    def read(self, key: str) -> bytes | None:
        """Return what was kept under a key, or None."""
        try:
            kept = (self.folder / key).read_bytes()
        except OSError:
            return None
        content = kept[DIGEST:]
        return content if sha256(content).digest() == kept[:DIGEST] else None

    def write(self, key: str, content: bytes) -> None:
        """Keep a content under a key; a reader sees all of it or nothing."""
        path = self.folder / key
        temporary = path.with_name(f"{key}.{os.getpid()}.tmp")
        try:
            temporary.write_bytes(sha256(content).digest() + content)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()


def private_cache() -> Cache | None:
    """Return the user's cache, made where it is missing; None where there is no private place or it is turned off.

    It is `$NETPOLC_CACHE`, or netpolc/ in `$XDG_CACHE_HOME`, or in ~/.cache. `NETPOLC_CACHE=off` turns it off, and so
    does turning off the fast paths, with which its content was made.
    """
    chosen = os.environ.get("NETPOLC_CACHE")
    if chosen == OFF or fast_paths.are_off():
        return None
    try:
        folder = Path(chosen) if chosen else _below_xdg()
        if folder is None:  # a home folder that is a repository is the user's own all the same
            folder = Path.home() / ".cache" / "netpolc"
        elif _is_of_project(folder):
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Cache(folder) if _is_private(folder) else None
    except (OSError, RuntimeError):
        return None


def _below_xdg() -> Path | None:
    chosen = os.environ.get("XDG_CACHE_HOME")
    return Path(chosen) / "netpolc" if chosen and Path(chosen).is_absolute() else None


def _is_of_project(folder: Path) -> bool:
    """Tell whether a folder is below the working folder, a project file or a repository, as it is named or in truth."""
    for path in {folder.absolute(), folder.resolve()}:
        if any(os.path.lexists(above / name) for above in (path, *path.parents) for name in OF_PROJECTS):
            return True
    return folder.resolve().is_relative_to(Path.cwd().resolve())


def _is_private(folder: Path) -> bool:
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode):
        return False
    if os.name == "nt":  # where profiles are private, and modes say nothing
        return True
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
