"""The file of a finding, as reports for other programs name it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.source import Location

WHOLE_RUN = "netpolc.toml"
"""The file for findings about the run as a whole: GitHub and GitLab take none without a place."""


def file_of(location: Location) -> str:
    """Return the path of a file as its user named it, with `/` and without `./`, in characters that UTF-8 can hold."""
    return _written(location.source.name)


def file_about(found: Diagnostic) -> str:
    """Return the path of the file that a finding is in, or about; `netpolc.toml` for one about the run as a whole."""
    if found.location is not None:
        return file_of(found.location)
    return _written(found.file) if found.file else WHOLE_RUN


def _written(path: str) -> str:
    return PurePath(path).as_posix().encode(errors="backslashreplace").decode()
