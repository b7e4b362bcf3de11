"""The connections that flows show, put together by workloads, networks and ports; and what there is to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.suggest.model import OpenQuestion, SeenConnection
from netpolc.adopt.suggest.seen.blocks import address, blocks_of
from netpolc.adopt.suggest.seen.parties import RECORDS
from netpolc.adopt.suggest.seen.ports import intervals_of
from netpolc.adopt.suggest.traffic import SHOWN_NAMES, Sightings, total
from netpolc.diagnostics.visible import in_one_line
from netpolc.ecosystem.cluster_dns import DNS_SERVERS
from netpolc.flows.sides import counted_once
from netpolc.ir.model import InNamespace
from netpolc.manifests.model import Workload
from netpolc.policy.addresses import AddressBlock
from netpolc.sets.ports import PortInterval

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from netpolc.adopt.suggest.pods import People
    from netpolc.adopt.suggest.seen.parties import Parties
    from netpolc.flows.record import FlowEnd, SeenFlow
    from netpolc.sets.ports import Protocol

    Door = tuple[Protocol, int]
    Doors = dict[Door, list[Sightings]]

Party = Workload | AddressBlock
"""Who has an end of a flow, as policies know them."""

NO_PODS = "without a pod at either end"
NOT_OURS = "between namespaces that the program leaves as they are"
LOST = "that were lost for other reasons than a policy"
NO_LABELS = "of pods whose labels neither the records nor a manifest show: `{}`"
NOBODY = "with an end of which nobody can tell whose it was"


class SeenPods(msgspec.Struct, frozen=True):
    """The pods of one end: the name of their workload, and their labels as it has them in manifests, or as recorded."""

    namespace: str | None
    name: str
    labels: tuple[tuple[str, str], ...]


class SeenPair(msgspec.Struct, frozen=True):
    """Two ends that a forwarded connection had, and its port: what a program has to allow."""

    source: SeenPods | AddressBlock
    destination: SeenPods | AddressBlock
    protocol: Protocol
    port: int


class FlowFindings(msgspec.Struct, frozen=True):
    """The connections and questions that flows show, the pairs that these were made of, and why some were left out."""

    connections: tuple[SeenConnection, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    pairs: dict[tuple[PodsEnd | None, PodsEnd | None], list[SeenPair]] = {}
    left_out: tuple[str, ...] = ()


NO_TRAFFIC = FlowFindings()


def traffic_of(
    flows: Iterable[SeenFlow], parties: Parties, people: People, owned: Collection[str | None]
) -> FlowFindings:
    """Put flows together, as far as they concern the namespaces that a program is for."""
    reading = _FlowReader(parties, people, owned)
    for flow in flows:
        reading.read(flow)
    reading.settle()
    return FlowFindings(
        (*reading.between_pods(), *reading.with_outside()),
        tuple(reading.denials()),
        reading.pairs,
        tuple(reading.left_out()),
    )


class _Between(msgspec.Struct):
    """The connections that were forwarded and denied between two workloads, by port."""

    forwarded: Doors = msgspec.field(default_factory=dict)
    denied: Doors = msgspec.field(default_factory=dict)


class _Outside(msgspec.Struct):
    """The connections between a workload and addresses: forwarded ones by port and address, and all denied ones."""

    forwarded: dict[Door, dict[AddressBlock, list[Sightings]]] = msgspec.field(default_factory=dict)
    denied: list[Sightings] = msgspec.field(default_factory=list)


class _FlowReader:
    """The flows read so far, by who had them."""

    def __init__(self, parties: Parties, people: People, owned: Collection[str | None]) -> None:
        self.parties = parties
        self.people = people
        self.owned = owned
        self.alike: dict[tuple[object, object, Door], tuple[Party, Party, list[SeenFlow]]] = {}
        self.between: dict[tuple[PodsEnd, PodsEnd], _Between] = {}
        self.outside: dict[tuple[PodsEnd, bool], _Outside] = {}
        self.pairs: dict[tuple[PodsEnd | None, PodsEnd | None], list[SeenPair]] = {}
        self.left: dict[str, int] = {}
        self.names: dict[PodsEnd, str] = {}
        self.shared: dict[PodsEnd, tuple[str, ...]] = {}

    def read(self, flow: SeenFlow) -> None:
        if flow.source.is_node:
            # The node of a pod reaches it, whatever policies say (kubernetes.io, "Network Policies").
            return
        source, destination = self.party(flow.source), self.party(flow.destination)
        if isinstance(source, str) or isinstance(destination, str):
            reasons = [each for each in (source, destination) if isinstance(each, str)]
            self.leave_out(min(reasons, key=lambda reason: reason == NOBODY), flow.count)
        elif isinstance(source, AddressBlock) and isinstance(destination, AddressBlock):
            self.leave_out(NO_PODS, flow.count)
        elif not any(isinstance(each, Workload) and each.namespace in self.owned for each in (source, destination)):
            self.leave_out(NOT_OURS, flow.count)
        else:
            caller, called = self.pods(source), self.pods(destination)
            if called is None or not _is_dns(called, flow):
                key = caller or source, called or destination, (flow.protocol, flow.port)
                self.alike.setdefault(key, (source, destination, []))[2].append(flow)

    def settle(self) -> None:
        """Note what became of all flows of two ends and a port, what both sides saw being the same connections."""
        for (_, _, door), (source, destination, flows) in self.alike.items():
            names = tuple(dict.fromkeys(name for flow in flows for name in flow.destination.names))
            for verdict, found in counted_once(flows).items():
                if verdict == "dropped":
                    self.leave_out(LOST, found.count)
                else:
                    traffic = Sightings(found.count, found.first, found.last, names=names)
                    self.note(source, destination, door, traffic, denied=verdict == "denied")
                if verdict == "forwarded":
                    ways = self.pairs.setdefault((self.pods(source), self.pods(destination)), [])
                    ends = {
                        (self.seen(source, each.source), self.seen(destination, each.destination)) for each in flows
                    }
                    ways += (SeenPair(*each, *door) for each in ends)

    def seen(self, party: Party, end: FlowEnd) -> SeenPods | AddressBlock:
        """Return an end as policies have to know it."""
        if isinstance(party, AddressBlock):
            return party
        labels = end.labels if party.location is RECORDS and end.labels is not None else tuple(party.labels.items())
        return SeenPods(party.namespace, party.name, labels)

    def leave_out(self, reason: str, count: int) -> None:
        self.left[reason] = self.left.get(reason, 0) + count

    def note(self, source: Party, destination: Party, door: Door, traffic: Sightings, *, denied: bool) -> None:
        """Note connections that the program is about."""
        caller, called = self.pods(source), self.pods(destination)
        if caller is not None and called is not None:
            held = self.between.setdefault((caller, called), _Between())
            (held.denied if denied else held.forwarded).setdefault(door, []).append(traffic)
        else:
            self.note_outside(source, destination, door, traffic, denied=denied)

    def note_outside(self, source: Party, destination: Party, door: Door, traffic: Sightings, *, denied: bool) -> None:
        """Note a connection of which one end is an address."""
        inward = isinstance(source, AddressBlock)
        pods, other = (destination, source) if inward else (source, destination)
        own = self.pods(pods)
        if own is None or not isinstance(other, AddressBlock):
            return
        held = self.outside.setdefault((own, inward), _Outside())
        if denied:
            held.denied.append(traffic)
        else:
            held.forwarded.setdefault(door, {}).setdefault(other, []).append(traffic)

    def party(self, end: FlowEnd) -> Party | str:
        """Return the workload or the address that an end is to policies, or why it is neither."""
        workload = self.parties.of(end)
        if workload is not None and not workload.host_network:
            pods = self.people.pods(workload)
            if pods is None:
                return NO_LABELS.format(workload.name if not end.namespace else f"{end.namespace}/{workload.name}")
            self.names.setdefault(pods, workload.name)
            return workload
        found = None if end.address is None else address(end.address)
        return found or NOBODY

    def pods(self, party: Party) -> PodsEnd | None:
        return None if isinstance(party, AddressBlock) else self.people.pods(party)

    def between_pods(self) -> Iterator[SeenConnection]:
        for (caller, called), held in self.between.items():
            for port, adds in intervals_of(held.forwarded):
                traffic = _summed(held.forwarded, port, adds)
                refused = [each for door, denied in held.denied.items() if _is_in(door, port) for each in denied]
                times = total(refused).count
                remarks = [f"and denied {times:,} times" if times > 1 else "and denied once"] if refused else []
                for remark in (*remarks, *self.beside(caller), *self.beside(called)):
                    traffic = _remarked(traffic, remark)
                yield SeenConnection("call", caller, called, port, traffic)

    def with_outside(self) -> Iterator[SeenConnection]:
        for (own, inward), held in self.outside.items():
            alike: dict[frozenset[AddressBlock], list[Door]] = {}
            for door, by_address in held.forwarded.items():
                alike.setdefault(frozenset(by_address), []).append(door)
            for addresses, doors in alike.items():
                blocks, ports, beside = list(blocks_of(addresses)), list(intervals_of(doors)), self.beside(own)
                for block in blocks:
                    by_door = {
                        door: [each for one in block.addresses for each in held.forwarded[door][one]] for door in doors
                    }
                    for port, adds in ports:
                        traffic = _summed(by_door, port, block.adds, adds, *beside)
                        if inward:
                            yield SeenConnection("entrance", block.end, own, port, traffic)
                        else:
                            yield SeenConnection("exit", own, block.end, port, traffic)

    def beside(self, pods: PodsEnd) -> tuple[str, ...]:
        """Return what is to be said of pods that are those of other workloads as well."""
        if pods not in self.shared:
            near = self.people.all_in(_namespace(pods))
            others = sorted(
                {each.name for each in near if pods.selector.matches(each.labels)} - {self.names.get(pods, "")}
            )
            named = ", ".join(f"`{name}`" for name in others[:SHOWN_NAMES])
            more = f" and {len(others) - SHOWN_NAMES} more" if len(others) > SHOWN_NAMES else ""
            text = f"what is said of `{self.names.get(pods)}` holds for {named}{more}, too: no label tells them apart"
            self.shared[pods] = (text,) if others else ()
        return self.shared[pods]

    def denials(self) -> Iterator[OpenQuestion]:
        for (caller, called), held in self.between.items():
            space = next((name for each in (caller, called) if (name := _namespace(each)) in self.owned), None)
            for (protocol, port), parts in held.denied.items():
                if (protocol, port) not in held.forwarded:
                    door = PortInterval(protocol, port, port)
                    yield OpenQuestion(space, "was denied", total(parts), self.names[caller], caller, called, door)
        for (own, inward), outside in self.outside.items():
            if outside.denied:
                text = f"was denied connections {'from' if inward else 'to'} outside"
                yield OpenQuestion(_namespace(own), text, total(outside.denied), self.names[own])

    def left_out(self) -> Iterator[str]:
        for reason, count in self.left.items():
            yield in_one_line(f"{count:,} connection{'s' * (count != 1)} {reason}")


def _summed(doors: Doors, port: PortInterval, *remarks: str | None) -> Sightings:
    """Return all traffic on some ports, with what is to be said of it."""
    whole = total(each for door, parts in doors.items() if _is_in(door, port) for each in parts)
    for remark in filter(None, remarks):
        whole = _remarked(whole, remark)
    return whole


def _remarked(traffic: Sightings, text: str) -> Sightings:
    return msgspec.structs.replace(traffic, remarks=(*traffic.remarks, text))


def _namespace(pods: PodsEnd) -> str | None:
    return pods.namespaces.name if isinstance(pods.namespaces, InNamespace) else None


def _is_in(door: Door, port: PortInterval) -> bool:
    return door[0] == port.protocol and port.first <= door[1] <= port.last


def _is_dns(called: PodsEnd, flow: SeenFlow) -> bool:
    """Tell whether a connection is one to the DNS that every section lets its pods ask."""
    labels = dict(flow.destination.labels or ())
    written = f"{flow.port}/{flow.protocol.lower()}"
    return any(
        each.namespace == _namespace(called) and written in each.ports and dict(each.labels).items() <= labels.items()
        for each in DNS_SERVERS
        if each.namespace is not None
    )
