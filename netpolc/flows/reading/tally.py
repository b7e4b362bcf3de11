"""The count of records that are no flows: one line for each reason, however many there are."""

from __future__ import annotations

from netpolc.diagnostics.model import Diagnostic
from netpolc.flows.reading.model import NoFlow
from netpolc.flows.record import PassedOver


class Tally:
    """The records that were passed over so far, by reasons, each with the place of the first."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counts: dict[NoFlow, int] = {}
        self._first: dict[NoFlow, tuple[str, int]] = {}

    def add(self, reason: NoFlow, file: str, line: int, count: int = 1) -> None:
        """Count records; only the place of the first is kept."""
        if reason in self._counts:
            self._counts[reason] += count
        else:
            self._counts[reason] = count
            self._first[reason] = file, line

    def passed_over(self) -> tuple[PassedOver, ...]:
        """Return each reason once, in the order in which they were met."""
        return tuple(
            PassedOver(reason.text, count, *self._first[reason])
            for reason, count in self._counts.items()
            if not reason.is_flow
        )

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what somebody should look at, each once with its count and its first place."""
        found = []
        for reason, count in self._counts.items():
            if reason.code is not None:
                file, line = self._first[reason]
                first = "the first in" if count > 1 else "in"
                message = f"{reason.counted(count)}, {first} line {line:,} of `{file}`"
                found.append(
                    Diagnostic(code=reason.code, severity="warning", message=message, file=file, help=reason.help)
                )
        return tuple(found)
