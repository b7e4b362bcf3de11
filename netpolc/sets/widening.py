"""Fewer and wider selectors in the place of many: what a reader is told of sets that were cut apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.sets.labels import LabelSelector, holds, is_covered

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_STEPS = 200
"""The selectors that are looked at to tell whether one may be wider; where that takes more, it stays as it is."""
MOST_COMPARED = 20_000
"""The pairs of selectors that are compared in all: some tenths of a second. Beyond that, selectors stay as they are."""


class Widening:
    """Wider selectors for some that were cut apart, until that has taken as long as a reader waits."""

    def __init__(self) -> None:
        """Begin with all of the time."""
        self._left = MOST_COMPARED

    def widened(self, selectors: Sequence[LabelSelector], within: Sequence[LabelSelector]) -> list[LabelSelector]:
        """Return selectors that hold the given ones, and nothing that is not in those of `within`, which hold these."""
        wide = [*dict.fromkeys(self._widened(each, within) for each in selectors)]
        wide = [each for each in wide if not any(each != other and holds(other, each) for other in wide)]
        for each in wide[::-1]:
            rest = [other for other in wide if other != each]
            if self._is_covered(each, rest):
                wide = rest
        return wide

    def _widened(self, selector: LabelSelector, within: Sequence[LabelSelector]) -> LabelSelector:
        for requirement in selector.requirements:
            wider = LabelSelector(tuple(each for each in selector.requirements if each != requirement))
            if self._is_covered(wider, within):
                selector = wider
        return selector

    def _is_covered(self, selector: LabelSelector, others: Sequence[LabelSelector]) -> bool:
        self._left -= len(others)
        return self._left >= 0 and is_covered(selector, others, MOST_STEPS)
