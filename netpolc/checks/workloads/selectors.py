"""NP506, NP507 and NP646: pods that no workload makes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.workloads.made_later import MadeLater
from netpolc.checks.workloads.places import place_of_label, replacement
from netpolc.checks.workloads.services import mentions_of
from netpolc.checks.workloads.vocabulary import Vocabulary
from netpolc.checks.workloads.workloads import SHOWN, Workloads, by_name
from netpolc.diagnostics.model import Diagnostic, Fix, Label
from netpolc.engine import words
from netpolc.engine.peers import id_of
from netpolc.engine.regions import EVERY_POD, UNNAMED, PodSet, names_of
from netpolc.manifests.model import DOCUMENT
from netpolc.manifests.workloads import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.made_later import Maker
    from netpolc.checks.workloads.references import Mention
    from netpolc.checks.workloads.vocabulary import Slip
    from netpolc.sets.labels import LabelSelector
    from netpolc.source import Location

LISTED = 20
"""The selectors that a note lists of those that may be right once pods are made."""

ADVICE = "correct the labels, or the name; a workload that others deploy is none of these"


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield what `unmatched` does, of all that policies, programs and services select.

    A workload with an error is none of those that are known, and may be the one that is meant.
    """
    if not checked.manifests.refused.keys().isdisjoint((*KINDS, DOCUMENT)):
        return iter(())
    mentions = (each for each in checked.references.mentions if each.pods not in checked.names_of_services)
    return unmatched(
        (*mentions, *mentions_of(checked.manifests.services)),
        checked.workloads,
        checked.made_later,
        finds_pods_on_nodes=checked.finds_pods_on_nodes,
    )


def unmatched(
    mentions: Iterable[Mention],
    workloads: Workloads,
    made_later: MadeLater | None = None,
    *,
    finds_pods_on_nodes: bool = False,
) -> Iterator[Diagnostic]:
    """Yield pods that are referenced and that no workload makes, in namespaces of which workloads are there.

    The same pods are said once, wherever they are referenced, and those that may be made at run time once a namespace.
    Namespaces that are selected by labels may be others than those that are known, so there only a slip is said. Of
    pods on their nodes' network nothing is said where the platform `finds_pods_on_nodes`.
    """
    search = _PodSearch(workloads)
    later = made_later or MadeLater()
    unfound: dict[PodSet, list[Mention]] = {}
    for mention in mentions:
        where = workloads.home(mention.pods)
        if where is not None and not workloads.of(where) and _asks_for_some(where) and not later.holds(where):
            unfound.setdefault(where, []).append(mention)
    awaited: dict[LabelSelector, tuple[Maker, list[Mention]]] = {}
    for where, found in unfound.items():
        said = None if finds_pods_on_nodes and search.is_on_nodes(where) else search.finding(found, where)
        if said is None:
            continue
        maker = None if said.explained else later.maker(found[0].pods)
        if maker is None:
            yield said.diagnostic
        else:
            awaited.setdefault(found[0].pods.namespaces, (maker, []))[1].append(found[0])
    yield from (_awaited(maker, found) for maker, found in awaited.values())


