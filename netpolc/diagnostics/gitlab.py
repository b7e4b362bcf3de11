"""Diagnostics as a Code Quality report of GitLab (https://docs.gitlab.com/ci/testing/code_quality/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from netpolc.diagnostics.files import file_about
from netpolc.diagnostics.fingerprints import fingerprints
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.diagnostics.visible import in_one_line, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write the report, sorted by place, in ASCII."""
    collected = collect(diagnostics)
    pairs = zip(collected, fingerprints(collected), strict=True)
    return json.dumps([_violation(diagnostic, fingerprint) for diagnostic, fingerprint in pairs], indent=2) + "\n"


def _violation(diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    location = diagnostic.location
    return {
        "description": _description(diagnostic),
        "check_name": diagnostic.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {"path": file_about(diagnostic), "lines": {"begin": 1 if location is None else location.line}},
    }


def _description(diagnostic: Diagnostic) -> str:
    advice = "" if diagnostic.help is None else f" (help: {in_one_line(diagnostic.help)})"
    return sentence(diagnostic.message) + advice
