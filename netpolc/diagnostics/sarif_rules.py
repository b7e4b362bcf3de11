"""The codes of a report as SARIF's rules, each with its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpolc.diagnostics.codes import BY_CODE, Code
from netpolc.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOPICS = {
    "NP1": "syntax",
    "NP2": "names",
    "NP3": "ports-and-addresses",
    "NP4": "validity",
    "NP5": "no-effect",
    "NP6": "risk",
    "NP7": "assertions",
    "NP8": "project",
    "NP9": "internal",
}

_LONGEST_DESCRIPTION = 1_000


def rules(codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rules of some codes, in their order."""
    return [_rule(BY_CODE[code]) for code in codes]


def _rule(code: Code) -> dict[str, Any]:
    page = bundled("codes", code.page).read_text("utf-8")
    return {
        "id": code.code,
        "name": code.name,
        "shortDescription": {"text": code.summary},
        "fullDescription": {"text": _first_paragraph(page)},
        "help": {"text": page, "markdown": page},
        "helpUri": code.help_uri,
        "defaultConfiguration": {"level": code.severity},
        "properties": _properties(code),
    }


def _first_paragraph(page: str) -> str:
    paragraph = page.split("\n\n", 2)[1]
    return " ".join(paragraph.split())[:_LONGEST_DESCRIPTION]


def _properties(code: Code) -> dict[str, Any]:
    topic = _TOPICS[code.code[:3]]
    if code.score is None:
        return {"tags": [topic]}
    # GitHub heeds the score of rules with this tag only.
    return {"tags": ["security", topic], "security-severity": code.score}
