"""Foreign policies: those of others that decide about the pods of a set, and that no rollout changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.policy.model import Policy
from netpolc.rollout.effects import EffectJudge, Effects
from netpolc.rollout.marks import manager_of
from netpolc.rollout.model import Key, Meanings, key_of
from netpolc.rollout.objects import TIER_KIND

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from netpolc.rollout.around import Around
    from netpolc.rollout.model import Document
    from netpolc.rollout.objects import Stored

POLICY_KIND = "NetworkPolicy"


class Foreign(msgspec.Struct, frozen=True):
    """A policy of others: its kind, the set that it is of, if of any, who owns a part of its spec, and what it does."""

    kind: str
    key: Key
    set_name: str | None
    by: tuple[str, ...]
    effects: Effects

    @property
    def shown(self) -> str:
        """What people call it; no namespace is written with capital letters."""
        namespace, name = self.key
        return f"{namespace or self.kind}/{name}"

    def is_drift(self, known: Container[str]) -> bool:
        """Tell whether it makes connections other than the program says, and neither is known nor of another project.

        What is of another project is applied by that project alone.
        """
        of_project = self.set_name is not None and self.by == (manager_of(self.set_name),)
        return self.effects != ("adds",) and not of_project and self.shown not in known


def foreign(wanted: Mapping[Key, Document], others: Mapping[Key, Stored], around: Around) -> tuple[Foreign, ...]:
    """Return the policies of others that count at the pods of a set.

    These are NetworkPolicies with rules for pods that a policy of the set closes in the same direction: policies add
    up. One without rules closes only what the set closes as well. Cluster-wide policies are those that open or close
    connections.
    """
    return tuple(_found(wanted, others, around))


def _found(wanted: Mapping[Key, Document], others: Mapping[Key, Stored], around: Around) -> Iterator[Foreign]:
    namespaces = {namespace for namespace, _ in wanted}
    judge = EffectJudge(tuple(wanted.values()), tuple(each.policy for each in others.values()), around)
    for policy, effects in judge.of_tiers():
        key = key_of(policy)
        # The server keeps no objects of older kinds for a rollout, nor says here who wrote them.
        yield _foreign(policy.kind, key, others.get(key) if policy.kind == TIER_KIND else None, effects)
    meanings = Meanings()
    for key, stored in sorted(others.items()):
        if key[0] in namespaces and isinstance(stored.policy, Policy):
            effects = judge.of_policy(meanings.halves(stored.policy))
            if effects:
                yield _foreign(POLICY_KIND, key, stored, effects)


def _foreign(kind: str, key: Key, stored: Stored | None, effects: Effects) -> Foreign:
    owners = () if stored is None else stored.owners
    by = tuple(sorted({owner.name for owner in owners if owner.spec}))
    return Foreign(kind, key, None if stored is None else stored.set_name, by, effects)
