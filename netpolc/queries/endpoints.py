"""Endpoints of a question: the peers that it is about, of those that exist and those that could."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.verdicts import Pod
from netpolc.language.syntax.tree import PortRef, SetOf
from netpolc.queries.choice import Choice
from netpolc.queries.ends.choosing import NamedEnds
from netpolc.queries.ends.finding import find_name
from netpolc.queries.ends.ports import declared, no_port
from netpolc.queries.ends.spelling import split_ports, unbracketed_port
from netpolc.queries.everybody import Everybody, touches, with_kind
from netpolc.queries.reading import (
    QueryError,
    WrittenEndpoint,
    not_known,
    read_destination,
    read_endpoint,
    read_ports,
)
from netpolc.queries.scopes import Scopes
from netpolc.sets.ports import NamedPort, PortSet, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.language.syntax.tree import Endpoint, Ports
    from netpolc.queries.parts import AskedPeers
    from netpolc.source import Source


class Endpoints:
    """The endpoints of questions among the peers of a cluster.

    `diagnostics` are about how these were understood; what they are called in Kubernetes is `named`.
    """

    def __init__(self, cluster: Cluster, peers: Sequence[Peer] | None = None) -> None:
        """Take all peers; those of the cluster, hypothetical ones included, are looked for once they are needed."""
        self.everybody = Everybody(cluster, peers)
        self.scopes = Scopes(cluster, self.everybody.exist)
        self.named = NamedEnds(cluster, self.everybody, self.scopes, self.ports)
        self.diagnostics: list[Diagnostic] = []

    def _alone(self, text: str) -> AskedPeers | None:
        """Find whom a whole question calls by an id; a name of the language goes before it."""
        known = self.everybody.asked(text)
        with suppress(QueryError):
            return None if known is not None and self.scopes.has(read_endpoint(text).endpoint) else known
        return known

    def sources(self, text: str) -> tuple[Choice, ...]:
        """Read where a connection may come from."""
        return self._remembered(self._sources(text))

    def destinations(self, text: str) -> tuple[Choice, ...]:
        """Read where a connection may go to, and on which ports."""
        return self._remembered(self._destinations(text))

    def _remembered(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        self.named.asked += (peer for choice in choices for peer in choice.peers)
        return choices

    def _sources(self, text: str) -> tuple[Choice, ...]:
        text = split_ports(text)[0] if "://" in text else text.strip()
        found = self.named.found(text)
        if found is not None:
            return tuple(self.named.named(found))
        known = self._alone(text)
        if known is not None:
            return (Choice(None, known.called),)
        written = read_endpoint(text)
        return tuple(self._choices(written.endpoint, None, written.source))

    def _destinations(self, text: str) -> tuple[Choice, ...]:
        name, ports = split_ports(text)
        found = self.named.found(name) or self.named.at_some_node(name, ports)
        apart = unbracketed_port(name) if found is None and ports is None else None
        if apart is not None:
            name, ports = apart
            found = self.named.found(name)
        if found is not None:
            return tuple(
                self.named.only_port(found) if ports is None else self.named.reached(found, *read_ports(ports))
            )
        known = None if ports is None else self._alone(name)
        if known is not None and ports is not None:
            return (Choice(None, known.called, self.ports(*read_ports(ports), known.called)),)
        return tuple(self._with_ports(read_destination(text)))

    def workload(self, text: str) -> Peer | None:
        """Find the workload whose id is written, without a look at anybody else; None where more may be meant."""
        here, text = self.scopes.namespace, text.strip()
        names = (text,) if here is None else (text, f"{here}/{text}")
        known = next(filter(None, (self.everybody.quick.get(name) for name in names)), None)
        with suppress(QueryError):
            if known is None:
                return self._alone_by_kind(text)
            return None if self.scopes.has(read_endpoint(text).endpoint) else known
        return known

    def _alone_by_kind(self, text: str) -> Peer | None:
        """Find the only workload that is called by its kind, by a service or by an address."""
        found = self.named.found(text)
        chosen = () if found is None else tuple(self.named.named(found))
        peers = tuple(peer for choice in chosen for peer in choice.peers)
        return self.everybody.quick.get(peers[0].id) if len(peers) == 1 else None

    def kept(self, text: str) -> frozenset[str]:
        """Return the ids of the peers that an endpoint holds or, if they are addresses, has in common with it."""
        found = self.named.found(text.strip())
        if found is not None:
            return frozenset(peer.id for peer in self.named.around(found))
        known = self._alone(text.strip())
        if known is not None:
            return frozenset(each.id for peer in known.peers for each in self.everybody.concerned(peer))
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

    def ports_at(self, text: str | None, ports: Ports, source: Source, peers: Sequence[Peer]) -> PortSet:
        """Resolve ports, of which those of a service that is the destination are the ones to which these lead."""
        found = None if text is None else self.named.found(text.strip())
        if found is None or not found.services:
            return self.ports(ports, source, peers)
        return union([each.ports or PortSet() for each in self.named.reached(found, ports, source)])

    def _with_ports(self, written: WrittenEndpoint) -> Iterator[Choice]:
        for choice in self._choices(written.endpoint, written.ports, written.source):
            if choice.ports is None:
                text = choice.peers[0].id if choice.meaning is None else choice.meaning.text
                raise no_port(text, declared(choice.peers))
            yield choice

    def _choices(self, endpoint: Endpoint, ports: Ports | None, source: Source) -> Iterator[Choice]:
        if isinstance(endpoint, SetOf):
            for member in endpoint.members:
                if ports is not None and member.ports is not None:
                    raise QueryError("a member of the set brings its own ports; leave one of the two out")
                yield from self._choices(member.endpoint, ports or member.ports, source)
            return
        text = source.text[endpoint.span.start : endpoint.span.end]
        named = self.named.found(text)
        known = None if named else self._called(endpoint, source)
        if known is not None:
            yield Choice(None, known.called, None if ports is None else self.ports(ports, source, known.called))
            return
        meanings = () if named else self.scopes.meanings(endpoint, source)
        found = [(meaning, peers) for meaning in meanings if (peers := tuple(self.everybody.meant(meaning)))]
        if not found:
            named = named or find_name(text, self.named.known_names, anywhere=True)
            if named is None:
                raise self._unknown(meanings[0].text, text)
            yield from self.named.named(named) if ports is None else self.named.reached(named, ports, source)
            return
        self._remark(endpoint, source, (peer for _, peers in found for peer in peers))
        if ports is not None:
            ports = yield from self.named.through_service(text, found, ports, source)
            if ports is None:
                return
        for meaning, peers in found:
            asked = meaning.ports if ports is None else self.ports(ports, source, peers)
            yield Choice(meaning, peers, asked, brings=ports is None)

    def _kept(self, endpoint: Endpoint, source: Source) -> Iterator[Peer]:
        if isinstance(endpoint, SetOf):
            for member in endpoint.members:
                yield from self._kept(member.endpoint, source)
            return
        text = source.text[endpoint.span.start : endpoint.span.end]
        named = self.named.found(text)
        if named is not None:
            yield from self.named.around(named)
            return
        known = self._called(endpoint, source)
        if known is not None:
            yield from (each for peer in known.peers for each in self.everybody.concerned(peer))
            return
        meanings = self.scopes.meanings(endpoint, source)
        regions = [region for meaning in meanings for region in meaning.regions]
        if meanings[0].guessed and not any(
            touches(region, peer) for region in regions for peer in self.everybody.peers
        ):
            elsewhere = find_name(text, self.named.known_names, anywhere=True)
            if elsewhere is None:
                raise self._unknown(meanings[0].text, text)
            yield from self.named.around(elsewhere)
            return
        found = self.everybody.about(regions)
        if not found:
            raise QueryError(f"nothing here speaks of `{meanings[0].text}`; `netpolc can` answers about any pods")
        self._remark(endpoint, source, found)
        yield from found

    def _called(self, endpoint: Endpoint, source: Source) -> AskedPeers | None:
        """Find whom an endpoint calls by an id, if it is no name of the language."""
        text = source.text[endpoint.span.start : endpoint.span.end]
        return None if self.scopes.has(endpoint) else self.everybody.asked(text)

    def _remark(self, endpoint: Endpoint, source: Source, meant: Iterable[Peer]) -> None:
        """Report a name of the language that stands for other pods than the workload that is called the same."""
        if not self.scopes.has(endpoint):
            return
        text = source.text[endpoint.span.start : endpoint.span.end]
        same = self.everybody.called(text)
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
                help=f"to ask for the workload, write `{with_kind(same.workload)}`",
            )
        )

    def _unknown(self, meant: str, text: str) -> QueryError:
        """Return the error about a name that nobody has, as it is meant and as it is written."""
        names = {*self.everybody.by_id, *self.everybody.divided, *self.scopes.names(), *self.named.known_names.names()}
        # An id that two kinds share ends in the kind, which nobody writes who asks for the name.
        names |= {
            peer.id.removesuffix(f"[{peer.workload.kind}]")
            for peer in self.everybody.peers
            if peer.workload is not None
        }
        names |= {
            f"{peer.id.rpartition('/')[0]}/{value}".removeprefix("/")
            for peer, value in self.everybody.shorthands(self.scopes.keys)
        }
        known = meant if self.scopes.namespace is not None else text
        return not_known(known, names)


def _named(name: str, peers: Iterable[Peer]) -> set[NamedPort]:
    """Return a container port's name, with the protocols under which peers have it."""
    ports = [port for peer in peers if isinstance(peer.end, Pod) for port in peer.end.ports]
    found = {NamedPort(port.protocol, name) for port in ports if port.name == name}  # type: ignore[arg-type]  # checked when read
    if not found:
        near = closest(name, {port.name for port in ports})
        advice = f"did you mean `{near}`?" if near else f'write `"{name}"` for a container port that nothing shows'
        raise QueryError(f"no port is declared as `{name}`; {advice}")
    return found
