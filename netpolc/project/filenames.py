"""File names for the objects of users: the same on every system, one name for each, none that leads elsewhere."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from netpolc.digests import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 200
"""Below the 255 bytes of common file systems, since an object's name alone may have 253."""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)))
)


def file_name(*parts: str, suffix: str = ".yaml") -> str:
    """Return a relative path such as `shop/database.yaml`; names that Kubernetes accepts are kept where possible.

    What a file system could take for something else is escaped with `_`, which no such name contains.
    """
    *folders, last = parts
    return "/".join((*(_part(folder) for folder in folders), _part(last) + suffix))


def demand_safe(names: Iterable[str]) -> None:
    """Raise ValueError, a fault of the caller, unless the names are relative, portable and distinct on any system."""
    files: set[str] = set()
    for name in names:
        if not is_contained(name) or any(map(_is_unportable, name.split("/"))):
            raise ValueError(f"{name!r} is not a safe name of an output file")
        if name.casefold() in files:
            raise ValueError(f"{name!r} is the name of two output files")
        files.add(name.casefold())
    both = files & folders_of(files)
    if both:
        raise ValueError(f"{min(both)!r} is the name of an output file and of a folder")


def folders_of(names: Iterable[str]) -> set[str]:
    """Return all folders on the way to these files, relative like them."""
    folders = {name.rpartition("/")[0] for name in names} - {""}
    return folders | {above.as_posix() for folder in folders for above in PurePosixPath(folder).parents if above.name}


def is_contained(name: str) -> bool:
    """Tell whether a relative path, written with `/`, stays below its start and off netpolc's own files."""
    parts = name.split("/")
    return "\0" not in name and not any(part in ("", ".", "..") or part.startswith(".netpolc-") for part in parts)


def _part(name: str) -> str:
    escaped = "".join(sign if sign in _PLAIN else f"_{ord(sign):x}_" for sign in name)
    for edge in (0, -1):
        if escaped and escaped[edge] == ".":
            escaped = "_2e_" + escaped[1:] if edge == 0 else escaped[:-1] + "_2e_"
    stem, dot, rest = escaped.partition(".")
    if not stem or stem in _DEVICES:
        escaped = f"{stem}_{dot}{rest}"
    return escaped if len(escaped) <= MAX_LENGTH else f"{escaped[: MAX_LENGTH - 17]}_{_short_digest(name)}"


def _short_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _is_unportable(part: str) -> bool:
    return (
        part.partition(".")[0].casefold() in _DEVICES
        or part[-1] in ". "
        or any(sign in '\\:*?"<>|' or sign < " " for sign in part)
    )
