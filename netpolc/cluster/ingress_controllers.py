"""The ingress controllers that serve the routes of manifests: which pods these are, or from which addresses they come.

What manifests show goes before what is usual: a controller is looked for by its labels, and where no workload and no
policy has these, by where `std.netpol` has it. What a project states of a class goes before both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.workloads.callers import ENDING, WITH_CLASSES, Controllers
from netpolc.ecosystem.ingress_controllers import (
    GATEWAY_NAME,
    LIBRARY_OF_CLASS,
    LIBRARY_OF_GATEWAY,
    LOAD_BALANCERS,
    WITH_OWN_PODS,
)
from netpolc.engine.from_program import regions_of
from netpolc.engine.peers import referenced_pods
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.regions import PodSet, in_namespace, is_within, names_of
from netpolc.engine.verdicts import Address
from netpolc.sets.addresses import AddressSet
from netpolc.sets.labels import LabelRequirement, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.ecosystem.model import Deployed
    from netpolc.engine.model import RuleSet
    from netpolc.engine.peers import Peer
    from netpolc.engine.regions import Region
    from netpolc.manifests.model import Gateway, Manifests, Route, Workload

INGRESS_CONTROLLER = "ingress-controller"
"""What peers are called that serve a route."""
OTHERWISE = "*"
"""Stands for every class of which nothing is stated, and for none."""


class UnservedRoutes(msgspec.Struct, frozen=True):
    """The routes that no pods serve: of the `unknown` ones nobody knows who does, others are served `on_nodes`.

    The latter go with a workload that is on the network of its nodes, where policies see no pods.
    """

    unknown: tuple[Route, ...]
    on_nodes: tuple[tuple[Route, Workload], ...]


class IngressControllers:
    """The controllers that serve the routes of manifests."""

    def __init__(self, manifests: Manifests, stated: Mapping[str, str]) -> None:
        """Take manifests, and the endpoints that are stated for classes."""
        self._manifests = manifests
        self._stated = {name: tuple(_regions(text)) for name, text in stated.items()}
        self._shown = Controllers.of_workloads(manifests.workloads, manifests.gateways)

    def sets(self) -> Iterator[PodSet]:
        """Yield the pods that serve a route, and that no workload shows."""
        for route in self._distinct():
            for region in self._expected(route):
                if isinstance(region, PodSet) and not self._has_workload(region):
                    yield region

    def roles(self, peers: Sequence[Peer]) -> dict[str, str]:
        """Return what peers are known as that serve a route, by their ids."""
        candidates = Controllers(map(_labels_of_peer, peers), self._manifests.gateways)
        numbers: set[int] = set()
        regions: set[Region] = set()
        for route in self._distinct():
            stated = self._stated_of(route)
            numbers.update(candidates.serving(route) if stated is None else ())
            regions.update(self._expected(route))
        return {
            peer.id: INGRESS_CONTROLLER
            for number, peer in enumerate(peers)
            if number in numbers or any(_is_in(peer, region) for region in regions)
        }

    def unserved(self, ruleset: RuleSet) -> UnservedRoutes:
        """Find the routes that neither workloads serve, nor pods that rules speak of, nor what is stated or usual."""
        spoken_of = Controllers(map(_labels_of_set, {*referenced_pods(ruleset)}), self._manifests.gateways)
        unknown: list[Route] = []
        on_nodes: list[tuple[Route, Workload]] = []
        for route in self._manifests.routes:
            if self._expected(route) or spoken_of.serving(route):
                continue
            serving = [self._manifests.workloads[number] for number in self._shown.serving(route)]
            if not serving:
                unknown.append(route)
            elif all(each.host_network for each in serving):
                on_nodes.append((route, serving[0]))
        return UnservedRoutes(tuple(unknown), tuple(on_nodes))

    def _distinct(self) -> Iterable[Route]:
        """Return one route for all that the same controllers serve."""
        found = {
            (route.class_name,) if route.kind in WITH_CLASSES else (route.namespace, route.gateways): route
            for route in reversed(self._manifests.routes)
        }
        return found.values()

    def classes(self, route: Route) -> list[str]:
        """Return the classes of a route, as far as they are known: its own, or those of its Gateways."""
        if route.kind in WITH_CLASSES:
            return [] if route.class_name is None else [route.class_name]
        return [gateway.class_name for gateway in self._shown.gateways(route)]

    def _stated_of(self, route: Route) -> tuple[Region, ...] | None:
        names = [name for name in self.classes(route) if name in self._stated]
        if not names:
            return self._stated.get(OTHERWISE)
        return tuple(region for name in names for region in self._stated[name])

    def _expected(self, route: Route) -> tuple[Region, ...]:
        """Return where the controllers of a route are said to be, or else where they usually are, if none is shown."""
        stated = self._stated_of(route)
        if stated is not None:
            return stated
        return () if self._shown.serving(route) else self._usual(route)

    def _usual(self, route: Route) -> tuple[Region, ...]:
        """Return where the controllers of a route usually are; of no class, that is anybody's guess."""
        if route.kind in WITH_CLASSES:
            return tuple(_usual_of_class(route.class_name or ""))
        return tuple(region for gateway in self._shown.gateways(route) for region in _usual_of_gateway(gateway))

    def _has_workload(self, pods: PodSet) -> bool:
        names = names_of(pods.namespaces)
        return any(
            pods.pods.matches(each.labels) and (names is None or each.namespace in names)
            for each in self._manifests.workloads
        )


