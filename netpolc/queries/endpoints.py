"""Endpoints of a question: the peers that it is about, of those that exist and those that could."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine import words
from netpolc.engine.cuts import Cuts
from netpolc.engine.peers import Peer, Population, endpoint, id_of, referenced_pods, typical, values_of
from netpolc.engine.regions import Namespaces, PodSet, is_within, meet
from netpolc.engine.verdicts import Address, Pod
from netpolc.language.syntax.tree import PortRef, SetOf
from netpolc.queries.parts import AskedPeers, divided, pod_of_set
from netpolc.queries.reading import QueryError, WrittenEndpoint, read_destination, read_endpoint, read_ports
from netpolc.queries.scopes import Meaning, Scopes
from netpolc.sets import addresses
from netpolc.sets.addresses import AddressSet
from netpolc.sets.ports import NamedPort, PortSet, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.regions import Region
    from netpolc.language.syntax.tree import Endpoint, Ports
    from netpolc.manifests.model import Workload
    from netpolc.source import Source


class Choice(msgspec.Struct, frozen=True):
    """Peers that one endpoint of a question chooses, on ports if it is a destination, and what the endpoint means.

    Without a meaning, it is a peer that was called by its id. `brings` tells ports of its own from those asked for.
    """

    meaning: Meaning | None
    peers: tuple[Peer, ...]
    ports: PortSet | None = None
    brings: bool = False


class Endpoints:
    """The endpoints of questions among the peers of a cluster; `diagnostics` are about how these were understood."""

    def __init__(self, cluster: Cluster, peers: Sequence[Peer] | None = None) -> None:
        """Take all peers; those of the cluster, hypothetical ones included, are looked for once they are needed."""
        self.scopes = Scopes(cluster, self._ids)
        self.diagnostics: list[Diagnostic] = []
        self._given = peers
        self._cluster = cluster
        self._namespaces = Namespaces(cluster.ruleset.namespaces)

    @cached_property
    def _peers(self) -> Sequence[Peer]:
        return self.population.peers if self._given is None else self._given

    @cached_property
    def population(self) -> Population:
        """Everybody of the cluster, if nobody was given."""
        return self._cluster.population()

    @cached_property
    def _by_id(self) -> dict[str, Peer]:
        return {peer.id: peer for peer in self._peers}

    @cached_property
    def _workloads(self) -> dict[str, Peer]:
        """The peers that most questions are about, and that are quickly known."""
        return {peer.id: peer for peer in self._cluster.workload_peers()} if self._given is None else {}

    @cached_property
    def _divided(self) -> dict[str, AskedPeers]:
        """The workloads that rules divide, by id; some are known without a look at anybody else."""
        return divided((self._workloads or self._by_id).values())

    def _ids(self) -> Iterable[str]:
        return (*self._by_id, *self._divided)

    @cached_property
    def _by_kind(self) -> dict[str, Peer]:
        return {_with_kind(peer.workload): peer for peer in self._peers if peer.workload is not None}

    def _with_id(self, text: str) -> Peer | None:
        """Find the peer of an id; that of a workload may always end in its kind."""
        known = self._workloads.get(text) or self._by_id.get(text)
        return self._by_kind.get(text) if known is None and text.endswith("]") else known

    def _asked(self, text: str) -> AskedPeers | None:
        """Find the peer whose id is written, a workload that rules divide, or a pod of one that is known."""
        known, here = self._here(text), self.scopes.namespace
        if known is not None:
            return AskedPeers(known.id, (known,))
        for name in (text,) if here is None else (text, f"{here}/{text}"):
            found = self._divided.get(name) or pod_of_set(name, self._workloads or self._by_id, self._divided)
            if found is not None:
                return found
        return None

    def _here(self, text: str) -> Peer | None:
        """Find the peer whose id is written; one without a namespace is looked for in the current one."""
        here = self.scopes.namespace
        names = (text,) if here is None else (text, f"{here}/{text}")
        quickly = (self._workloads.get(name) for name in names)
        found = next(filter(None, quickly), None) or next(filter(None, map(self._with_id, names)), None)
        return None if found is None or self._has_workloads(found) else found

    def _has_workloads(self, peer: Peer) -> bool:
        """Tell whether workloads are among the pods of a set, which then means these."""
        pods = peer.pods
        return pods is not None and any(each.workload is not None and holds(pods, each) for each in self._peers)

    def _alone(self, text: str) -> AskedPeers | None:
        """Find whom a whole question calls by an id; a name of the language goes before it."""
        known = self._asked(text)
        with suppress(QueryError):
            return None if known is not None and self.scopes.has(read_endpoint(text).endpoint) else known
        return known

    def sources(self, text: str) -> tuple[Choice, ...]:
        """Read where a connection may come from."""
        known = self._alone(text.strip())
        if known is not None:
            return (Choice(None, known.called),)
        written = read_endpoint(text)
        return tuple(self._choices(written.endpoint, None, written.source))

    def destinations(self, text: str) -> tuple[Choice, ...]:
        """Read where a connection may go to, and on which ports."""
        name, _, ports = text.strip().rpartition(":")
        known = self._alone(name)
        if known is not None:
            return (Choice(None, known.called, self.ports(*read_ports(ports), known.called)),)
        return tuple(self._with_ports(read_destination(text)))

    def workload(self, text: str) -> Peer | None:
        """Find the workload whose id is written, without a look at anybody else; None where more may be meant."""
        here, text = self.scopes.namespace, text.strip()
        names = (text,) if here is None else (text, f"{here}/{text}")
        known = next(filter(None, (self._workloads.get(name) for name in names)), None)
        with suppress(QueryError):
            return None if known is not None and self.scopes.has(read_endpoint(text).endpoint) else known
        return known

    def kept(self, text: str) -> frozenset[str]:
        """Return the ids of the peers that an endpoint holds or, if they are addresses, has in common with it."""
        known = self._alone(text.strip())
        if known is not None:
            return frozenset(each.id for peer in known.peers for each in self._concerned(peer))
        written = read_endpoint(text)
        return frozenset(peer.id for peer in self._kept(written.endpoint, written.source))

    def ports(self, ports: Ports, source: Source, peers: Sequence[Peer]) -> PortSet:
        """Resolve ports, of which a bare name that no file declares is one that containers of these peers give."""
        found: list[PortSet] = []
        for item in ports.items:
            held = self.scopes.port(item, source)
            if held is None and isinstance(item, PortRef):
                held = PortSet(names=tuple(sorted(_named(item.name, peers))))
            found.append(held or PortSet())
        return union(found)

    def _with_ports(self, written: WrittenEndpoint) -> Iterator[Choice]:
        for choice in self._choices(written.endpoint, written.ports, written.source):
            if choice.ports is None:
                text = choice.peers[0].id if choice.meaning is None else choice.meaning.text
                raise QueryError(f"no port is given for `{text}`; write it, as in `:443`")
            yield choice

    def _choices(self, endpoint: Endpoint, ports: Ports | None, source: Source) -> Iterator[Choice]:
        if isinstance(endpoint, SetOf):
            for member in endpoint.members:
                if ports is not None and member.ports is not None:
                    raise QueryError("a member of the set brings its own ports; leave one of the two out")
                yield from self._choices(member.endpoint, ports or member.ports, source)
            return
        known = self._called(endpoint, source)
        if known is not None:
            yield Choice(None, known.called, None if ports is None else self.ports(ports, source, known.called))
            return
        meanings = self.scopes.meanings(endpoint, source)
        found = [(meaning, peers) for meaning in meanings if (peers := tuple(self._meant(meaning)))]
        if not found:
            raise self._unknown(meanings[0].text)
        self._remark(endpoint, source, (peer for _, peers in found for peer in peers))
        for meaning, peers in found:
            asked = meaning.ports if ports is None else self.ports(ports, source, peers)
            yield Choice(meaning, peers, asked, brings=ports is None)

    def _kept(self, endpoint: Endpoint, source: Source) -> Iterator[Peer]:
        if isinstance(endpoint, SetOf):
            for member in endpoint.members:
                yield from self._kept(member.endpoint, source)
            return
        known = self._called(endpoint, source)
        if known is not None:
            yield from (each for peer in known.peers for each in self._concerned(peer))
            return
        meanings = self.scopes.meanings(endpoint, source)
        regions = [region for meaning in meanings for region in meaning.regions]
        if meanings[0].guessed and not any(_touches(region, peer) for region in regions for peer in self._peers):
            raise self._unknown(meanings[0].text)
        found = self._about(regions)
        if not found:
            raise QueryError(f"nothing here speaks of `{meanings[0].text}`; `netpolc can` answers about any pods")
        self._remark(endpoint, source, found)
        yield from found

    def _concerned(self, peer: Peer) -> Sequence[Peer]:
        """Return a peer, and with a set of pods all others that are about pods of it."""
        return (peer,) if peer.pods is None else self._about([peer.pods])

    def _about(self, regions: Iterable[Region]) -> list[Peer]:
        """Return the peers that have anything in common with regions, of whose pods each tells a part.

        Where a region is itself a peer or has workloads, those that hold all of it have nothing to add.
        """
        found: dict[str, Peer] = {}
        for region in regions:
            near = [peer for peer in self._peers if _concerns(region, peer)]
            exact = any(peer.pods == region or peer.workload is not None for peer in near)
            for peer in near:
                if not (exact and peer.pods not in (None, region) and _is_within_peer(region, peer)):
                    found[peer.id] = peer
        return list(found.values())

    def _called(self, endpoint: Endpoint, source: Source) -> AskedPeers | None:
        """Find whom an endpoint calls by an id, if it is no name of the language."""
        return None if self.scopes.has(endpoint) else self._asked(source.text[endpoint.span.start : endpoint.span.end])

    def _remark(self, endpoint: Endpoint, source: Source, meant: Iterable[Peer]) -> None:
        """Report a name of the language that stands for other pods than the workload that is called the same."""
        if not self.scopes.has(endpoint):
            return
        text = source.text[endpoint.span.start : endpoint.span.end]
        same = self._here(text)
        if same is None or same.workload is None or {peer.id for peer in meant if peer.workload} == {same.id}:
            return
        declared = next(iter(self.scopes.declarations(endpoint)), None)
        kind = "the built-in name" if declared is None else "the declared name"
        self.diagnostics.append(
            Diagnostic(
                code="NP219",
                severity="warning",
                message=f"`{text}` is taken for {kind}, which does not mean just the workload `{same.id}`",
                location=None if declared is None else declared.location,
                label="declared here",
                labels=(Label(same.workload.location, "the workload"),),
                help=f"to ask for the workload, write `{_with_kind(same.workload)}`",
            )
        )

    def _meant(self, meaning: Meaning) -> Iterator[Peer]:
        """Yield the peers that there are, or else those that could be, and the addresses that are meant."""
        real = [peer for peer in self._peers if peer.workload and any(holds(each, peer) for each in meaning.regions)]
        yield from real
        for region in meaning.regions:
            if isinstance(region, AddressSet):
                # What is known to be the address of a pod is nobody else's.
                yield from self._nets(region - addresses.union([peer.end.addresses for peer in real]))
            elif not real and (not meaning.guessed or self._is_referenced(region)):
                parts = tuple(Cuts({region, *self._referenced}).parts(region))
                for part in parts:
                    text = meaning.text if len(parts) == 1 else endpoint(part)
                    yield Peer(id=text, end=typical(part, self._namespaces, values_of(self._referenced)), pods=part)
                yield from (peer for peer in self._peers if peer.pods not in parts and _is_within(peer, region))

    def _nets(self, region: AddressSet) -> Iterator[Peer]:
        for peer in self._peers:
            if isinstance(peer.end, Address):
                both = peer.end.addresses & region
                if both:
                    yield Peer(id=", ".join(map(words.address_range, both.ranges)), end=Address(both))

    def _is_referenced(self, region: PodSet) -> bool:
        """Tell whether any policy or flow asks for the label that a name was taken for."""
        (asked,) = region.pods.requirements
        return any(
            asked.values[0] in each.values and meet(pods, region) is not None
            for pods in self._referenced
            for each in pods.pods.requirements
            if each.key == asked.key and each.operator == "In"
        )

    @cached_property
    def _referenced(self) -> frozenset[PodSet]:
        """The sets of pods that any policy or flow references."""
        ruleset = (self._cluster.ruleset, self._cluster.said)
        return frozenset(pods for each in ruleset if each is not None for pods in referenced_pods(each))

    def _unknown(self, text: str) -> QueryError:
        names = {*self._by_id, *self.scopes.names()}
        # An id that two kinds share ends in the kind, which nobody writes who asks for the name.
        names |= {peer.id.removesuffix(f"[{peer.workload.kind}]") for peer in self._peers if peer.workload is not None}
        names |= {f"{peer.id.rpartition('/')[0]}/{value}".removeprefix("/") for peer, value in self._shorthands()}
        near = closest(text, names)
        return QueryError(f"nothing is known of `{text}`" + (f"; did you mean `{near}`?" if near else ""))

    def _shorthands(self) -> Iterator[tuple[Peer, str]]:
        """Yield the peers that could exist and have a name in the language."""
        for peer in self._peers:
            if peer.pods is not None and len(peer.pods.pods.requirements) == 1:
                asked = peer.pods.pods.requirements[0]
                if asked.operator == "In" and asked.key in self.scopes.keys:
                    yield from ((peer, value) for value in asked.values)


def _with_kind(workload: Workload) -> str:
    return f"{id_of(workload)}[{workload.kind}]"


def _named(name: str, peers: Iterable[Peer]) -> set[NamedPort]:
    """Return a container port's name, with the protocols under which peers have it."""
    ports = [port for peer in peers if isinstance(peer.end, Pod) for port in peer.end.ports]
    found = {NamedPort(port.protocol, name) for port in ports if port.name == name}  # type: ignore[arg-type]  # checked when read
    if not found:
        near = closest(name, {port.name for port in ports})
        advice = f"did you mean `{near}`?" if near else f'write `"{name}"` for a container port that nothing shows'
        raise QueryError(f"no port is declared as `{name}`; {advice}")
    return found


def holds(region: Region, peer: Peer) -> bool:
    """Tell whether a peer's pods are in a region, also on their node's network, where policies do not see them."""
    end = peer.end
    if isinstance(region, AddressSet) or isinstance(end, Address):
        return isinstance(region, AddressSet) and bool(end.addresses & region)
    return region.pods.matches(end.labels) and region.namespaces.matches(end.full_namespace_labels)


def _touches(region: Region, peer: Peer) -> bool:
    return _is_within(peer, region) or holds(region, peer)


def _concerns(region: Region, peer: Peer) -> bool:
    """Tell whether a peer and a region have anything in common."""
    return holds(region, peer) if peer.pods is None else meet(peer.pods, region) is not None


def _is_within_peer(region: Region, peer: Peer) -> bool:
    return isinstance(region, PodSet) and peer.pods is not None and is_within(region, peer.pods)


def _is_within(peer: Peer, region: Region) -> bool:
    """Tell whether all pods of a peer that could exist are in a region."""
    return peer.pods is not None and isinstance(region, PodSet) and meet(peer.pods, region) == peer.pods
