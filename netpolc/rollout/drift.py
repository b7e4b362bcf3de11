"""Drift: what of a set is not as the program says, and the policies of others that make of it what it does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.rollout.marks import manager_of
from netpolc.rollout.model import Key
from netpolc.rollout.objects import in_conflict

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from netpolc.rollout.foreign import Foreign
    from netpolc.rollout.plan import Rollout

Kind = Literal["changed", "missing", "extra", "same meaning"]


class Drifted(msgspec.Struct, frozen=True):
    """An object that is not as it shall be: how, and the field managers that own, beside netpolc, what it is about."""

    key: Key
    kind: Kind
    by: tuple[str, ...]


class Drift(msgspec.Struct, frozen=True):
    """The objects that are not as they shall be, and the policies of others that open or close connections."""

    objects: tuple[Drifted, ...]
    foreign: tuple[Foreign, ...]

    @classmethod
    def of(cls, rollout: Rollout, known: Container[str]) -> Drift:
        """Return what has drifted; policies of others that are `known` have not."""
        return cls(tuple(drifted(rollout)), tuple(each for each in rollout.foreign if each.is_drift(known)))


def drifted(rollout: Rollout) -> Iterator[Drifted]:
    """Yield the objects that an apply would create, change or delete, by what is the matter with them."""
    seen: set[Key] = set()
    for step in rollout.steps:
        stored = rollout.stored.get(step.key)
        if step.key in seen or (step.bridge and stored is None):
            continue
        seen.add(step.key)
        if stored is None:
            yield Drifted(step.key, "missing", ())
            continue
        manager = manager_of(rollout.set_name)
        others = stored.others(manager) if step.after is None else in_conflict(stored, step.after, manager)
        by = tuple(sorted({owner.name for owner in others}))
        if step.key not in rollout.wanted:
            yield Drifted(step.key, "extra", by)
        else:
            yield Drifted(step.key, "same meaning" if step in rollout.restated else "changed", by)
