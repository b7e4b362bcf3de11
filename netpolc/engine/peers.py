"""Peers, which policies can tell apart: workloads, pods that could exist, and blocks of addresses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import words
from netpolc.engine.bits import bits_of
from netpolc.engine.cover import cover
from netpolc.engine.regions import UNNAMED, Namespaces, PodSet, names_of
from netpolc.engine.replicas import replicas_folded
from netpolc.engine.verdicts import Address, End, Pod, PodPort
from netpolc.ir.model import Direction
from netpolc.sets import labels
from netpolc.sets.addresses import BITS, NO_ADDRESS, AddressSet, atoms, block, union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.engine.regions import NamespaceExample
    from netpolc.manifests.model import Workload
    from netpolc.sets.labels import LabelSelector


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """One end of connections: what it is called, and what stands for it in verdicts.

    A peer of pods has a workload, or the set of those that could exist, of which `end` carries what the set asks for
    and no more; one of addresses has neither. `replicas` are the names of the pods that a workload was put together
    from; some pods of a workload that rules tell apart are `part_of` it, by its id.
    """

    id: str
    end: End
    workload: Workload | None = None
    pods: PodSet | None = None
    replicas: tuple[str, ...] = ()
    part_of: str | None = None


class Population(msgspec.Struct, frozen=True):
    """All peers of a cluster, by id.

    Of the sets of pods among them, `sources` and `destinations` stand for every pod at that end; bits are the numbers
    of peers, and those of workloads and addresses are in both. Sets that are `called` by a name are shown in any case.
    `open_pods` are what nothing isolates in a direction. It is `complete` unless there is more to tell apart than
    anybody would read.
    """

    peers: tuple[Peer, ...]
    sources: int
    destinations: int
    open_pods: dict[Direction, tuple[PodSet, ...]]
    called: int = 0
    complete: bool = True


def population_of_real(real: Iterable[Peer]) -> Population:
    """Return a population of nobody but the peers that there are."""
    peers = tuple(sorted(real, key=_id))
    every = (1 << len(peers)) - 1
    return Population(peers, every, every, {"ingress": (), "egress": ()}, complete=all(map(is_whole, peers)))


def population_with(real: Sequence[Peer], ruleset: RuleSet, named: Iterable[Iterable[PodSet]] = ()) -> Population:
    """Add the sets of pods that could exist to the peers that there are.

    `named` are sets of pods that have names; of each name, all sets count unless the rules tell one of them apart.
    """
    namespaces = Namespaces(ruleset.namespaces)
    found = cover(ruleset, namespaces)
    sets = found.sources | found.destinations
    called = {pods for each in map(frozenset, named) if sets.isdisjoint(each) for pods in each}
    called = {pods for pods in called if namespaces.possible(pods.namespaces)}
    taken = values_of(sets | called)
    whole = found.complete and all(map(is_whole, real))
    peers = tuple(sorted([*real, *peers_of_sets(sets | called, namespaces, taken)], key=_id))
    sources = bits_of(n for n, each in enumerate(peers) if each.pods is None or each.pods in found.sources)
    destinations = bits_of(n for n, each in enumerate(peers) if each.pods is None or each.pods in found.destinations)
    known = bits_of(n for n, each in enumerate(peers) if each.pods in called)
    return Population(peers, sources | known, destinations | known, found.open_pods, known, whole)


def is_whole(peer: Peer) -> bool:
    """Tell whether all parts are told of the workload that a peer is a part of."""
    return peer.workload is None or peer.workload.part_of is None or peer.workload.part_of.complete


def _id(peer: Peer) -> str:
    return peer.id


def peers_of_workloads(
    workloads: Sequence[Workload], known: Mapping[str, dict[str, str]], ruleset: RuleSet | None = None
) -> Iterator[Peer]:
    """Yield each workload, by namespace and name, and by kind where two share these.

    Pods are their owner's replicas where no rule tells them apart. `known` are the labels of namespaces, by name.
    """
    together = list(replicas_folded(workloads, ruleset))
    names = [id_of(workload) for workload, _ in together]
    wholes = {_key(whole): id_of(whole) for each, _ in together for whole in _wholes(each)}
    own = {_key(each) for each, _ in together} if wholes else ()
    counts = Counter((*names, *(name for key, name in wholes.items() if key not in own)))
    for name, _, number in sorted((names[number], each.kind, number) for number, (each, _) in enumerate(together)):
        workload, replicas = together[number]
        yield Peer(
            id=_id_among(counts, name, workload),
            end=pod_of(workload, known.get(workload.namespace or UNNAMED, {})),
            workload=workload,
            replicas=replicas,
            part_of=None
            if workload.part_of is None
            else next(_id_among(counts, id_of(whole), whole) for whole in _wholes(workload)),
        )


def _id_among(counts: Counter[str], name: str, workload: Workload) -> str:
    """Return the id of a workload of some name, which several of another kind may have, too."""
    return f"{name}[{workload.kind}]" if counts[name] > 1 else name


def _wholes(workload: Workload) -> Iterator[Workload]:
    """Yield the workload that one is a part of, if it is."""
    if workload.part_of is not None:
        yield msgspec.structs.replace(workload, kind=workload.part_of.kind, name=workload.part_of.name)


def _key(workload: Workload) -> tuple[str, str | None, str]:
    return workload.kind, workload.namespace, workload.name


def pod_of(workload: Workload, namespace_labels: Mapping[str, str]) -> Pod:
    """Return what policies see of a workload's pods."""
    return Pod(
        namespace=workload.namespace,
        namespace_labels=dict(namespace_labels),
        labels=workload.labels,
        ports=tuple(
            [PodPort(port.name, port.protocol, port.number) for port in workload.ports if port.name is not None]
        ),
        addresses=union([_address(each) for each in workload.addresses]) if workload.addresses else NO_ADDRESS,
        in_blocks=workload.in_blocks,
        host_network=workload.host_network,
    )


