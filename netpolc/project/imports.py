"""The files that imports lead to: regular ones below the project's root, or else problems."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.project.bounds import out_of_bounds
from netpolc.project.config import find
from netpolc.project.filesystem import DISK, Disk
from netpolc.project.reading import reason
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NEIGHBOURS = 1000
"""How many names of a folder are looked at for one that was meant."""
ALIKE = 0.75
"""How alike two names have to be, by difflib's ratio, for one to be taken for the other."""
_MOVE = "move the file below the root, or the project file (`netpolc.toml`) to a folder above both"


class ImportProblem(msgspec.Struct, frozen=True):
    """The reason why an import leads nowhere; the caller adds the location."""

    code: Literal["NP207", "NP209"]
    message: str
    help: str | None = None


def project_root(file: Path, cwd: Path, files: Disk = DISK) -> Path:
    """Return the folder that imports of a file may not leave.

    It is the nearest above with a project file, else the nearest with a Git repository, else the working folder if
    the file is below it, else the file's own folder.
    """
    folder = (cwd / file).absolute().parent
    configured = find(folder, files)
    if configured is not None:
        return configured.parent
    repository = next((above for above in (folder, *folder.parents) if files.exists(above / ".git")), None)
    return repository or (cwd.absolute() if folder.is_relative_to(cwd.absolute()) else folder)


def resolve_import(importer: Path, written: str, root: Path, files: Disk = DISK) -> Path | ImportProblem:
    """Find the file that an import names, relative to the importing file; it has to be below the root."""
    problem = _misspelt(written)
    if problem is not None:
        return problem
    base = Path(os.path.normpath(root.absolute()))
    parts = _below_root(importer, written, base, files)
    if parts is None:
        return ImportProblem("NP209", f"`{written}` leaves the project, whose root is `{root}`", _MOVE)
    path = base.joinpath(*parts)
    try:
        mode = files.mode(path)
        inside = files.real(path).is_relative_to(files.real(base))
    except (OSError, RuntimeError, ValueError) as error:
        why = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be read: {_reason(error)}"
        return ImportProblem("NP207", f"`{written}` {why}", _meant(written, importer, base, parts, files))
    if not inside:
        return ImportProblem("NP209", f"`{written}` leaves the project through a symbolic link", _MOVE)
    refusal = out_of_bounds(path, base, files, (SUFFIX,))
    if refusal is not None:
        return ImportProblem("NP209", f"`{written}` may not be imported: {refusal}", "import a `*.netpol` file")
    if not stat.S_ISREG(mode):
        nature = "is a folder" if stat.S_ISDIR(mode) else "is not a regular file"
        return ImportProblem("NP207", f"`{written}` {nature}", "import a `*.netpol` file")
    return path


def _misspelt(written: str) -> ImportProblem | None:
    if written.startswith("/") or PureWindowsPath(written).drive:
        return ImportProblem("NP209", f"`{written}` is an absolute path", "write it relative to the importing file")
    if written and "\0" not in written and "\\" not in written:
        return None
    why = "is empty" if not written else "has a null byte in it" if "\0" in written else "has `\\` in it"
    return ImportProblem("NP207", f"the path of the import {why}", "write a relative path, with `/`")


def _below_root(importer: Path, written: str, root: Path, files: Disk) -> list[str] | None:
    """Return the parts of a written path from the root on, or None as soon as one of its steps leads out."""
    folder = Path(os.path.normpath(importer.absolute())).parent
    if not folder.is_relative_to(root):
        folder, root = files.real(folder), files.real(root)
    if not folder.is_relative_to(root):
        return None
    parts = list(folder.relative_to(root).parts)
    for step in PurePosixPath(written).parts:
        if step != "..":
            parts.append(step)
        elif parts:
            parts.pop()
        else:
            return None
    return parts


def _meant(written: str, importer: Path, root: Path, parts: list[str], files: Disk) -> str | None:
    """Return advice that names the file that was most likely meant, or None."""
    folder = root
    for index, part in enumerate(parts):
        if not files.exists(folder / part):
            steps = list(PurePosixPath(written).parts)
            at = len(steps) - len(parts) + index
            if at < 0 or steps[at] != part:
                return None
            for name in _close(part, folder, files):
                path = folder.joinpath(name, *parts[index + 1 :])
                if files.is_file(path) and not _same(path, importer, files):
                    return f"use `{'/'.join((*steps[:at], name, *steps[at + 1 :]))}`"
            return None
        folder = folder / part
    return None


def _close(part: str, folder: Path, files: Disk) -> list[str]:
    """Return the names in a folder that resemble one, the most alike first; the common suffix counts for nothing."""
    import difflib  # only a failed import needs it

    stems: dict[str, list[str]] = {}
    for name in sorted(islice(_names(folder, files), MAX_NEIGHBOURS)):
        stems.setdefault(_stem(name), []).append(name)
    return [name for stem in difflib.get_close_matches(_stem(part), stems, n=5, cutoff=ALIKE) for name in stems[stem]]


def _stem(name: str) -> str:
    return name.casefold().removesuffix(SUFFIX)


def _same(path: Path, importer: Path, files: Disk) -> bool:
    try:
        return files.identity(path) == files.identity(importer)
    except OSError:
        return False


def _names(folder: Path, files: Disk) -> Iterator[str]:
    with suppress(OSError):
        yield from (entry.name for entry in files.entries(folder))


def _reason(error: OSError | RuntimeError | ValueError) -> str:
    return "its links go in a circle" if isinstance(error, RuntimeError) else reason(error)