def _regions(text: str) -> Iterator[Region]:
    from netpolc.language.resolve.standalone import standalone_peers  # few projects state any

    for peer in standalone_peers(text):
        yield from regions_of(peer)


def _usual_of_class(name: str) -> Iterator[Region]:
    if name in LIBRARY_OF_CLASS:
        yield _pods_of(LIBRARY_OF_CLASS[name])
    yield from (held_by(each.blocks) for each in LOAD_BALANCERS if name in each.classes)


def _usual_of_gateway(gateway: Gateway) -> Iterator[Region]:
    name = gateway.class_name
    if name in WITH_OWN_PODS:
        yield _labelled(gateway.namespace, ((GATEWAY_NAME, gateway.name),))
    elif name in LIBRARY_OF_GATEWAY:
        yield _pods_of(LIBRARY_OF_GATEWAY[name])
    yield from (held_by(each.blocks) for each in LOAD_BALANCERS if name in each.gateways)


def _pods_of(deployed: Deployed) -> PodSet:
    return _labelled(deployed.namespace, deployed.labels)


def _labelled(namespace: str | None, labels: Iterable[tuple[str, str]]) -> PodSet:
    selector = selector_of(LabelRequirement(key, "In", (value,)) for key, value in labels)
    if selector is None:
        raise AssertionError("each label has one value")
    return PodSet(in_namespace(namespace), selector)


def _labels_of_peer(peer: Peer) -> tuple[str | None, Mapping[str, str]]:
    """Return the namespace and the labels that all pods of a peer are known to have; those that end serve nothing."""
    if peer.workload is not None:
        return peer.workload.namespace, {} if peer.workload.kind in ENDING else peer.workload.labels
    return (None, {}) if peer.pods is None else _labels_of_set(peer.pods)


def _labels_of_set(pods: PodSet) -> tuple[str | None, Mapping[str, str]]:
    names = names_of(pods.namespaces) or ()
    asked = (each for each in pods.pods.requirements if each.operator == "In" and len(each.values) == 1)
    return (names[0] or None) if len(names) == 1 else None, {each.key: each.values[0] for each in asked}


def _is_in(peer: Peer, region: Region) -> bool:
    """Tell whether all of a peer is in a region."""
    if isinstance(peer.end, Address):
        return isinstance(region, AddressSet) and not peer.end.addresses - region
    if isinstance(region, AddressSet):
        return False
    if peer.pods is not None:
        return is_within(peer.pods, region)
    return region.pods.matches(peer.end.labels) and region.namespaces.matches(peer.end.full_namespace_labels)
