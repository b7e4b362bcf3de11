"""Diagnostics as commands of a GitHub workflow, which show them beside the changed lines.

GitHub shows ten errors, ten warnings and ten notices of a step
(https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.files import file_about, file_of
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.diagnostics.visible import in_one_line, sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.source import Location

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = _IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write all diagnostics by place: `::error file=shop.netpol,line=7,…,title=NP203 unknown-name::unknown name`."""
    return "".join(_command(diagnostic) + "\n" for diagnostic in collect(diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    location = diagnostic.location
    place: dict[str, str | int] = {"file": visible(file_about(diagnostic))} if diagnostic.file else {}
    if location is not None:
        place = _place(location)
    properties = place | {"title": f"{diagnostic.code} {BY_CODE[diagnostic.code].name}"}
    written = ",".join(f"{key}={str(value).translate(_IN_PROPERTIES)}" for key, value in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_message(diagnostic).translate(_IN_MESSAGES)}"


def _place(location: Location) -> dict[str, str | int]:
    line, column = location.source.position(location.span.start)
    end_line, end_column = location.source.position(location.span.end)
    place: dict[str, str | int] = {"file": visible(file_of(location)), "line": line, "endLine": end_line}
    # GitHub drops columns where the lines differ.
    return place | ({"col": column, "endColumn": end_column} if line == end_line else {})


def _message(diagnostic: Diagnostic) -> str:
    """Write the message after its place, since the log of a run shows nothing else of a command."""
    place = ""
    if diagnostic.location is not None:
        line, column = diagnostic.location.source.position(diagnostic.location.span.start)
        place = f"{visible(file_of(diagnostic.location))}:{line}:{column}: "
    advice = "" if diagnostic.help is None else f"\nhelp: {in_one_line(diagnostic.help)}"
    return f"{place}{sentence(diagnostic.message)}{advice}"
