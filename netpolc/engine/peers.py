"""Peers, which policies can tell apart: workloads, pods that could exist, and blocks of addresses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import words
from netpolc.engine.cuts import Cuts
from netpolc.engine.members import Members
from netpolc.engine.regions import UNNAMED, Namespaces, PodSet, names_of
from netpolc.engine.uniform import Uniform
from netpolc.engine.verdicts import Address, End, Pod, PodPort
from netpolc.sets import labels
from netpolc.sets.addresses import BITS, AddressSet, atoms, block, union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import Workload


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """One end of connections: what it is called, and what stands for it in verdicts.

    A peer of pods has a workload, or the set of those that could exist; one of addresses has neither. Pods that could
    exist are `mixed` where what is allowed to the one that stands for them may be denied to others.
    """

    id: str
    end: End
    workload: Workload | None = None
    pods: PodSet | None = None
    mixed: bool = False


def peers_of(
    workloads: Sequence[Workload],
    ruleset: Sequence[RuleSet],
    named: Iterable[Iterable[PodSet]] = (),
    enforced: RuleSet | None = None,
    *,
    hypothetical: bool = True,
) -> list[Peer]:
    """List all peers of some workloads and policies: workloads, then pods that could exist, then addresses.

    Policies reference sets of pods, and so does what is `named`: for each name, sets of which policies reference one,
    or else all count. What is `enforced` cuts sets until what it allows to one of their pods it allows to all.
    """
    namespaces = Namespaces({name: carried for each in ruleset for name, carried in each.namespaces.items()})
    found = list(peers_of_workloads(workloads, namespaces.known))
    if hypothetical:
        references = {pods for each in ruleset for pods in referenced_pods(each)}
        references |= {pods for sets in map(frozenset, named) if references.isdisjoint(sets) for pods in sets}
        found += _could_exist(found, references, namespaces, enforced)
    return [*found, *_nets(ruleset)]


def peers_of_workloads(workloads: Sequence[Workload], known: Mapping[str, dict[str, str]]) -> Iterator[Peer]:
    """Yield each workload, by namespace and name, and by kind where two share these.

    `known` are the labels of namespaces, by name.
    """
    names = [id_of(workload) for workload in workloads]
    several = {name for name, count in Counter(names).items() if count > 1}
    for name, workload in sorted(zip(names, workloads, strict=True), key=lambda pair: (pair[0], pair[1].kind)):
        yield Peer(
            id=f"{name}[{workload.kind}]" if name in several else name,
            end=pod_of(workload, known.get(workload.namespace or UNNAMED, {})),
            workload=workload,
        )


def pod_of(workload: Workload, namespace_labels: Mapping[str, str]) -> Pod:
    """Return what policies see of a workload's pods."""
    return Pod(
        namespace=workload.namespace,
        namespace_labels=dict(namespace_labels),
        labels=workload.labels,
        ports=tuple(PodPort(port.name, port.protocol, port.number) for port in workload.ports if port.name is not None),
        addresses=union([_address(each) for each in workload.addresses]),
        host_network=workload.host_network,
    )


def id_of(workload: Workload) -> str:
    """Return the id of a workload, its namespace and name, where no other kind shares it."""
    return workload.name if workload.namespace is None else f"{workload.namespace}/{workload.name}"


def _address(text: str) -> AddressSet:
    from ipaddress import ip_address  # slow to import, and rarely needed

    address = ip_address(text)
    return block(address.version, int(address), BITS[address.version])


def _could_exist(
    workloads: Sequence[Peer], references: Collection[PodSet], namespaces: Namespaces, enforced: RuleSet | None
) -> Iterator[Peer]:
    """Yield the sets of pods that are referenced and that no workload is in."""
    index = Members([peer.end for peer in workloads])
    taken = values_of(references)
    cuts = Cuts(references)
    could_be = {
        pods
        for pods in {part for each in references for part in cuts.parts(each)}
        if namespaces.possible(pods.namespaces) and next(index.of(pods), None) is None
    }
    mixed: set[PodSet] = set()
    if enforced is not None and could_be:
        could_be, mixed = _told_apart(could_be, Uniform(enforced, namespaces, lambda p: typical(p, namespaces, taken)))
    for pods in sorted(could_be):
        yield peer_of(pods, namespaces, taken, mixed=pods in mixed)


def _told_apart(sets: set[PodSet], uniform: Uniform) -> tuple[set[PodSet], set[PodSet]]:
    """Return the parts of some sets, and those sets among them that have too many parts."""
    whole: set[PodSet] = set()
    found: set[PodSet] = set()
    for pods in sets:
        parts = uniform.parts(pods, sets)
        if parts is None:
            whole.add(pods)
        found.update((pods,) if parts is None else parts)
    return found, whole


def peer_of(pods: PodSet, namespaces: Namespaces, taken: Collection[str] = (), *, mixed: bool = False) -> Peer:
    """Return the peer of the pods of a set that could exist."""
    return Peer(id=endpoint(pods), end=typical(pods, namespaces, taken), pods=pods, mixed=mixed)


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


def values_of(references: Iterable[PodSet]) -> frozenset[str]:
    """Return the names and values that sets of pods ask for, on any label."""
    selectors = (selector for pods in references for selector in (pods.namespaces, pods.pods))
    return frozenset(value for selector in selectors for each in selector.requirements for value in each.values)


def typical(pods: PodSet, namespaces: Namespaces, taken: Collection[str] = ()) -> Pod:
    """Make a pod of a set that is in as few others as can be; a free value of its labels is none that is taken."""
    name, carried = namespaces.typical(pods.namespaces, taken)
    found = labels.example(pods.pods, taken)
    return Pod(namespace=name or None, namespace_labels=carried, labels=found, hypothetical=True)


def endpoint(pods: PodSet) -> str:
    """Write a set of pods as the language does."""
    selected = f"[{words.selector(pods.pods)}]" if pods.pods.requirements else "*"
    names = names_of(pods.namespaces)
    if names is not None and len(names) == 1 and len(pods.namespaces.requirements) == 1:
        return f"{names[0]}/{selected}" if names[0] != UNNAMED else selected
    where = f"[{words.selector(pods.namespaces)}]" if pods.namespaces.requirements else "*"
    return f"{where}/{selected}"


def _nets(ruleset: Sequence[RuleSet]) -> Iterator[Peer]:
    """Yield the addresses that policies tell apart."""
    sets = [
        allow_rule.peer
        for each in ruleset
        for rules in (each.ingress, each.egress)
        for allow_rule in rules.allow_rules
        if isinstance(allow_rule.peer, AddressSet)
    ]
    for part in atoms(sets):
        yield Peer(id=", ".join(map(words.address_range, part.ranges)), end=Address(part))