def id_of(workload: Workload) -> str:
    """Return the id of a workload, its namespace and name, where no other kind shares it."""
    return workload.name if workload.namespace is None else f"{workload.namespace}/{workload.name}"


def _address(text: str) -> AddressSet:
    from ipaddress import ip_address  # slow to import, and rarely needed

    address = ip_address(text)
    return block(address.version, int(address), BITS[address.version])


def peer_of(pods: PodSet, namespaces: Namespaces, taken: Collection[str] = ()) -> Peer:
    """Return the peer of the pods of a set that could exist."""
    return next(peers_of_sets((pods,), namespaces, taken))


def peers_of_sets(sets: Iterable[PodSet], namespaces: Namespaces, taken: Collection[str] = ()) -> Iterator[Peer]:
    """Yield the peers of sets of pods that could exist, most of which ask for the same as others of other pods.

    What stands for a set is in as few others as can be: a free value of its labels is none that is taken.
    """
    places: dict[LabelSelector, tuple[str, NamespaceExample]] = {}
    known: dict[LabelSelector, tuple[str, dict[str, str]]] = {}
    for pods in sets:
        place, asked = places.get(pods.namespaces), known.get(pods.pods)
        if place is None:
            place = places[pods.namespaces] = _where(pods.namespaces), namespaces.typical(pods.namespaces, taken)
        if asked is None:
            asked = known[pods.pods] = _which(pods.pods), labels.example(pods.pods, taken)
        where, (name, labels_there) = place
        which, carried = asked
        end = Pod(namespace=name or None, namespace_labels=labels_there, labels=carried, hypothetical=True)
        yield Peer(id=f"{where}{which}", end=end, pods=pods)


def referenced_pods(ruleset: RuleSet) -> Iterator[PodSet]:
    """Yield the sets of pods that policies reference, as subjects or as peers."""
    for rules in (ruleset.ingress, ruleset.egress):
        for isolation in rules.isolations:
            if isolation.subject.pods.requirements:
                yield isolation.subject
        for allow_rule in rules.allow_rules:
            yield allow_rule.subject
            if isinstance(allow_rule.peer, PodSet):
                yield allow_rule.peer
        for decision in rules.decisions:
            yield from (each for each in (decision.subject, decision.peer) if isinstance(each, PodSet))


def values_of(references: Iterable[PodSet]) -> frozenset[str]:
    """Return the names and values that sets of pods ask for, on any label."""
    selectors = (selector for pods in references for selector in (pods.namespaces, pods.pods))
    return frozenset(value for selector in selectors for each in selector.requirements for value in each.values)


def endpoint(pods: PodSet) -> str:
    """Write a set of pods as the language does."""
    return _where(pods.namespaces) + _which(pods.pods)


def _where(namespaces: LabelSelector) -> str:
    names = names_of(namespaces)
    if names is not None and len(names) == 1 and len(namespaces.requirements) == 1:
        return f"{names[0]}/" if names[0] != UNNAMED else ""
    return f"[{words.selector(namespaces)}]/" if namespaces.requirements else "*/"


def _which(pods: LabelSelector) -> str:
    return f"[{words.selector(pods)}]" if pods.requirements else "*"


def nets_of(*rulesets: RuleSet | None) -> Iterator[Peer]:
    """Yield the addresses that rules tell apart."""
    sets = [
        peer
        for each in rulesets
        if each is not None
        for rules in (each.ingress, each.egress)
        for peer in rules.peers()
        if isinstance(peer, AddressSet)
    ]
    for part in atoms(sets):
        yield Peer(id=", ".join(words.blocks(part)), end=Address(part))
