"""Steps that may be taken in any order, and only some of them: a server is asked for these with one request to kubectl.

Each pod of such steps is touched by one of them alone, so it is as it is before or after this one, whatever became of
the others. That is a state of some order, at each end of a connection by itself; and where no connections cross, as on
each part of a way, what both sides allow passes whichever of these states the two ends are in (`order.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.policy.constants import DIRECTIONS
from netpolc.policy.model import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.regions import PodSet
    from netpolc.ir.model import Direction
    from netpolc.rollout.model import Meanings, Step

MOST = 50
"""The objects of one request: kubectl sends them one after the other, and may take a minute for all."""


def batches(steps: Iterable[Step], meanings: Meanings) -> Iterator[tuple[Step, ...]]:
    """Yield steps in their order, consecutive ones that touch no pod twice together."""
    held = _Batch(meanings)
    for step in steps:
        if held.steps and not held.takes(step):
            yield tuple(held.steps)
            held = _Batch(meanings)
        held.add(step)
    if held.steps:
        yield tuple(held.steps)


class _Batch:
    """The steps of a batch so far, and the pods that they touch."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._touched: dict[Direction, Index[PodSet]] = {direction: Index() for direction in DIRECTIONS}
        self.steps: list[Step] = []

    def takes(self, step: Step) -> bool:
        return (
            len(self.steps) < MOST
            and _is_sent(step)
            and _is_sent(self.steps[0])
            and not any(
                regions.meet(subject, near) is not None
                for direction, subject in self._subjects(step)
                for near in self._touched[direction].near(subject)
            )
        )

    def add(self, step: Step) -> None:
        self.steps.append(step)
        for direction, subject in self._subjects(step):
            self._touched[direction].add(subject, subject)

    def _subjects(self, step: Step) -> Iterator[tuple[Direction, PodSet]]:
        """Yield the pods that a step touches."""
        for policy in (step.before, step.after):
            if isinstance(policy, Policy):
                for direction, half in self._meanings.halves(policy).items():
                    yield direction, half.subject


def _is_sent(step: Step) -> bool:
    """Tell whether a step sends a NetworkPolicy; to delete takes a request each, and a wide policy stands alone."""
    return isinstance(step.after, Policy)
