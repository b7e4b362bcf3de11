"""TOML as the standard library reads it, but bounded, and with errors as diagnostics."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from typing import Any

from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Source, Span

MAX_LINE = 2000
"""tomllib takes quadratic time and memory for long dotted keys; a text of 64 KiB in such lines takes it a second."""

_TYPE_NAMES = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a float",
    list: "an array",
    dict: "a table",
}


def parse(source: Source) -> dict[str, Any] | Diagnostic:
    """Parse a text into its table, or return NP801 where it stops being TOML."""
    for start, end in pairwise((*source.line_starts, len(source.text))):
        if end - start > MAX_LINE:
            location = Location(source, Span(start, start + 1))
            return _faulty(f"a line of more than {MAX_LINE} characters", location, help="write one item on each line")
    try:
        return tomllib.loads(source.text)
    except RecursionError:
        return _faulty("the text is nested too deep", Location(source, Span(0, 0)))
    except ValueError as error:
        return _syntax_error(source, str(error))


def type_name(value: object) -> str:
    """Return TOML's name for the type of a value, with its article."""
    return _TYPE_NAMES.get(type(value), "a date or time")


def _syntax_error(source: Source, message: str) -> Diagnostic:
    """Return NP801 at the position that the message names; before Python 3.14 the error has no attribute for it."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    offset = 0
    if found:
        message = message[: found.start()]
        offset = len(source.text)
        if found[1]:
            # tomllib reads `\r\n` as `\n`, so only the ends of lines differ from what it counts.
            offset = min(source.line_starts[int(found[1]) - 1] + int(found[2]) - 1, offset)
    location = Location(source, Span(offset, min(offset + 1, len(source.text))))
    return _faulty("the text is not TOML here", location, label=message[:1].lower() + message[1:])


def _faulty(message: str, location: Location, *, label: str = "", help: str | None = None) -> Diagnostic:  # noqa: A002 - named as in Diagnostic
    return Diagnostic(code="NP801", severity="error", message=message, location=location, label=label, help=help)
