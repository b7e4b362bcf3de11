"""The plan of a rollout: what is done to which object and in which order, and all that stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.live.kinds import Kind
from netpolc.rollout.around import Around
from netpolc.rollout.foreign import Foreign, foreign
from netpolc.rollout.marks import SET_LABEL, manager_of
from netpolc.rollout.model import Document, Key, Meanings, Order, Step, by_key, shown
from netpolc.rollout.objects import Stored, carries, in_conflict
from netpolc.rollout.order import order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Permissions(msgspec.Struct, frozen=True, kw_only=True):
    """The leave that a user gives: managers whose fields are taken, adoption, how many objects may be deleted."""

    force_conflicts: frozenset[str] = frozenset()
    adopt: bool = False
    prune_max: int = 20
    create_namespaces: bool = False
    renamed_from: str | None = None


class Rollout(msgspec.Struct, frozen=True, kw_only=True):
    """The work that is to be done in a cluster for one set.

    `restated` are objects that mean what they shall, and are sent again for their labels, their annotations or their
    ownership. `tiers` is how the cluster serves ClusterNetworkPolicies, `listed` what the inventory has, `foreign` the
    policies of others that count beside it. `refused` stands in the way of all, `noted` does not.
    """

    context: str
    set_name: str
    order: Order
    restated: tuple[Step, ...] = ()
    unchanged: int = 0
    namespaces: tuple[str, ...] = ()
    tiers: Kind | None = None
    listed: frozenset[Key] = frozenset()
    wanted: frozenset[Key] = frozenset()
    stored: dict[Key, Stored] = {}
    forced: frozenset[Key] = frozenset()
    adopted: frozenset[Key] = frozenset()
    foreign: tuple[Foreign, ...] = ()
    refused: tuple[Diagnostic, ...] = ()
    noted: tuple[Diagnostic, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return self.order.steps + self.restated

    @property
    def batches(self) -> Iterator[tuple[Step, ...]]:
        """All steps, in order, those together that may be taken in any order."""
        for batch in (*(self.order.batches or ((step,) for step in self.order.steps)), *((s,) for s in self.restated)):
            if any(step.key in self.forced or step.key in self.adopted for step in batch):
                yield from ((step,) for step in batch)
            else:
                yield batch

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not self.steps


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster as it is asked about: its name, its policies, how it serves cluster-wide ones, and what is around.

    `listed` are the objects that the inventory of the set has; `left_out` says which kinds count in no answer,
    and `listed_before` are those that the inventory of its name before has.
    """

    context: str
    stored: dict[Key, Stored]
    around: Around
    tiers: Kind | None = None
    listed: frozenset[Key] = frozenset()
    listed_before: frozenset[Key] = frozenset()
    left_out: tuple[Diagnostic, ...] = ()


def plan(policies: Iterable[Document], set_name: str, there: Situation, allowed: Permissions) -> Rollout:
    """Plan how the policies of a set come into a cluster."""
    planning = _Planning(by_key(policies), set_name, there, allowed)
    return planning.rollout()


def is_unlabelled(key: Key, stored: Stored, listed: frozenset[Key]) -> bool:
    """Tell whether an object is in the inventory of a set, and somebody took the label from it."""
    return stored.set_name is None and key in listed


