"""Replicas: the pods of one owner, made one where no rule tells them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.regions import ANYTHING, PodSet
from netpolc.engine.varying import Division
from netpolc.manifests.model import Owner, Whole, Workload
from netpolc.sets.addresses import AddressSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.engine.regions import Region

    Key = tuple[str | None, str, str]


def replicas_folded(
    workloads: Sequence[Workload], ruleset: RuleSet | None, alike: Iterable[Workload] = ()
) -> Iterator[tuple[Workload, tuple[str, ...]]]:
    """Yield workloads, pods of one owner as one, with the names of these; without rules, nothing tells any apart.

    Where rules tell some of them apart, each is by itself, and so is each part of a workload whose pods differ: what is
    shown of a workload holds for each of its pods. Those that are `alike` are divided in the same way.
    """
    folded = _folded(workloads, ruleset)
    if ruleset is None:
        yield from folded
        return
    division = Division((*workloads, *alike), _regions(ruleset))
    for workload, names in folded:
        yield from ((part, names) for part in division.parts(workload))


def _folded(workloads: Sequence[Workload], ruleset: RuleSet | None) -> Iterator[tuple[Workload, tuple[str, ...]]]:
    owned: dict[Key, list[Workload]] = {}
    if not any(each.owner is not None or each.apart for each in workloads):
        yield from ((each, ()) for each in workloads)
        return
    seen = _Seen(frozenset(_regions(ruleset)))
    for workload in (one for each in workloads for one in _with_pods_apart(each, seen)):
        if workload.owner is None:
            yield workload, ()
        else:
            owned.setdefault((workload.namespace, workload.owner.kind, workload.owner.name), []).append(workload)
    for key, replicas in owned.items():
        if len({seen.by_rules(each) for each in replicas}) == 1:
            yield _together(Owner(key[1], key[2]), replicas), tuple(each.name for each in replicas)
        else:
            yield from ((each, ()) for each in replicas)


def _with_pods_apart(workload: Workload, seen: _Seen) -> Iterator[Workload]:
    """Yield a workload, and those of its pods that rules tell from it by labels that its template does not have."""
    if not workload.apart:
        yield workload
        return
    given = frozenset(each.key for each in workload.varying)
    own = seen.labels(workload.labels, given)
    apart = [each for each in workload.apart if seen.labels(each.labels, given) != own]
    gone = {address for each in apart for address in each.addresses}
    left = tuple(address for address in workload.addresses if address not in gone)
    yield msgspec.structs.replace(workload, addresses=left, apart=())
    for each in apart:
        yield msgspec.structs.replace(each, owner=None, part_of=Whole(workload.kind, workload.name))


def _together(owner: Owner, replicas: Sequence[Workload]) -> Workload:
    """Return an owner with what its pods have in common, and all of their addresses."""
    common = set(replicas[0].labels.items()).intersection(*(each.labels.items() for each in replicas[1:]))
    addresses = dict.fromkeys(address for each in replicas for address in each.addresses)
    return msgspec.structs.replace(
        replicas[0],
        kind=owner.kind,
        name=owner.name,
        labels={key: value for key, value in replicas[0].labels.items() if (key, value) in common},
        addresses=tuple(addresses),
        owner=None,
    )


def _regions(ruleset: RuleSet | None) -> Iterator[Region]:
    """Yield all sets of pods and of addresses that rules are about."""
    for rules in () if ruleset is None else (ruleset.ingress, ruleset.egress):
        yield from (each.subject for each in rules.isolations)
        for allow_rule in rules.allow_rules:
            yield from (allow_rule.subject, allow_rule.peer)
        for decision in rules.decisions:
            yield from (decision.subject, decision.peer)
        yield from (each.subject for each in rules.exempt)


class _Seen:
    """The labels and addresses of pods, as far as rules can tell them apart."""

    def __init__(self, regions: frozenset[Region]) -> None:
        self._keys = {each.key for pods in regions if isinstance(pods, PodSet) for each in pods.pods.requirements}
        self._blocks = [each for each in regions if isinstance(each, AddressSet) and each not in ANYTHING]

    def by_rules(self, workload: Workload) -> Hashable:
        ports = tuple((port.name, port.protocol, port.number) for port in workload.ports if port.name is not None)
        labels = self.labels(workload.labels)
        return labels, ports, workload.host_network, frozenset(self._places(workload.addresses))

    def labels(self, labels: dict[str, str], given: frozenset[str] = frozenset()) -> frozenset[tuple[str, str]]:
        """Return the labels that rules ask for, but for those that are `given`."""
        return frozenset((key, value) for key, value in labels.items() if key in self._keys and key not in given)

    def _places(self, addresses: Iterable[str]) -> Iterator[tuple[int, ...]]:
        """Yield for each address its family, and the blocks that hold it."""
        if not self._blocks:
            yield from ((":" in text,) for text in addresses)
            return
        from ipaddress import ip_address  # slow to import, and only pods that run have addresses

        for text in addresses:
            address = ip_address(text)
            held = (at for at, block in enumerate(self._blocks) if block.contains(address.version, int(address)))
            yield address.version, *held
