"""The pods that some policies select and no others of a few, as far as the order of decisions tells them apart."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.regions import PodSet, meet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.prefix_table import RuleBlock

MOST = 5000
"""How many cells are told apart; a namespace has a few subjects whose blocks meet."""


class Cell(msgspec.Struct, frozen=True):
    """Pods that all of some subjects hold."""

    subjects: frozenset[PodSet]
    pods: PodSet

    def held(self, blocks: Iterable[RuleBlock]) -> list[RuleBlock]:
        """Return the blocks of its subjects."""
        return [each for each in blocks if each.subject in self.subjects]


@functools.lru_cache(maxsize=4)
def cells_of(subjects: tuple[PodSet, ...]) -> tuple[Cell, ...]:
    """List the cells of subjects, those of most of them first; too many are none, for which the rules stand."""
    found: dict[frozenset[PodSet], PodSet] = {}
    for subject in subjects:
        more: dict[frozenset[PodSet], PodSet] = {frozenset((subject,)): subject}
        for several, pods in found.items():
            both = meet(pods, subject)
            if isinstance(both, PodSet):
                more[several | {subject}] = both
        found |= more
        if len(found) > MOST:
            return ()
    # Sorting keeps the order in which they were met.
    return tuple(Cell(several, pods) for several, pods in sorted(found.items(), key=lambda each: -len(each[0])))