class _Planning:
    def __init__(self, wanted: dict[Key, Document], set_name: str, there: Situation, allowed: Permissions) -> None:
        self.wanted = wanted
        self.set_name = set_name
        self.manager = manager_of(set_name)
        self.there = there
        self.allowed = allowed
        self.meanings = Meanings()
        self.refused: list[Diagnostic] = []
        self.noted: list[Diagnostic] = [*there.left_out]
        self.forced: set[Key] = set()
        self.adopted: set[Key] = set()

    def rollout(self) -> Rollout:
        restated = [step for key, policy in self.wanted.items() if (step := self._restated(key, policy)) is not None]
        gone = [key for key, stored in self.there.stored.items() if self._is_gone(key, stored)]
        if len(gone) > self.allowed.prune_max:
            self.refused.append(_too_many(gone, self.allowed.prune_max))
        after = {key: stored.policy for key, stored in self.there.stored.items() if key not in gone}
        found = order(
            (stored.policy for stored in self.there.stored.values()),
            {**after, **self.wanted}.values(),
            self.there.around,
        )
        self.noted += (_unsaved(text) for text in found.unsaved)
        missing = sorted({namespace for namespace, _ in self.wanted if namespace} - set(self.there.around.namespaces))
        unserved = [key for key in self.wanted if not key[0]] if self.there.tiers is None else []
        if unserved:
            self.refused.append(_unserved(unserved, self.there.context))
        if missing and not self.allowed.create_namespaces:
            self.refused.append(_no_namespaces(missing, self.there.context))
        stepped = {step.key for step in found.steps}
        again = tuple(step for step in restated if step.key not in stepped)
        return Rollout(
            context=self.there.context,
            set_name=self.set_name,
            order=found,
            restated=again,
            unchanged=len(self.wanted) - len({*self.wanted} & (stepped | {step.key for step in again})),
            namespaces=tuple(missing),
            tiers=self.there.tiers,
            listed=self.there.listed,
            wanted=frozenset(self.wanted),
            stored=self.there.stored,
            forced=frozenset(self.forced),
            adopted=frozenset(self.adopted),
            foreign=foreign(self.wanted, self._of_others(), self.there.around),
            refused=tuple(self.refused),
            noted=tuple(self.noted),
        )

    def _of_others(self) -> dict[Key, Stored]:
        """Return the objects that are not of the set, and that the program does not have either."""
        own = {self.set_name, self.allowed.renamed_from} - {None}
        return {
            key: stored
            for key, stored in self.there.stored.items()
            if key not in self.wanted and self._set_of(key, stored) not in own
        }

    def _set_of(self, key: Key, stored: Stored) -> str | None:
        """Return the set that an object is of; by the inventories, where somebody took the label from it."""
        if is_unlabelled(key, stored, self.there.listed):
            return self.set_name
        return self.allowed.renamed_from if self._was_ours(key, stored) else stored.set_name

    def _was_ours(self, key: Key, stored: Stored) -> bool:
        """Tell whether an object without a label was applied by the name before."""
        before = self.allowed.renamed_from
        return (
            before is not None
            and is_unlabelled(key, stored, self.there.listed_before)
            and any(each.name == manager_of(before) for each in stored.owners)
        )

    def _restated(self, key: Key, policy: Document) -> Step | None:
        """Return the step that sends an object again, unless it is as it shall be; refuse what is not ours."""
        stored = self.there.stored.get(key)
        if stored is None:
            return None
        self._judge(key, stored, policy)
        marks = ((SET_LABEL, self.set_name),)
        is_ours = stored.is_owned_by(self.manager) and not stored.others(self.manager)
        same = self.meanings.same(stored.policy, policy)
        if same and is_ours and carries(stored, policy, marks):
            return None
        return Step(key=key, before=stored.policy, after=policy)

    def _judge(self, key: Key, stored: Stored, policy: Document) -> None:
        """Refuse an object that is another's, unless the user has allowed to take it."""
        name = shown(key)
        others = in_conflict(stored, policy, self.manager)
        owner = self.allowed.renamed_from if self._was_ours(key, stored) else stored.set_name
        applied = any(each.name == self.manager for each in stored.owners)
        if owner not in (None, self.set_name, self.allowed.renamed_from):
            self.refused.append(_of_other_set(name, str(owner), self.set_name))
        elif not others:
            return
        elif stored.deliverer is not None:
            self.refused.append(_delivered(name, stored.deliverer))
        elif owner != self.set_name and not applied:
            managers = sorted({each.name for each in others})
            if self.allowed.adopt or (owner is not None and owner == self.allowed.renamed_from):
                self.adopted.add(key)
                self.forced.add(key)
            else:
                self.refused.append(_of_others(name, managers))
        elif {each.name for each in others} <= self.allowed.force_conflicts:
            self.forced.add(key)
            self.adopted.add(key)
        else:
            self.refused += (_conflict(name, each.name, sorted(each.fields)) for each in others)

    def _is_gone(self, key: Key, stored: Stored) -> bool:
        """Tell whether an object is of the set, and is to be deleted, since the program has it no more."""
        owner = self._set_of(key, stored)
        if key in self.wanted or owner is None or owner not in (self.set_name, self.allowed.renamed_from):
            return False
        manager = manager_of(owner)
        others = stored.others(manager)
        if others or not any(each.name == manager for each in stored.owners):
            self.noted.append(_left_over(shown(key), sorted({each.name for each in others})))
            return False
        return True


