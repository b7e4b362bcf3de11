"""What closes pods: the statements and policies that deny, and not those that only let something through.

Each policy isolates the pods that it selects, and so does one that allows. Where another one only denies, or a baseline
does, that is what closes them, for whoever asks why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.denying import denies
from netpolc.queries.deciding_rules import DecidingRule, deciding_rule, source_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from netpolc.engine.model import Decision, DirectionRules, Isolation, Reason
    from netpolc.engine.regions import PodSet
    from netpolc.source import Source


class Closers:
    """The isolations of one direction, told apart by whether they deny, and with the lines behind them."""

    def __init__(self, said: DirectionRules | None, sources: Collection[Source]) -> None:
        """Take what the program says, if there is one, and its texts."""
        self._stated: dict[PodSet, Reason | None] = {}
        for each in () if said is None else said.isolations:
            self._stated.setdefault(each.subject, each.reason)
        self._sources = sources

    def named(
        self, isolations: Collection[Isolation | Decision], admitting: Collection[str | None]
    ) -> tuple[DecidingRule, ...]:
        """Name what closes one end, where some policies also let something through."""
        denying = [each for each in isolations if self.denies(each, admitting)]
        return tuple(dict.fromkeys(map(self.deciding, denying or isolations)))

    def denies(self, isolation: Isolation | Decision, admitting: Collection[str | None]) -> bool:
        """Tell whether something denies, rather than let something through in the policies that are `admitting`."""
        if self._is_compiled(isolation.reason):
            return isolation.subject in self._stated
        return denies(isolation, admitting)

    def deciding(self, isolation: Isolation | Decision) -> DecidingRule:
        """Return the policy with its line; that of a program has the line of the baseline behind it."""
        rule = deciding_rule(isolation.reason)
        if not self._is_compiled(isolation.reason) or isolation.subject not in self._stated:
            return rule
        return msgspec.structs.replace(rule, source=source_line(self._stated[isolation.subject]))

    def _is_compiled(self, reason: Reason | None) -> bool:
        if reason is None or not self._stated:
            return False
        # Only what netpolc made of a program without a baseline has no place.
        return reason.location is None or reason.location.source in self._sources


def policies_of(reasons: Iterable[Reason | None]) -> frozenset[str | None]:
    """Return the policies behind some reasons."""
    return frozenset(reason.policy for reason in reasons if reason is not None)
