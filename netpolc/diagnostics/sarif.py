"""Diagnostics as a SARIF 2.1.0 log, for code scanning and for viewers (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

It keeps to what GitHub takes: a place for every result, and at most 25,000 of them.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from netpolc.diagnostics.files import file_about, file_of
from netpolc.diagnostics.fingerprints import fingerprints
from netpolc.diagnostics.line_hashes import line_hashes
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label, collect
from netpolc.diagnostics.sarif_rules import rules
from netpolc.diagnostics.visible import in_one_line, sentence
from netpolc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.source import Location, Source

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
MOST_RELATED = 100
ROOT = "%SRCROOT%"

_WEIGHTS = {"error": 0, "warning": 1, "note": 2}


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write the log, sorted by place, in ASCII; lines and columns count from 1, ends are excluded."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(collect(diagnostics))]}
    return json.dumps(log, indent=2) + "\n"


def _run(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    reported = _weightiest(diagnostics)
    codes = sorted({diagnostic.code for diagnostic in reported})
    return {
        "tool": {
            "driver": {
                "name": "netpolc",
                "semanticVersion": VERSION,
                "informationUri": "https://github.com/netpolc/netpolc",
                "rules": rules(codes),
            }
        },
        "invocations": [_invocation(diagnostics, len(diagnostics) - len(reported))],
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder in which netpolc ran"}}},
        "columnKind": "unicodeCodePoints",
        "results": _results(reported, codes),
    }


def _weightiest(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Return as many as can be uploaded, errors before warnings before notes, in the order of places."""
    if len(diagnostics) <= MOST_RESULTS:
        return diagnostics
    by_weight = sorted(range(len(diagnostics)), key=lambda index: _WEIGHTS[diagnostics[index].severity])
    return [diagnostics[index] for index in sorted(by_weight[:MOST_RESULTS])]


def _invocation(diagnostics: Sequence[Diagnostic], left_out: int) -> dict[str, Any]:
    """Describe how the run went: an error without a place is one of the run, which then has not seen everything."""
    failed = any(diagnostic.location is None and diagnostic.severity == "error" for diagnostic in diagnostics)
    invocation: dict[str, Any] = {"executionSuccessful": not failed}
    if left_out:
        message = {"text": f"{left_out} findings are left out, the least severe ones"}
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": message}]
    return invocation


def _results(diagnostics: Sequence[Diagnostic], codes: Sequence[str]) -> list[dict[str, Any]]:
    index = {code: number for number, code in enumerate(codes)}
    own = fingerprints(diagnostics)
    githubs = _line_hashes(diagnostics)
    return [
        {
            "ruleId": diagnostic.code,
            "ruleIndex": index[diagnostic.code],
            "level": diagnostic.severity,
            "message": _message(_text(diagnostic)),
            "locations": [_primary(diagnostic)],
            "partialFingerprints": {"netpolc/v1": fingerprint, **githubs.get(number, {})},
            **_details(diagnostic),
        }
        for number, (diagnostic, fingerprint) in enumerate(zip(diagnostics, own, strict=True))
    ]


def _text(diagnostic: Diagnostic) -> str:
    advice = "" if diagnostic.help is None else f"\nhelp: {in_one_line(diagnostic.help)}"
    return sentence(diagnostic.message) + advice


def _primary(diagnostic: Diagnostic) -> dict[str, Any]:
    said = {"message": _message(sentence(diagnostic.label))} if diagnostic.label else {}
    place = {"artifactLocation": _artifact(file_about(diagnostic))}
    region = {} if diagnostic.location is None else {"region": _region(diagnostic.location)}
    return {"physicalLocation": place | region} | said


def _details(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return the properties that only some results have."""
    details: dict[str, Any] = {}
    if diagnostic.labels:
        details["relatedLocations"] = [
            _related(number, label) for number, label in enumerate(diagnostic.labels[:MOST_RELATED], 1)
        ]
    if diagnostic.fixes:
        details["fixes"] = [_fix(fix) for fix in diagnostic.fixes]
    return details


def _related(number: int, label: Label) -> dict[str, Any]:
    return {"id": number, "physicalLocation": _place(label.location), "message": _message(sentence(label.message))}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = sorted(fix.edits, key=lambda edit: edit.location.order)
    return {
        "description": _message(in_one_line(fix.message)),
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file_of(edits_of_source[0].location)),
                "replacements": [_replacement(edit) for edit in edits_of_source],
            }
            for edits_of_source in _by_source(edits)
        ],
        "properties": {"applicability": "safe" if fix.applicability == "safe" else "unsafe"},
    }


def _by_source(edits: Iterable[Edit]) -> list[list[Edit]]:
    return [list(group) for _, group in groupby(edits, key=lambda edit: edit.location.source.name)]


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.location), "insertedContent": {"text": _unicode(edit.text)}}


def _place(location: Location) -> dict[str, Any]:
    return {"artifactLocation": _artifact(file_of(location)), "region": _region(location)}


def _artifact(path: str) -> dict[str, str]:
    if PurePath(path).is_absolute():
        return {"uri": f"file:///{quote(path.removeprefix('/'), safe='/:')}"}
    return {"uri": quote(path), "uriBaseId": ROOT}


def _region(location: Location) -> dict[str, int]:
    line, column = location.source.position(location.span.start)
    end_line, end_column = location.source.position(location.span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _message(text: str) -> dict[str, str]:
    """Write plain text, in which SARIF would read a link where `](` stands (3.11.6)."""
    return {"text": text.replace("](", "\\](")}


def _unicode(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def _line_hashes(diagnostics: Iterable[Diagnostic]) -> dict[int, dict[str, str]]:
    """Return the hashes by which GitHub knows the lines of results, for those with a line, by their number."""
    lines: dict[Source, dict[int, int]] = {}
    for number, diagnostic in enumerate(diagnostics):
        if diagnostic.location is not None:
            lines.setdefault(diagnostic.location.source, {})[number] = diagnostic.location.line
    found: dict[int, dict[str, str]] = {}
    for source, of_source in lines.items():
        hashes = line_hashes(source, set(of_source.values()))
        found |= {number: {"primaryLocationLineHash": hashes[line]} for number, line in of_source.items()}
    return found
