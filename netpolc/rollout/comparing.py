"""What a rollout opens and closes over the workloads that run in a cluster, as `diff` says it.

Of what a cluster has, that is read which bears on the change; a program is compared as it was compiled.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.cluster.cluster import whole_cluster
from netpolc.cluster.placement import PlacedInputs, checks_beside
from netpolc.cluster.sides import shared_by_sides, side_of
from netpolc.compiler.checked_again import checked_again
from netpolc.compiler.inputs import NO_INPUTS, with_workloads
from netpolc.diagnostics.model import errors_in
from netpolc.diagnostics.usage import InputError
from netpolc.live.texts import in_json
from netpolc.policy.model import Policy
from netpolc.queries.review import review
from netpolc.results import Difference
from netpolc.rollout.bearing import bearing
from netpolc.rollout.objects import in_words_of_api

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet

    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import Compilation, CompileOptions
    from netpolc.compiler.workspace import Workspace
    from netpolc.manifests.model import Manifests
    from netpolc.rollout.model import Document, Key
    from netpolc.rollout.plan import Rollout
    from netpolc.rollout.situation import Seen

AROUND = "workloads.json"
RESTORED = "restored.json"
"""The texts beside the policies that a cluster has: what else it has, and what it had."""
OF_FILES = frozenset({"NP517"})
"""What is asked of files, whose namespace may be another than is meant; a cluster says which ones it has."""


class WantedPolicies(msgspec.Struct, frozen=True):
    """The policies that a cluster shall have of a set: those of a program that is compiled, or some that it had."""

    documents: Mapping[Key, Document]
    loaded: Loaded | None = None
    compilation: Compilation | None = None


class Comparison:
    """Both sides of a rollout, as clusters."""

    def __init__(
        self, here: Workspace, options: CompileOptions, seen: Seen, rollout: Rollout, wanted: WantedPolicies
    ) -> None:
        """Take what a cluster has, and what it shall have."""
        self._here = here
        self._options = options
        self._seen = seen
        self._wanted = wanted
        deleted = {step.key for step in rollout.order.steps if step.after is None}
        stored = {key: each.policy for key, each in seen.situation.stored.items()}
        self._stays = {key for key in stored if key not in rollout.wanted and key not in deleted}
        self._sides = stored, {**{key: stored[key] for key in self._stays}, **wanted.documents}
        self._changed = {step.key for step in rollout.order.steps if not step.bridge}

    def difference(self, *, drifted: bool = False) -> Difference:
        """Compare them, by the policies that bear on what changes.

        What is `drifted` is compared the other way round: from what the program says to what the cluster has.
        """
        around = shared_by_sides(
            api.workspace({AROUND: self._seen.around}, remembers=False), (AROUND,), keep_going=False
        ).manifests
        kept = None
        if not self._seen.older:
            kept = bearing(self._sides, self._changed, around.workloads, self._options.checks)
        clusters = [whole_cluster(each) for each in (self._has(around, kept), self._shall(around, kept))]
        wrong = {
            name: each.diagnostics
            for name, each in zip(("old", "new"), clusters, strict=True)
            if errors_in(each.diagnostics)
        }
        if wrong:
            raise InputError(**wrong)
        if kept is not None:
            clusters = [each.among(kept) for each in clusters]
        old, new = reversed(clusters) if drifted else clusters
        standards = self._here.standards
        found = review(old, new)
        found = found.without_marks(standards.off) if standards.off else found
        said = tuple(each for each in new.diagnostics if each.code not in OF_FILES)
        return Difference(found, standards.applied(said), programs=(old.program, new.program))

    def _has(self, around: Manifests, kept: Collection[Key] | None) -> PlacedInputs:
        return PlacedInputs(self._inputs(set(self._seen.policies), around, kept), None, self._options)

    def _shall(self, around: Manifests, kept: Collection[Key] | None) -> PlacedInputs:
        loaded, compilation = self._wanted.loaded, self._wanted.compilation
        if loaded is None or compilation is None:
            inputs = self._inputs(self._stays, around, kept, self._wanted.documents)
            return PlacedInputs(inputs, None, self._options)
        inputs = self._inputs(self._stays, around, kept)
        beside = checks_beside(self._options.checks, inputs.manifests)
        checks = msgspec.structs.replace(beside, proves_assertions=False)
        checked = checked_again(compilation, loaded, checks)
        return PlacedInputs(msgspec.structs.replace(inputs, loaded=loaded), checked, self._options)

    def _inputs(
        self,
        keys: AbstractSet[Key],
        around: Manifests,
        kept: Collection[Key] | None,
        restored: Mapping[Key, Document] = MappingProxyType({}),
    ) -> Inputs:
        """Return the policies of some keys as a cluster has them, and others that it had; read are those `kept`."""
        stored = self._seen.situation.stored
        read = keys if kept is None else {key for key in keys if key in kept or key not in stored}
        texts = self._seen.texts_of(read)
        had = [each for key, each in restored.items() if kept is None or key in kept]
        if had:
            texts[RESTORED] = in_json([in_words_of_api(each) for each in had])
        inputs = (side_of(self._here.edited(texts), tuple(texts), keep_going=False) if texts else None) or NO_INPUTS
        # What is said of all policies is said of these, too, of which nothing more has to be known.
        others = [stored[key].policy for key in keys if key not in read]
        others += [each for key, each in restored.items() if kept is not None and key not in kept]
        unread = tuple(each for each in others if isinstance(each, Policy))
        manifests = msgspec.structs.replace(inputs.manifests, policies=(*inputs.manifests.policies, *unread))
        return with_workloads(msgspec.structs.replace(inputs, manifests=manifests), around)
