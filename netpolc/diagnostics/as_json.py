"""Diagnostics as a JSON document for other programs; a key never changes its meaning within a format version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.model import Diagnostic, Fix, collect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.source import Location

FORMAT_VERSION = "1"


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write the document, sorted by place, in ASCII; lines and columns count from 1, ends are excluded."""
    return json.dumps(document(diagnostics), indent=2) + "\n"


def document(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """Return the document before it is text."""
    collected = collect(diagnostics)
    severities = [diagnostic.severity for diagnostic in collected]
    return {
        "format_version": FORMAT_VERSION,
        "valid": "error" not in severities,
        "error_count": severities.count("error"),
        "warning_count": severities.count("warning"),
        "diagnostics": [as_data(diagnostic) for diagnostic in collected],
    }


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return what the document has of a diagnostic."""
    code = BY_CODE[diagnostic.code]
    where = {"environments": diagnostic.environments} if diagnostic.environments else {}
    return {
        "code": code.code,
        "name": code.name,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "range": None if diagnostic.location is None else _range(diagnostic.location),
        "labels": [{"range": _range(label.location), "message": label.message} for label in diagnostic.labels],
        "help": diagnostic.help,
        "help_uri": code.help_uri,
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
        **where,
    }


def _range(location: Location) -> dict[str, Any]:
    return {
        "file": location.source.name,
        "start": _position(location, location.span.start),
        "end": _position(location, location.span.end),
    }


def _position(location: Location, offset: int) -> dict[str, int]:
    line, column = location.source.position(offset)
    return {"line": line, "column": column}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "message": fix.message,
        "applicability": "safe" if fix.applicability == "safe" else "unsafe",
        "edits": [{"range": _range(edit.location), "text": edit.text} for edit in fix.edits],
    }
