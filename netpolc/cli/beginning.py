"""The files of a project that begins, written all at once, and what people hear of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.adopt.starting.changes import apply, planned
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.reading import reason
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from netpolc.adopt.starting.changes import FileChange
    from netpolc.cli.session import Session


def write(
    session: Session,
    folder: str,
    texts: Mapping[str, str],
    origins: Mapping[str, str],
    *,
    renewed: Container[str] = (),
    dry_run: bool,
) -> Diagnostic | None:
    """Write what a project lacks and say so; return why nothing was written where that cannot be.

    `origins` say of sources, by their names, where their lines come from. Those texts that are `renewed` are written
    whatever is there.
    """
    root = absolute(folder)
    try:
        changes = planned(root, texts, renewed)
        if not dry_run:
            apply(root, changes)
    except OSError as error:
        message = f"`{_shown(error.filename or folder)}` cannot be written: {reason(error)}"
        return Diagnostic(code="NP806", severity="error", message=message)
    for change in changes:
        sys.stdout.write(f"{change.said}{_origin(change, origins)}\n")
        if dry_run and session.style.verbose and change.name.endswith(SUFFIX):
            sys.stdout.write(f"\n{texts[change.name]}\n")
    sys.stdout.flush()  # before what is said next, which goes elsewhere
    return None


def folder_of(session: Session, folder: str) -> Path:
    """Return the absolute path of a folder, which need not be there; one that cannot be ends the run."""
    root = absolute(folder)
    try:
        root.stat()
    except FileNotFoundError:
        return root
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is no path"
        message = f"`{folder}` cannot be written: {why}"
        raise session.fail([Diagnostic(code="NP806", severity="error", message=message)]) from error
    return root


def absolute(folder: str) -> Path:
    """Return the absolute path of a folder; links stay as they were named."""
    return Path(os.path.abspath(folder))  # noqa: PTH100 -- as above


def command_in(folder: str) -> str:
    """Return what is typed before a command that is meant for a folder."""
    return "" if Path(folder) == Path() else f"cd {folder} && "


def _origin(change: FileChange, origins: Mapping[str, str]) -> str:
    origin = origins.get(change.name)
    if origin is not None and change.kind == "differs":
        origin = "it is yours; the manifests suggest other lines"
    return "" if origin is None else f"  ({origin})"


def _shown(path: str) -> str:
    """Return a path as users know it, relative to the working folder where it is below."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative
