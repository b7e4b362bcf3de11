"""The part of a relation that a user asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.model import RuleSet
from netpolc.engine.narrowing import narrowed, without_unmet
from netpolc.engine.peers import Population
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.peers import Peer


class Selection(msgspec.Struct, frozen=True):
    """The peers that are asked about, the rules that matter to them, and the ports, or None for all.

    Ends are `named` where somebody said which peers are asked for: those of sources, and of destinations. `notes` say
    how they were understood.
    """

    population: Population
    ruleset: RuleSet
    ports: PortSet | None
    diagnostics: tuple[Diagnostic, ...] = ()
    named: tuple[bool, bool] = (False, False)
    notes: tuple[str, ...] = ()

    def asked(self) -> Iterator[Peer]:
        """Yield the peers that somebody asked for by name; all, where nobody did."""
        sides = (self.population.sources, self.population.destinations)
        bits = 0
        for side, named in zip(sides, self.named, strict=True):
            bits |= side if named else 0
        return (self.population.peers[number] for number in numbers(bits if any(self.named) else sides[0] | sides[1]))


def select(
    cluster: Cluster, *, source: str | None, destination: str | None, ports: str | None, hypothetical: bool
) -> Selection:
    """Select connections from some peers, to some, and on some ports; None of any selects them all.

    Where only workloads are asked about, only the rules that matter to them are looked at.
    """
    if source is destination is ports is None:
        return Selection(cluster.population(hypothetical=hypothetical), cluster.ruleset, None)
    if ports is None and not cluster.files:
        workloads = cluster.workload_peers()
        ends = [None if text is None else _workload(text, workloads, cluster) for text in (source, destination)]
        if (source is None or ends[0]) and (destination is None or ends[1]):
            return _about(cluster, workloads, ends[0], ends[1], None, hypothetical=hypothetical)
    from netpolc.queries.endpoints import Endpoints  # most relations are asked for as a whole
    from netpolc.queries.ends.spelling import split_ports
    from netpolc.queries.reading import about, read_ports

    if destination is not None and ports is None:
        destination, ports = split_ports(destination)
    real = None if hypothetical else cluster.population(hypothetical=False)
    endpoints = Endpoints(cluster, None if real is None else real.peers)
    quickly = [None if text is None else endpoints.workload(text) for text in (source, destination)]
    with about("--port"):
        written = None if ports is None else read_ports(ports)
        asked = None if written is None else endpoints.ports_at(destination, *written, cluster.workload_peers())
    if (source is None or quickly[0]) and (destination is None or quickly[1]):
        found = _about(cluster, cluster.workload_peers(), quickly[0], quickly[1], asked, hypothetical=hypothetical)
        return msgspec.structs.replace(
            found, diagnostics=tuple(endpoints.diagnostics), notes=tuple(endpoints.named.notes)
        )
    population = real or endpoints.everybody.population
    kept: list[frozenset[str] | None] = []
    for text, option in ((source, "--from"), (destination, "--to")):
        with about(option):
            kept.append(None if text is None else endpoints.kept(text))
    return Selection(
        _between(population, *kept),
        cluster.ruleset,
        asked,
        tuple(endpoints.diagnostics),
        (source is not None, destination is not None),
        tuple(endpoints.named.notes),
    )


def _workload(text: str, workloads: Iterable[Peer], cluster: Cluster) -> Peer | None:
    """Find the workload whose id is written, which may leave out the current namespace."""
    names = {text.strip(), f"{cluster.namespace}/{text.strip()}"}
    found = [peer for peer in workloads if peer.id in names]
    return found[0] if len(found) == 1 else None


def _about(
    cluster: Cluster,
    workloads: Sequence[Peer],
    source: Peer | None,
    destination: Peer | None,
    ports: PortSet | None,
    *,
    hypothetical: bool,
) -> Selection:
    """Select what is about workloads, or about ports: the rules that matter to it, and whom these tell apart."""
    start, end = (None if peer is None else (peer.end,) for peer in (source, destination))
    held = cluster.enforced.about(*(None if peer is None else peer.end for peer in (source, destination)))
    ruleset = without_unmet(narrowed(held, start, end, ports), start, end)
    population = cluster.population(hypothetical=hypothetical, ruleset=ruleset, workloads=workloads)
    kept = (None if peer is None else frozenset({peer.id}) for peer in (source, destination))
    named = source is not None, destination is not None
    return Selection(_between(population, *kept), ruleset, ports, named=named)


def _between(
    population: Population, sources: frozenset[str] | None = None, destinations: frozenset[str] | None = None
) -> Population:
    """Return a population of which only peers of some ids are sources and destinations."""

    def bits(before: int, ids: frozenset[str] | None) -> int:
        return before if ids is None else bits_of(n for n, peer in enumerate(population.peers) if peer.id in ids)

    return msgspec.structs.replace(
        population,
        sources=bits(population.sources, sources),
        destinations=bits(population.destinations, destinations),
    )