def _error(code: str, message: str, help_: str) -> Diagnostic:
    return Diagnostic(code=code, severity="error", message=message, help=help_)


def _conflict(name: str, manager: str, fields: Sequence[str]) -> Diagnostic:
    listed = ", ".join(fields)
    return _error(
        "NP841",
        f"`{name}` was changed by `{manager}`, which owns {listed}",
        f"see what it did with `netpolc drift`; take the fields back with `--force-conflicts {manager}`",
    )


def _of_others(name: str, managers: Sequence[str]) -> Diagnostic:
    listed = ", ".join(f"`{each}`" for each in managers)
    return _error(
        "NP841",
        f"`{name}` is there already, made by {listed}",
        "take it over with `--adopt`, or give the policy another name",
    )


def _of_other_set(name: str, owner: str, own: str) -> Diagnostic:
    return _error(
        "NP842",
        f"`{name}` is of the set `{owner}`, and this project is `{own}`",
        f"two projects cannot share an object; if this project was called `{owner}`, say `--renamed-from {owner}`",
    )


def _delivered(name: str, tool: str) -> Diagnostic:
    return _error(
        "NP843",
        f"`{name}` is delivered by {tool}, which would undo the change",
        f"build, and let {tool} deliver the files; `netpolc plan` shows what they change",
    )


def _too_many(gone: Sequence[Key], most: int) -> Diagnostic:
    first = ", ".join(f"`{shown(key)}`" for key in sorted(gone)[:3])
    would = (
        f"{first} would be deleted" if len(gone) == 1 else f"{len(gone)} policies would be deleted, {first} among them"
    )
    return _error(
        "NP844",
        f"{would}, and {f'at most {most}' if most else 'none'} may be",
        f"if that is meant, say `--prune-max {len(gone)}`",
    )


def _unserved(keys: Sequence[Key], context: str) -> Diagnostic:
    first = ", ".join(f"`{shown(key)}`" for key in sorted(keys)[:3])
    return _error(
        "NP852",
        f"`{context}` has no kind ClusterNetworkPolicy, which {first} {'is' if len(keys) == 1 else 'are'} of",
        "install the CRD of network-policy-api, if the network plugin enforces it, or take `always` and `default` out",
    )


def _no_namespaces(missing: Sequence[str], context: str) -> Diagnostic:
    listed = ", ".join(f"`{each}`" for each in missing)
    return _error("NP847", f"`{context}` has no namespace {listed}", "make it, or say `--create-namespaces`")


def _left_over(name: str, managers: Sequence[str]) -> Diagnostic:
    why = f"{', '.join(f'`{each}`' for each in managers)} owns a part of it" if managers else "netpolc did not apply it"
    return Diagnostic(
        code="NP849",
        severity="warning",
        message=f"`{name}` is not in the program, and is left there: {why}",
        help="delete it by hand, if nobody needs it",
    )


def _unsaved(text: str) -> Diagnostic:
    return Diagnostic(code="NP851", severity="warning", message=text, help="apply when nobody needs these connections")
