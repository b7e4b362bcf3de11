"""NP506 and NP507: pods that no workload makes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.workloads.places import place_of_label, replacement
from netpolc.checks.workloads.services import mentions_of
from netpolc.checks.workloads.vocabulary import Vocabulary
from netpolc.checks.workloads.workloads import Workloads, by_name
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine import words
from netpolc.engine.peers import id_of
from netpolc.engine.regions import EVERY_POD, UNNAMED, PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.references import Mention
    from netpolc.checks.workloads.vocabulary import Slip
    from netpolc.source import Location

ADVICE = "correct the labels, or the name; a workload that others deploy is none of these"


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield what `unmatched` does, of all that policies, programs and services select."""
    return unmatched((*checked.references.mentions, *mentions_of(checked.manifests.services)), checked.workloads)


def unmatched(mentions: Iterable[Mention], workloads: Workloads) -> Iterator[Diagnostic]:
    """Yield pods that are referenced and that no workload makes, in namespaces of which workloads are there.

    Namespaces that are selected by labels may be others than those that are known, so there only a slip is said.
    """
    search = _PodSearch(workloads)
    for mention in mentions:
        where = workloads.home(mention.pods)
        if where is None or workloads.of(where) or not _asks_for_some(where):
            continue
        found = search.finding(mention, where)
        if found is not None:
            yield found


class _PodSearch:
    """A search for where else pods could be."""

    def __init__(self, workloads: Workloads) -> None:
        self._workloads = workloads
        self._vocabulary = Vocabulary(workloads)

    @cached_property
    def _controllers(self) -> Workloads:
        replace = msgspec.structs.replace
        changed = [replace(each, labels=each.own_labels) for each in self._workloads.all]
        return Workloads(changed, self._workloads.labels)

    @cached_property
    def _on_nodes(self) -> Workloads:
        replace = msgspec.structs.replace
        changed = [replace(each, host_network=not each.host_network) for each in self._workloads.all]
        return Workloads(changed, self._workloads.labels)

    def finding(self, mention: Mention, where: PodSet) -> Diagnostic | None:
        on_controller = next(iter(self._controllers.of(where)), None)
        if on_controller is not None:
            return self._labels_on_controller(mention, where, on_controller)
        slip = self._vocabulary.slip(where)
        if slip is None and not by_name(where.namespaces):
            return None
        place, advice = mention.location, self._advice(mention, where, slip)
        written = None
        if slip is not None:
            written = place_of_label(place, mention.path, slip.written.key, slip.written.value)
        same_key = slip is not None and slip.written.key == slip.meant.key
        return Diagnostic(
            code="NP506",
            severity="warning",
            message=_message(mention),
            location=written or self._narrow(mention),
            help=advice,
            fixes=replacement(written, slip.written.value, slip.meant.value) if slip is not None and same_key else (),
        )

    def _labels_on_controller(self, mention: Mention, where: PodSet, number: int) -> Diagnostic:
        workload = self._workloads.all[number]
        return Diagnostic(
            code="NP507",
            severity="warning",
            message=f"`[{words.selector(where.pods)}]` are labels of the {workload.kind} `{id_of(workload)}`, "
            "and not of its pods",
            location=self._narrow(mention),
            labels=(Label(workload.location, "its own labels, which no selector of pods sees"),),
            help="add them to the labels of its pod template, or select labels that the pods have",
        )

    def _advice(self, mention: Mention, where: PodSet, slip: Slip | None) -> str:
        elsewhere = self._elsewhere(mention, where)
        if slip is not None and (elsewhere is None or "podSelector" not in mention.path[:1]):
            return f"use `{slip.meant}`, which pods of `{id_of(self._workloads.all[slip.workload])}` have"
        if elsewhere is not None:
            return elsewhere
        on_node = next(iter(self._on_nodes.of(where)), None)
        if on_node is not None:
            return f"no selector sees `{id_of(self._workloads.all[on_node])}`, which is on the network of its node"
        return ADVICE

    def _elsewhere(self, mention: Mention, where: PodSet) -> str | None:
        """Return what to say where another namespace has such pods."""
        found = next(iter(self._workloads.of(PodSet(EVERY_POD.namespaces, where.pods))), None)
        if found is None:
            return None
        said = f"pods of `{id_of(self._workloads.all[found])}` have these labels"
        if mention.path[:1] == ("podSelector",):
            return f"{said}; a peer in another namespace needs its `namespaceSelector`"
        return said

    def _narrow(self, mention: Mention) -> Location | None:
        """Return the place of the first label that is asked for, or all that is known of the place."""
        asked = ((each.key, value) for each in mention.pods.pods.requirements for value in each.values[:1])
        for key, value in asked if mention.path else ():
            place = place_of_label(mention.location, mention.path, key, value)
            if place is not None:
                return place
        return mention.location


def _asks_for_some(pods: PodSet) -> bool:
    """Tell whether a set asks for labels: to be of all pods but some is well meant where there are no others."""
    return any(each.operator in {"In", "Exists"} for each in pods.pods.requirements)


def _message(mention: Mention) -> str:
    names = names_of(mention.pods.namespaces)
    within = ""
    if names is None:
        within = " in the selected namespaces"
    elif UNNAMED not in names:
        listed = " or ".join(f"`{name}`" for name in names)
        within = f" in namespace {listed}"
    said = f"no workload{within} has pods `[{words.selector(mention.pods.pods)}]`"
    return said if mention.service is None else f"{said}, which the service `{mention.service}` selects"
