"""The connections that a question is about, and those of them that are denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.peers import Peer
from netpolc.engine.pod_addresses import peer_in
from netpolc.engine.verdicts import Address, Evaluator
from netpolc.queries.port_samples import port_samples
from netpolc.queries.reading import QueryError
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.queries.choice import Choice
    from netpolc.queries.exceptions import Exceptional
    from netpolc.sets.addresses import AddressSet

MOST_PAIRS = 100_000
"""How many pairs of peers one question may be about."""


class AskedConnection(msgspec.Struct, frozen=True):
    """One of the connections of a question: all of some ports, from one peer to another.

    `pair` tells which of the question's endpoints it is between.
    """

    source: Peer
    destination: Peer
    ports: PortSet
    choices: tuple[Choice, Choice]
    pair: tuple[int, int]


def asked_connections(sources: Sequence[Choice], destinations: Sequence[Choice]) -> list[AskedConnection]:
    """List the connections that a question is about.

    Raises:
        QueryError: there are none, or too many.
    """
    found = [
        AskedConnection(source, destination, end.ports or PortSet(), (start, end), (first, last))
        for first, start in enumerate(sources)
        for last, end in enumerate(destinations)
        for source, destination in _pairs(start.peers, end.peers)
    ]
    if not found:
        raise QueryError("both ends are outside of the cluster, where no policy decides")
    return found


def _pairs(sources: Sequence[Peer], destinations: Sequence[Peer]) -> Iterator[tuple[Peer, Peer]]:
    if len(sources) * len(destinations) > MOST_PAIRS:
        count = len(sources) * len(destinations)
        raise QueryError(f"this asks about {count:,} pairs, of at most {MOST_PAIRS:,}; `netpolc reach` lists all")
    for source in sources:
        for destination in destinations:
            if not (isinstance(source.end, Address) and isinstance(destination.end, Address)):
                yield source, destination


def with_pod_addresses(asked: Sequence[AskedConnection], blocks: AddressSet) -> Sequence[AskedConnection]:
    """Return the same where pods whose address is not known have it from some blocks."""
    if not blocks:
        return asked
    return [
        msgspec.structs.replace(
            each, source=peer_in(each.source, blocks), destination=peer_in(each.destination, blocks)
        )
        for each in asked
    ]


def denied(cluster: Cluster, asked: Sequence[AskedConnection]) -> list[AskedConnection]:
    """List all that are denied; where none are, the first that is denied to some pods that could exist, if any."""
    evaluator, blocks = Evaluator(cluster.ruleset), cluster.addresses_of_pods
    asked = with_pod_addresses(asked, blocks)
    found = [each for each in asked if _is_denied(evaluator, each)]
    exceptional = None if found else exception_among(cluster, asked, blocks)
    return found if exceptional is None else [asked[exceptional.number]]


def _is_denied(evaluator: Evaluator, each: AskedConnection) -> bool:
    numbers = port_samples(evaluator, each.source.end, each.destination.end, each.ports)
    return not all(evaluator.allows(each.source.end, end, protocol, port) for protocol, port, end in numbers)


def exception_among(cluster: Cluster, asked: Sequence[AskedConnection], blocks: AddressSet) -> Exceptional | None:
    """Find a denied connection of pods that could exist, where what stands for them is allowed.

    The addresses of pods are from some blocks. Returns None for pods that there are.
    """
    if not any(each.source.pods or each.destination.pods for each in asked):
        return None
    from netpolc.queries.exceptions import exception  # most questions are about what there is

    return exception(cluster.ruleset, blocks, ((each.source, each.destination, each.ports) for each in asked))
