"""The flow that would allow what is denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.queries.ends import holds
from netpolc.queries.reading import QueryError, read_endpoint
from netpolc.reach import words
from netpolc.reach.verdicts import Pod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.queries.ends import Choice, Ends
    from netpolc.reach.peers import Peer

VOLATILE = frozenset({"pod-template-hash", "controller-revision-hash", "pod-template-generation"})
"""Labels that change with each rollout."""


def suggestion(ends: Ends, source: Peer, destination: Peer, choices: tuple[Choice, Choice]) -> str | None:
    """A flow for any file of a program; None where the language has no name for an end."""
    start = choices[0].text or name_of(ends, source)
    end = choices[1].text or name_of(ends, destination)
    ports = choices[1].ports
    if start is None or end is None or ports is None or _unseen(source) or _unseen(destination):
        return None
    return f"{start} -> {end}" if choices[1].brings else f"{start} -> {end}:{words.ports(ports)}"


def name_of(ends: Ends, peer: Peer) -> str | None:
    """What the language calls the pods of a peer that was called by its id."""
    if peer.workload is None:
        return peer.id if _means(ends, peer.id, peer) else None
    place = "" if peer.workload.namespace is None else f"{peer.workload.namespace}/"
    forms = _forms(ends, peer, peer.workload.name)
    return next((name for form in forms if _means(ends, name := place + form, peer)), None)


def _forms(ends: Ends, peer: Peer, name: str) -> Iterator[str]:
    yield name
    labels = {key: value for key, value in _labels(peer).items() if key not in VOLATILE}
    for key in ends.views.keys:
        if key in labels:
            yield labels[key]
            yield f"[{key}={labels[key]}]"
    if labels:
        yield f"[{', '.join(f'{key}={value}' for key, value in sorted(labels.items()))}]"


def _means(ends: Ends, text: str, peer: Peer) -> bool:
    """Whether a text is an endpoint of the language, and has a peer among its pods."""
    try:
        written = read_endpoint(text)
        found = ends.views.meanings(written.endpoint, written.source)
    except QueryError:
        return False
    return any(holds(region, peer) for meaning in found for region in meaning.regions)


def _labels(peer: Peer) -> dict[str, str]:
    return peer.end.labels if isinstance(peer.end, Pod) else {}


def _unseen(peer: Peer) -> bool:
    return isinstance(peer.end, Pod) and peer.end.host_network
