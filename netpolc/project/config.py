"""The project file, netpolc.toml: found, read, and with every fault of it said at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.bounds import GIT, out_of_bounds
from netpolc.project.filesystem import DISK, Disk
from netpolc.project.model import EnvironmentSettings, Project, RuleSettings, Target
from netpolc.project.reading import unreadable
from netpolc.project.settings.paths import FILE_NAME, literal_parts, unfit
from netpolc.source import Location, Source
from netpolc.version import VERSION

if TYPE_CHECKING:
    from netpolc.project.settings.values import Fault

__all__ = [
    "FILE_NAME",
    "SCHEMA",
    "EnvironmentSettings",
    "Project",
    "RuleSettings",
    "Target",
    "find",
    "literal_parts",
    "load",
    "place",
    "unfit",
]

SCHEMA = "https://raw.githubusercontent.com/netpolc/netpolc/main/schema/netpolc.schema.json"
"""Where the schema of the file is, which a line `#:schema` names to editors that have Taplo."""
TOML = ".toml"
MAX_SIZE = 64 * 1024
REQUIRED_VERSION = "required-version"


def find(start: Path, files: Disk = DISK) -> Path | None:
    """Find the project file of a folder: its own, or that of the nearest folder above.

    Whatever has its name is found: settings that cannot be read are no settings left out.
    """
    folder = start.absolute()
    return next((found for above in (folder, *folder.parents) if files.is_named(found := above / FILE_NAME)), None)


def load(
    path: Path, display: str | None = None, files: Disk = DISK, *, committed: bool = False
) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read a project file; return the project, or everything that is wrong with the file (NP801, NP805, NP824).

    Of one that is read for another version of netpolc, nothing but that is said: what else it says may be right there.
    One that was `committed` in the past need not be for this version, as long as it can be read.
    """
    source = files.source(path, display or str(path), limit=MAX_SIZE)
    if path.is_symlink() and files.holds(path):
        why = out_of_bounds(path, _repository(path, files), files, (TOML,))
        # What cannot be read is not quoted.
        if why is not None and not (isinstance(source, Diagnostic) and source.location is None):
            return None, (unreadable(display or str(path), why),)
    if isinstance(source, Diagnostic):
        code = "NP801" if source.code == "NP105" else source.code
        return None, (msgspec.structs.replace(source, code=code),)
    from netpolc.project import toml  # most runs have no project file
    from netpolc.project.settings.reader import read_project  # as above

    document = toml.parse(source)
    if isinstance(document, Diagnostic):
        return None, (document,)
    other = _other_version(document, source)
    if other is not None and not committed:
        return None, (other,)
    project, faults = read_project(path.absolute(), document)
    if not faults:
        return project, ()
    return None, (other,) if other is not None else _located(faults, source)


def _repository(path: Path, files: Disk) -> Path:
    """Return the folder that a project file may be a link into: the Git repository, else its own folder."""
    return next((above for above in path.absolute().parents if files.exists(above / GIT)), path.absolute().parent)


def place(project: Project, *keys: str | int, files: Disk = DISK) -> Location | None:
    """Return the location of a value in a project's file, or None where the file cannot be read any more."""
    source = files.source(project.file, str(project.file), limit=MAX_SIZE)
    from netpolc.project import places, toml  # only a faulty project needs places

    if isinstance(source, Diagnostic) or isinstance(toml.parse(source), Diagnostic):
        return None
    return Location(source, places.Places(source.text).value(keys))


def _other_version(document: dict[str, Any], source: Source) -> Diagnostic | None:
    """Return NP824 where a file requires another version of netpolc than this one."""
    required = document.get(REQUIRED_VERSION)
    if not isinstance(required, str):
        return None
    from netpolc.project.required_version import fits, unreadable_clause  # few projects require one

    if unreadable_clause(required) is not None or fits(VERSION, required):
        return None
    from netpolc.project.places import Places  # only a faulty file needs it

    return Diagnostic(
        code="NP824",
        severity="error",
        message=f"this project requires netpolc `{required}`, and this is {VERSION}",
        location=Location(source, Places(source.text).value((REQUIRED_VERSION,))),
        help=f"run a version that fits, or change `{REQUIRED_VERSION}`",
    )


def _located(faults: list[Fault], source: Source) -> tuple[Diagnostic, ...]:
    from netpolc.project.places import Places  # only a faulty file needs it

    places = Places(source.text)
    diagnostics = [
        Diagnostic(
            code="NP801",
            severity="error",
            message=fault.message,
            location=Location(source, (places.key if fault.of_key else places.value)(fault.keys)),
            help=fault.help,
        )
        for fault in faults
    ]
    return tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.order))
