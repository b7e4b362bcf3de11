"""The part of a relation that a user asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.bits import bits_of
from netpolc.engine.model import RuleSet
from netpolc.engine.narrowing import narrowed
from netpolc.engine.peers import Population
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from netpolc.cluster.cluster import Cluster
    from netpolc.diagnostics.model import Diagnostic


class Selection(msgspec.Struct, frozen=True):
    """Who is asked about, by which rules, and on which ports, or None for all; and what there is to say of that.

    Ends are `named` where somebody said which peers are asked for: those of sources, and of destinations.
    """

    population: Population
    ruleset: RuleSet
    ports: PortSet | None
    diagnostics: tuple[Diagnostic, ...] = ()
    named: tuple[bool, bool] = (False, False)


def select(
    cluster: Cluster, *, source: str | None, destination: str | None, ports: str | None, hypothetical: bool
) -> Selection:
    """Select connections from some peers, to some, and on some ports; None of any selects them all.

    Where only workloads are asked about, only the rules that matter to them are looked at.
    """
    if source is destination is ports is None:
        return Selection(cluster.population(hypothetical=hypothetical), cluster.ruleset, None)
    from netpolc.queries.endpoints import Endpoints  # most relations are asked for as a whole
    from netpolc.queries.reading import about, read_ports

    real = None if hypothetical else cluster.population(hypothetical=False)
    endpoints = Endpoints(cluster, None if real is None else real.peers)
    quickly = [None if text is None else endpoints.workload(text) for text in (source, destination)]
    with about("--port"):
        written = None if ports is None else read_ports(ports)
        asked = None if written is None else endpoints.ports(*written, cluster.workload_peers())
    if (source is None or quickly[0]) and (destination is None or quickly[1]) and (source or destination or asked):
        start, end = (None if peer is None else (peer.end,) for peer in quickly)
        ruleset = narrowed(cluster.ruleset, start, end, asked)
        population = cluster.population(hypothetical=hypothetical, ruleset=ruleset)
        kept = [None if peer is None else frozenset({peer.id}) for peer in quickly]
    else:
        ruleset, population = cluster.ruleset, real or endpoints.population
        kept = []
        for text, option in ((source, "--from"), (destination, "--to")):
            with about(option):
                kept.append(None if text is None else endpoints.kept(text))
    sources, destinations = (
        before if ids is None else bits_of(n for n, peer in enumerate(population.peers) if peer.id in ids)
        for before, ids in zip((population.sources, population.destinations), kept, strict=True)
    )
    population = msgspec.structs.replace(population, sources=sources, destinations=destinations)
    named = source is not None, destination is not None
    return Selection(population, ruleset, asked, tuple(endpoints.diagnostics), named)
