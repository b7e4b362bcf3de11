"""Diagnostics as data: what is wrong, where, why, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from netpolc.source import Location

Severity = Literal["error", "warning", "note"]
Applicability = Literal["safe", "unsafe", "shown"]


class Label(msgspec.Struct, frozen=True):
    """A place that takes part in a diagnostic, and what is to be said of it."""

    location: Location
    message: str


class Edit(msgspec.Struct, frozen=True):
    """The replacement of a range of source by another text."""

    location: Location
    text: str


class Fix(msgspec.Struct, frozen=True):
    """Edits that together resolve a diagnostic.

    A safe fix keeps every meaning that the user could have had, an unsafe one has what was probably meant. One that is
    only `shown` has what is meant as it stands, which somebody has to have looked at.
    """

    message: str
    edits: tuple[Edit, ...]
    applicability: Applicability = "unsafe"


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One finding.

    `message` states the fact, `label` says what the primary place is (shown beside the carets), `help` advises.
    A diagnostic without a location is about a `file` as a whole, or about the run. One that holds in some environments
    of a project only names these.
    """

    code: str
    severity: Severity
    message: str
    location: Location | None = None
    file: str = ""
    label: str = ""
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fixes: tuple[Fix, ...] = ()
    environments: tuple[str, ...] = ()

    @property
    def advice(self) -> str | None:
        """What to do, in one line, where fixes cannot be shown: the help, or what the fixes would do."""
        return self.help or ", or ".join(fix.message for fix in self.fixes) or None

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """A key that sorts diagnostics by place, then code."""
        place = ("", 0, 0) if self.location is None else self.location.order
        return (*place, self.code, self.message)


def errors_in(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Tell whether any of these is an error."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


def collect(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return each diagnostic once, sorted by place; two are the same when code, place and message are."""
    unique: dict[tuple[bool, tuple[str, int, int, str, str]], Diagnostic] = {}
    for diagnostic in diagnostics:
        unique.setdefault((diagnostic.location is None, diagnostic.order), diagnostic)
    return tuple([found for _, found in sorted(unique.items(), key=lambda each: each[0][1])])