class _Unfound(msgspec.Struct, frozen=True):
    """A finding on pods that no workload makes; `explained` where manifests show why, or which ones are meant."""

    diagnostic: Diagnostic
    explained: bool


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

    def is_on_nodes(self, where: PodSet) -> bool:
        """Tell whether pods are on the network of their nodes."""
        return bool(self._on_nodes.of(where))

    def finding(self, mentions: list[Mention], where: PodSet) -> _Unfound | None:
        """Return what to say of pods, by all who select them; services do find pods on the network of their node."""
        on_node = next(iter(self._on_nodes.of(where)), None)
        mentions = [each for each in mentions if on_node is None or each.service is None]
        if not mentions:
            return None
        on_controller = next(iter(self._controllers.of(where)), None)
        if on_controller is not None:
            return _Unfound(self._labels_on_controller(mentions, where, on_controller), explained=True)
        slip = None if on_node is not None else self._vocabulary.slip(where)
        if slip is None and not by_name(where.namespaces):
            return None
        written: list[Location | None] = []
        if slip is not None:
            written = [_place(each, slip.written.key, slip.written.value) for each in mentions]
        # Two labels with one value are alike, and are mostly meant so.
        of_value = slip is not None and slip.written.key == slip.meant.key
        said = Diagnostic(
            code="NP506",
            severity="warning",
            message=_message(mentions[0]),
            location=(written and written[0]) or _narrow(mentions[0]),
            labels=_others(mentions),
            help=self._advice(mentions[0], where, slip, on_node),
            fixes=_everywhere(written, slip) if slip is not None and of_value else (),
        )
        elsewhere = self._elsewhere(mentions[0], where) is not None
        return _Unfound(said, explained=on_node is not None or of_value or elsewhere)

    def _labels_on_controller(self, mentions: list[Mention], where: PodSet, number: int) -> Diagnostic:
        workload = self._workloads.all[number]
        return Diagnostic(
            code="NP507",
            severity="warning",
            message=f"`[{words.selector(where.pods)}]` are labels of the {workload.kind} `{id_of(workload)}`, "
            "and not of its pods",
            location=_narrow(mentions[0]),
            labels=(Label(workload.location, "its own labels, which no selector of pods sees"), *_others(mentions)),
            help="add them to the labels of its pod template, or select labels that the pods have",
        )

    def _advice(self, mention: Mention, where: PodSet, slip: Slip | None, on_node: int | None) -> str:
        if on_node is not None:
            return f"no policy sees `{id_of(self._workloads.all[on_node])}`, which is on the network of its node"
        elsewhere = self._elsewhere(mention, where)
        if slip is not None and (elsewhere is None or "podSelector" not in mention.path[:1]):
            return f"use `{slip.meant}`, which pods of `{id_of(self._workloads.all[slip.workload])}` have"
        return elsewhere or ADVICE

    def _elsewhere(self, mention: Mention, where: PodSet) -> str | None:
        """Return what to say where another namespace has such pods."""
        found = next(iter(self._workloads.of(PodSet(EVERY_POD.namespaces, where.pods))), None)
        if found is None:
            return None
        said = f"pods of `{id_of(self._workloads.all[found])}` have these labels"
        if mention.path[:1] == ("podSelector",):
            return f"{said}; a peer in another namespace needs its `namespaceSelector`"
        return said


def _place(mention: Mention, key: str, value: str) -> Location | None:
    return place_of_label(mention.location, mention.path, key, value)


def _narrow(mention: Mention) -> Location | None:
    """Return the place of the first label that is asked for, or all that is known of the place."""
    asked = ((each.key, value) for each in mention.pods.pods.requirements for value in each.values[:1])
    for key, value in asked if mention.path else ():
        place = _place(mention, key, value)
        if place is not None:
            return place
    return mention.location


def _others(mentions: list[Mention]) -> tuple[Label, ...]:
    """Say where else the same pods are selected; of many places, those at the beginning."""
    places = {place.order: (place, each) for each in mentions if (place := _narrow(each)) is not None}
    return tuple(
        Label(place, "here, too" if each.service is None else f"by the service `{each.service}`, too")
        for place, each in [*places.values()][1 : 1 + SHOWN]
    )


def _everywhere(places: list[Location | None], slip: Slip) -> tuple[Fix, ...]:
    """Return a fix that writes what was meant wherever a label is asked for, if all of these places are known."""
    distinct = {None if place is None else place.order: place for place in places}
    fixes = [replacement(place, slip.written.value, slip.meant.value) for place in distinct.values()]
    edits = [edit for each in fixes for fix in each for edit in fix.edits]
    return (Fix(f"use `{slip.meant.value}`", tuple(edits)),) if len(edits) == len(fixes) else ()


def _awaited(maker: Maker, mentions: list[Mention]) -> Diagnostic:
    """Say once of all pods that may be made at run time that no workload makes them."""
    (name, *_) = names_of(mentions[0].pods.namespaces) or (UNNAMED,)
    where = "" if name == UNNAMED else f" in namespace `{name}`"
    count = len(mentions)
    several = "of pods match" if count > 1 else "of pods matches"
    example = f"{name or 'shop'}/[{words.selector(mentions[0].pods.pods)}]"
    return Diagnostic(
        code="NP646",
        severity="note",
        message=f"{count} selector{'s' * (count > 1)} {several} no workload{where}, where {maker.shown} may make some",
        location=_narrow(mentions[0]),
        labels=(
            *(Label(place, "and here") for each in mentions[1:LISTED] if (place := _narrow(each)) is not None),
            Label(maker.location, "by this, pods may be made at run time"),
        ),
        help=f'to have slips among them found, name those pods in netpolc.toml: `known-pods = ["{example}"]`',
    )


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
