"""The file of a finding, as reports for other programs name it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netpolc.source import Location

WHOLE_RUN = "netpolc.toml"
"""The file for findings about the run as a whole: GitHub and GitLab take none without a place."""


def file_of(location: Location | None) -> str:
    """Return the path of a file as its user named it, with `/` and without `./`, in characters that UTF-8 can hold."""
    if location is None:
        return WHOLE_RUN
    return PurePath(location.source.name).as_posix().encode(errors="backslashreplace").decode()
