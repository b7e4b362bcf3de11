"""What a project makes of findings: rules that are off or at another level, and findings that it knows.

Both are about what is doubtful or risky. What is an error of meaning stays one, whatever a project says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from netpolc.diagnostics.baseline import KnownFinding, KnownFindings

Level = Literal["off", "note", "warning", "error"]


class Judged(msgspec.Struct, frozen=True):
    """The findings that are left to say, how many are known, and those of the known ones that were not found."""

    diagnostics: tuple[Diagnostic, ...]
    known: int = 0
    lost: tuple[KnownFinding, ...] = ()


class Standards(msgspec.Struct, frozen=True):
    """The levels of rules by code, where these are not their own, and the findings that are known."""

    levels: Mapping[str, Level] = {}
    baseline: KnownFindings | None = None

    def judged(self, found: Iterable[Diagnostic]) -> Judged:
        """Return findings, sorted, at their levels, without those that are off or known."""
        at_levels = tuple(found)
        if self.levels:
            at_levels = tuple(each for one in at_levels if (each := self._at_level(one)) is not None)
        if self.baseline is None:
            return Judged(at_levels)
        left, lost = self.baseline.compared(at_levels)
        return Judged(left, len(at_levels) - len(left), lost)

    def applied(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return the findings that are left to say."""
        return self.judged(found).diagnostics

    @property
    def off(self) -> frozenset[str]:
        """The codes of the rules that are off."""
        return frozenset(code for code, level in self.levels.items() if level == "off")

    @property
    def errors(self) -> frozenset[str]:
        """The codes of the rules that are errors in this project."""
        return frozenset(code for code, level in self.levels.items() if level == "error")

    def _at_level(self, found: Diagnostic) -> Diagnostic | None:
        level = self.levels.get(found.code)
        if level is None or level == found.severity:
            return found
        return None if level == "off" else msgspec.structs.replace(found, severity=level)


AS_FOUND = Standards()
"""No standards but netpolc's own."""
