"""The steps of a rollout, taken one by one; after each, what is stored is held against what was sent.

There is no transaction: what was done when a step fails stays done. Every state on the way allows what both sides do,
so it is safe to stay there, and the next run goes on from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import quote

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.identity import IdentitySet
from netpolc.live.refusals import ClusterError
from netpolc.rollout.batches import MOST
from netpolc.rollout.inventory import SetInventory
from netpolc.rollout.marks import manager_of
from netpolc.rollout.model import Key, Meanings, Step, shown
from netpolc.rollout.objects import Stored, body, kind_of, path_of, stored_object
from netpolc.rollout.plan import Rollout, is_unlabelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netpolc.live.kubectl import Kubectl
    from netpolc.rollout.model import Document

FEW = 20
"""How many refusals of dry runs are listed before the rest is only counted."""


class StoppedError(Exception):
    """A rollout that ended before its last step: how many were taken, and which are left."""

    def __init__(self, diagnostic: Diagnostic, done: int, left: tuple[Step, ...]) -> None:
        """Say what failed."""
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.done = done
        self.left = left


class Applying:
    """A rollout that is carried out."""

    def __init__(self, kubectl: Kubectl, rollout: Rollout) -> None:
        """Take what is planned, and whom to ask."""
        self._kubectl = kubectl
        self._rollout = rollout
        self._set = rollout.set_name
        self._manager = manager_of(rollout.set_name)
        self._meanings = Meanings()
        self._stored: dict[Key, Stored] = dict(rollout.stored)

    def rehearse(self) -> list[Diagnostic]:
        """Have the server try each change without storing it, and return all that it refuses.

        Objects of a namespace that is not there yet cannot be tried, nor what only stands in between.
        """
        refused: list[Diagnostic] = []
        for steps in self._rehearsed():
            if len(steps) > 1 and self._are_taken_well(steps):
                continue
            for step in steps:
                try:
                    if step.after is None:
                        self._delete(step.key, dry_run=True)
                    else:
                        self._apply(step, dry_run=True)
                except ClusterError as error:
                    refused.append(_refusal(error, step))
        return refused

    def _are_taken_well(self, steps: Sequence[Step]) -> bool:
        """Tell whether the server would take all of these; which it would not is asked one by one."""
        try:
            self._send_all(steps, dry_run=True)
        except ClusterError:
            return False
        return True

    def _rehearsed(self) -> Iterator[tuple[Step, ...]]:
        """Yield the last step of each object, those together that kubectl can send together."""
        last: dict[Key, Step] = {}
        for step in self._rollout.steps:
            if not step.bridge:
                last[step.key] = step
        tried = [step for step in last.values() if step.key[0] not in self._rollout.namespaces]
        alone = [step for step in tried if step.after is None or step.key in self._rollout.forced]
        sent = [step for step in tried if step.after is not None and step.key not in self._rollout.forced]
        yield from (tuple(sent[first : first + MOST]) for first in range(0, len(sent), MOST))
        yield from ((step,) for step in alone)

    def carry_out(self, told: Callable[[Step], None]) -> None:
        """Take all steps, and tell of each once it is done.

        Raises:
            StoppedError: a step was refused, or something else is stored than what was sent.
        """
        done: list[Step] = []

        def tell(step: Step) -> None:
            told(step)
            done.append(step)

        inventory = SetInventory(self._kubectl, self._set)
        try:
            for name in self._rollout.namespaces:
                self._kubectl.apply(_namespace(name), manager=self._manager)
            inventory.write({*inventory.read(), *self._final()})
            for batch in self._rollout.batches:
                self._take_all(batch, tell)
            inventory.write(self._final())
        except ClusterError as error:
            taken = IdentitySet(done)
            left = tuple(step for step in self._rollout.steps if step not in taken)
            raise StoppedError(_refusal(error, left[0] if left else None), len(done), left) from error

    def _final(self) -> set[Key]:
        """Return the keys of the objects that the set has in the end."""
        deleted = {step.key for step in self._rollout.steps if step.after is None}
        created = {step.key for step in self._rollout.steps if step.after is not None and not step.bridge}
        listed = self._rollout.listed
        held = {
            key
            for key, each in self._rollout.stored.items()
            if each.set_name == self._set or is_unlabelled(key, each, listed)
        }
        return (held | created) - deleted

    def _take_all(self, batch: Sequence[Step], tell: Callable[[Step], None]) -> None:
        """Take the steps of a batch, and tell of each that is done."""
        if len(batch) == 1:
            self._take(batch[0])
            tell(batch[0])
            return
        answers = self._together(batch)
        if answers is None:
            self._take_left(batch, tell)
            return
        for step, stored in zip(batch, answers, strict=True):
            self._keep(step, stored)
            tell(step)

    def _together(self, batch: Sequence[Step]) -> list[Stored] | None:
        """Send all of a batch, and return what is stored; None where any is refused, or is there that was not."""
        created = [self._body(step) for step in batch if step.before is None]
        try:
            return None if created and self._kubectl.existing(created) else self._send_all(batch)
        except ClusterError:
            return None

    def _take_left(self, batch: Sequence[Step], tell: Callable[[Step], None]) -> None:
        """Take those steps of a batch one by one that are not taken yet; raise why the first that fails does."""
        failed: ClusterError | None = None
        for step in batch:
            try:
                if not self._is_taken(step):
                    if failed is not None:
                        continue
                    self._take(step)
                tell(step)
            except ClusterError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def _is_taken(self, step: Step) -> bool:
        """Tell whether an object is as a step leaves it, and ours alone."""
        try:
            answer = self._kubectl.get(path_of(step.key, self._rollout.tiers))
        except ClusterError as error:
            if error.cause == "not found":
                return False
            raise
        stored = stored_object(answer, self._kubectl.context, kind_of(step.key, self._rollout.tiers))
        if stored is None or stored.others(self._manager) or not stored.is_owned_by(self._manager):
            return False
        if stored.set_name != self._set or not self._meanings.same(stored.policy, step.after):
            return False
        self._stored[step.key] = stored
        return True

    def _take(self, step: Step) -> None:
        if step.after is None:
            self._delete(step.key)
            self._stored.pop(step.key, None)
            return
        if step.before is None:
            self._demand_absence(step)
        stored = self._apply(step)
        if step.key in self._rollout.adopted:
            stored = self._without_others(stored)
        self._keep(step, stored)

    def _keep(self, step: Step, stored: Stored) -> None:
        """Remember what is stored, if it is what was sent."""
        if not self._meanings.same(stored.policy, step.after):
            raise ClusterError(
                "other",
                "something else is stored than what was sent",
                asked=f"cannot apply `{shown(step.key)}`",
                context=self._kubectl.context,
            )
        self._stored[step.key] = stored

    def _demand_absence(self, step: Step) -> None:
        """End where an object is there that was not when it was planned: to create is to take over, for a server."""
        try:
            self._kubectl.get(path_of(step.key, self._rollout.tiers))
        except ClusterError as error:
            if error.cause == "not found":
                return
            raise
        raise ClusterError(
            "moved on",
            "it is there by now",
            asked=f"cannot create `{shown(step.key)}`",
            context=self._kubectl.context,
        )

    def _apply(self, step: Step, *, dry_run: bool = False) -> Stored:
        force = step.key in self._rollout.forced
        answer = self._kubectl.apply(self._body(step), manager=self._manager, dry_run=dry_run, force=force)
        return self._answered(step, answer.stored)

    def _send_all(self, steps: Sequence[Step], *, dry_run: bool = False) -> list[Stored]:
        bodies = [self._body(step) for step in steps]
        answers = self._kubectl.apply_all(bodies, manager=self._manager, dry_run=dry_run)
        return [self._answered(step, answer) for step, answer in zip(steps, answers, strict=True)]

    def _body(self, step: Step) -> bytes:
        """Return what is sent to take a step that deletes nothing."""
        policy = cast("Document", step.after)
        stored, tiers = self._stored.get(step.key), self._rollout.tiers
        return body(policy, self._set, bridge=step.bridge, stored=stored, tiers=tiers)

    def _answered(self, step: Step, answer: bytes) -> Stored:
        """Read what is stored after a step."""
        stored = stored_object(answer, self._kubectl.context, kind_of(step.key, self._rollout.tiers))
        if stored is None or stored.key != step.key:
            raise ClusterError(
                "cut off",
                "the answer is no policy" if stored is None else "the answer is about another policy",
                asked=f"cannot apply `{shown(step.key)}`",
                context=self._kubectl.context,
            )
        return stored

    def _delete(self, key: Key, *, dry_run: bool = False) -> None:
        """Delete an object as it was looked at; a server heeds `dryRun` only where the preconditions stand."""
        stored = self._stored[key]
        options: dict[str, object] = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {"uid": stored.uid, "resourceVersion": stored.version},
        }
        if dry_run:
            options["dryRun"] = ["All"]
        self._kubectl.delete(path_of(key, self._rollout.tiers), msgspec.json.encode(options))

    def _without_others(self, stored: Stored) -> Stored:
        """Drop the ownership that others keep of what is adopted, since a list that both own is guarded by neither."""
        others = {owner.name for owner in stored.others(self._manager)}
        if not others:
            return stored
        raw = msgspec.json.decode(self._kubectl.get(path_of(stored.key, self._rollout.tiers)))
        fields = raw["metadata"].get("managedFields") or []
        places = [place for place, each in enumerate(fields) if each.get("manager") in others]
        operations: list[dict[str, object]] = [
            {"op": "replace", "path": "/metadata/resourceVersion", "value": raw["metadata"]["resourceVersion"]}
        ]
        for place in reversed(places):
            path = f"/metadata/managedFields/{place}"
            operations += [
                {"op": "test", "path": f"{path}/manager", "value": fields[place]["manager"]},
                {"op": "remove", "path": path},
            ]
        namespace, name = stored.key
        kind = kind_of(stored.key, self._rollout.tiers)
        resource = f"{kind.resource}.{kind.group}"
        answer = self._kubectl.patch(resource, name, namespace or None, msgspec.json.encode(operations))
        return stored_object(answer, self._kubectl.context, kind) or stored


def _namespace(name: str) -> bytes:
    return msgspec.json.encode({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": quote(name)}})


def _refusal(error: ClusterError, step: Step | None) -> Diagnostic:
    """Say what a server refused, of which object, and what to do."""
    about = "" if step is None else f"`{shown(step.key)}`: "
    verb = (
        "be done"
        if step is None
        else {"create": "be created", "change": "be changed", "delete": "be deleted"}[step.verb]
    )
    advice = {
        "forbidden": "ask for the rights that `netpolc explain NP846` lists",
        "moved on": "somebody changed it meanwhile: run it again",
        "conflict": "run it again, and look at what is in its way",
        "too large": "no server stores more than 1.5 MB of an object: name larger blocks, or fewer pods on each line",
        "not found": "somebody deleted it meanwhile: run it again",
    }.get(error.cause)
    return Diagnostic(
        code="NP846",
        severity="error",
        message=f"{about}it cannot {verb} in `{error.context}`: {error.said}",
        help=advice,
    )
