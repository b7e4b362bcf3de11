"""The steps of a rollout, taken one by one; after each, what is stored is held against what was sent.

There is no transaction: what was done when a step fails stays done. Every state on the way allows what both sides do,
so it is safe to stay there, and the next run goes on from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.live.refusals import ClusterError
from netpolc.rollout.inventory import SetInventory
from netpolc.rollout.marks import manager_of
from netpolc.rollout.model import Document, Key, Meanings, Step, shown
from netpolc.rollout.objects import Stored, body, kind_of, path_of, stored_object
from netpolc.rollout.plan import Rollout, is_unlabelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netpolc.live.kubectl import Kubectl

FEW = 20
"""How many refusals of dry runs are listed before the rest is only counted."""


class StoppedError(Exception):
    """A rollout that ended before its last step, after so many of them."""

    def __init__(self, diagnostic: Diagnostic, done: int) -> None:
        """Say what failed, and how many steps were taken before."""
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.done = done


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
        for step in self._rehearsed():
            try:
                if step.after is None:
                    self._delete(step.key, dry_run=True)
                else:
                    self._apply(step, step.after, dry_run=True)
            except ClusterError as error:
                refused.append(_refusal(error, step))
        return refused

    def _rehearsed(self) -> Iterator[Step]:
        last: dict[Key, Step] = {}
        for step in self._rollout.steps:
            if not step.bridge:
                last[step.key] = step
        yield from (step for step in last.values() if step.key[0] not in self._rollout.namespaces)

    def carry_out(self, told: Callable[[Step], None]) -> None:
        """Take all steps, and tell of each once it is done.

        Raises:
            StoppedError: a step was refused, or something else is stored than what was sent.
        """
        done = 0
        inventory = SetInventory(self._kubectl, self._set)
        try:
            for name in self._rollout.namespaces:
                self._kubectl.apply(_namespace(name), manager=self._manager)
            inventory.write({*inventory.read(), *self._final()})
            for step in self._rollout.steps:
                self._take(step)
                told(step)
                done += 1
            inventory.write(self._final())
        except ClusterError as error:
            left = self._rollout.steps[done:]
            raise StoppedError(_refusal(error, left[0] if left else None), done) from error

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

    def _take(self, step: Step) -> None:
        if step.after is None:
            self._delete(step.key)
            self._stored.pop(step.key, None)
            return
        if step.before is None:
            self._demand_absence(step)
        stored = self._apply(step, step.after)
        if step.key in self._rollout.adopted:
            stored = self._without_others(stored)
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

    def _apply(self, step: Step, policy: Document, *, dry_run: bool = False) -> Stored:
        tiers = self._rollout.tiers
        sent = body(policy, self._set, bridge=step.bridge, stored=self._stored.get(step.key), tiers=tiers)
        force = step.key in self._rollout.forced
        answer = self._kubectl.apply(sent, manager=self._manager, dry_run=dry_run, force=force)
        stored = stored_object(answer.stored, self._kubectl.context, kind_of(step.key, tiers))
        if stored is None:
            raise ClusterError(
                "cut off",
                "the answer is no policy",
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
        "not found": "somebody deleted it meanwhile: run it again",
    }.get(error.cause)
    return Diagnostic(
        code="NP846",
        severity="error",
        message=f"{about}it cannot {verb} in `{error.context}`: {error.said}",
        help=advice,
    )
