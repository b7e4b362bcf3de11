"""Answers in spite of errors: what could not be read is passed over, and said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.manifests.model import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.manifests.model import Manifests

LEFT_OUT = "NP812"
TWICE = "NP417"


def as_warnings(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics with each error as a warning."""
    return tuple(
        msgspec.structs.replace(each, severity="warning") if each.severity == "error" else each for each in diagnostics
    )


def passed_over(of_files: Sequence[Diagnostic], manifests: Manifests) -> tuple[Diagnostic, ...]:
    """Return the errors of inputs as warnings, and before them one of what answers are given without; nothing if none.

    `of_files` are the diagnostics about whole files and folders, of which an error leaves out the whole.
    """
    lost = [each for each in of_files if each.severity == "error"]
    errors = [*lost, *(each for each in manifests.diagnostics if each.severity == "error")]
    return (_without(manifests, len(lost), len(errors)), *as_warnings(errors)) if errors else ()


def of_side(name: str, passed: Iterable[Diagnostic], said: Iterable[Diagnostic] = ()) -> tuple[Diagnostic, ...]:
    """Return what was `passed` over in one of several inputs, the summary with the name of the input.

    Among what is `said` of its cluster are policies that turned out to be there twice.
    """
    twice = (each for each in said if each.code == TWICE and each.severity == "warning")
    return collect(
        msgspec.structs.replace(each, message=f"{name}: {each.message}") if each.code == LEFT_OUT else each
        for each in (*passed, *twice)
    )


def _without(manifests: Manifests, files: int, errors: int) -> Diagnostic:
    """Say what answers are given without, and what that means for them."""
    kinds = {kind: count for kind, count in manifests.refused.items() if kind != DOCUMENT}
    counts = [
        _counted(sum(kinds.values()), "object") + f" ({', '.join(f'{count} {kind}' for kind, count in kinds.items())})"
        if kinds
        else "",
        _counted(manifests.refused.get(DOCUMENT, 0), DOCUMENT),
        _counted(files, "file or folder", "files or folders"),
    ]
    left = [each for each in counts if each]
    advice = "fix what is wrong with them for an answer that holds"
    if not left:
        message = f"{_counted(errors, 'error')} in the inputs {_are(errors)} passed over"
        return Diagnostic(code=LEFT_OUT, severity="warning", message=message, help=advice)
    if files or manifests.lacks_policies:
        advice = f"policies are missing, or may be, so what is shown may be too much or too little; {advice}"
    total = files + sum(manifests.refused.values())
    message = f"{_listed(left)} {_are(total)} left out, and no answer here holds for {'it' if total == 1 else 'them'}"
    return Diagnostic(code=LEFT_OUT, severity="warning", message=message, help=advice)


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or f'{one}s'}" if count else ""


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
