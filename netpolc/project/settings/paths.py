"""Paths and patterns as they may stand in a project file, on every system."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

FILE_NAME = "netpolc.toml"


def unfit(path: str) -> str | None:
    """Return why a path cannot stand in a project file, on any system, as the end of a sentence, or None."""
    windows = PureWindowsPath(path)
    if "\0" in path:
        return "has a null byte in it"
    if path.startswith("/") or windows.drive or windows.root:
        return "is an absolute path"
    if ".." in windows.parts:
        return "leaves the project's folder"
    return "has `\\` in it" if "\\" in path else None


def leaves(path: str, root: Path) -> str | None:
    """Return that a path leads out of a project by a link, as the end of a sentence, or None."""
    literal = root.joinpath(*literal_parts(path))
    try:
        inside = literal.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        inside = False
    return None if inside else "leaves the project's folder through a symbolic link"


def literal_parts(pattern: str) -> tuple[str, ...]:
    """Return the leading parts of a pattern that hold no wildcard."""
    parts = PurePosixPath(pattern).parts
    wild = (index for index, part in enumerate(parts) if any(sign in part for sign in "*?["))
    return parts[: next(wild, len(parts))]
