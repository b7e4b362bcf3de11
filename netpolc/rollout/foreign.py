"""Foreign policies: those of others that let connections through at the pods of a set, and that no rollout changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.index import Index
from netpolc.engine.regions import meet
from netpolc.policy.model import Policy
from netpolc.rollout.model import Key, Meanings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netpolc.engine.regions import PodSet
    from netpolc.ir.model import Direction
    from netpolc.rollout.model import Document
    from netpolc.rollout.objects import Stored


class Foreign(msgspec.Struct, frozen=True):
    """A policy of others: the set that it is of, if of any, and the field managers that own a part of its spec."""

    key: Key
    set_name: str | None
    by: tuple[str, ...]


def foreign(wanted: Mapping[Key, Document], others: Mapping[Key, Stored]) -> tuple[Foreign, ...]:
    """Return the NetworkPolicies of others with rules for pods that a policy of a set closes in the same direction.

    Policies add up, so such a rule counts beside what the program says. One without rules closes only what the set
    closes as well.
    """
    namespaces = {namespace for namespace, _ in wanted}
    near = {key: each.policy for key, each in others.items() if key[0] in namespaces}
    if not near:
        return ()
    meanings = Meanings()
    closed: dict[Direction, Index[PodSet]] = {}
    for document in wanted.values():
        if isinstance(document, Policy):
            for direction, half in meanings.halves(document).items():
                closed.setdefault(direction, Index()).add(half.subject, half.subject)
    return tuple(_found(near, others, closed, meanings))


def _found(
    near: Mapping[Key, Document],
    others: Mapping[Key, Stored],
    closed: Mapping[Direction, Index[PodSet]],
    meanings: Meanings,
) -> Iterator[Foreign]:
    for key in sorted(near):
        policy = near[key]
        halves = meanings.halves(policy) if isinstance(policy, Policy) else {}
        for direction, half in halves.items():
            pods = closed[direction].near(half.subject) if direction in closed else ()
            if half.rules and any(meet(half.subject, each) is not None for each in pods):
                stored = others[key]
                by = tuple(sorted({owner.name for owner in stored.owners if owner.spec}))
                yield Foreign(key, stored.set_name, by)
                break
