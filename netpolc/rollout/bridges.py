"""Bridges: policies that let everything through for pods that are not isolated on one of the two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.digests import sha256
from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.engine.regions import PodSet, names_of
from netpolc.policy.constants import DIRECTIONS, POLICY_TYPES, WRITTEN_DIRECTIONS
from netpolc.policy.model import Policy, Rule
from netpolc.sets.labels import EVERYTHING
from netpolc.targets.policy_parts import policy_selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.ir.model import Direction
    from netpolc.rollout.model import Half, Key, Piece

PREFIX = "netpolc-bridge-"
"""What the names of bridges begin with."""
MOST_PARTS = 64
"""The selectors that a set of pods is cut into before it is given up: hardly any has more than two."""
EVERYTHING_PASSES = (Rule((), ()),)


class Bridges:
    """The bridges that a way needs."""

    def __init__(self, taken: Iterable[Key]) -> None:
        """Take the keys that are in use."""
        self._taken = set(taken)
        self._cells: dict[PodSet, set[Direction]] = {}
        self.unsaved: list[str] = []

    def span(self, pieces: Sequence[Piece], isolated: Mapping[Direction, Index[PodSet]]) -> None:
        """Bridge steps that isolate pods before others have come that let more through to the same pods.

        Pods that are `isolated` before the first of the steps need no bridge: they let through what they did.
        """
        for direction in DIRECTIONS:
            later: Index[tuple[int, Half]] = Index(
                (half.subject, (place, half))
                for place, piece in enumerate(pieces)
                if (half := piece.halves_after.get(direction)) is not None and half.rules
            )
            for place, piece in enumerate(pieces):
                half = piece.halves_after.get(direction)
                before = piece.halves_before.get(direction)
                if half is not None and (before is None or before.subject != half.subject):
                    for other, coming in later.near(half.subject):
                        if other > place and not half.allows_all_of(coming):
                            self._span(direction, half.subject, coming.subject, isolated[direction])

    def _span(self, direction: Direction, one: PodSet, other: PodSet, isolated: Index[PodSet]) -> None:
        both = regions.meet(one, other)
        if not isinstance(both, PodSet):
            return
        # One for a namespace is enough where the side on which everything passes isolates none of its pods.
        whole = msgspec.structs.replace(both, pods=EVERYTHING)
        cells = without(both, isolated) if any(isolated.near(whole)) else [whole]
        if cells is None:
            self.unsaved.append(f"pods in `{_namespace(both)}` may be cut off in {direction} on the way")
            return
        for cell in cells:
            if not any(direction in known and regions.is_within(cell, held) for held, known in self._cells.items()):
                self._cells.setdefault(cell, set()).add(direction)

    def policies(self) -> Iterator[Policy]:
        """Yield the bridges."""
        for cell, directions in self._cells.items():
            types = [direction for direction in WRITTEN_DIRECTIONS if direction in directions]
            made = Policy(
                name="",
                namespace=_namespace(cell),
                pod_selector=policy_selector(cell.pods),
                policy_types=tuple(POLICY_TYPES[direction] for direction in types),
                ingress=EVERYTHING_PASSES if "ingress" in types else None,
                egress=EVERYTHING_PASSES if "egress" in types else None,
            )
            yield named(made, self._taken)


def without(cell: PodSet, isolated: Index[PodSet]) -> list[PodSet] | None:
    """Return the pods of a set that are in none of others, as sets, or None where these are too many."""
    cells: list[PodSet] = [cell]
    for other in isolated.near(cell):
        cells = [part for each in cells for part in regions.subtract(each, other) if isinstance(part, PodSet)]
        if len(cells) > MOST_PARTS:
            return None
    return cells


def named(policy: Policy, taken: set[Key]) -> Policy:
    """Return a bridge with a name by what it says, which nothing else has."""
    said = (policy.pod_selector, policy.policy_types, policy.ingress, policy.egress)
    digest = sha256(repr(said).encode()).hexdigest()
    number = 0
    while True:
        name = f"{PREFIX}{digest[:10]}" + (f"-{number}" if number else "")
        key = policy.namespace or "", name
        if key not in taken:
            taken.add(key)
            return msgspec.structs.replace(policy, name=name, labels=(), annotations=(), comments=(), sources=())
        number += 1


def _namespace(cell: PodSet) -> str:
    names = names_of(cell.namespaces)
    return names[0] if names else ""
