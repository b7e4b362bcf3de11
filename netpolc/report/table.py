"""The relation of a cluster as rows for SQL, and as lines of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.private import without_private
from netpolc.engine import words
from netpolc.engine.bits import numbers
from netpolc.engine.verdicts import Address
from netpolc.report.ports import ranges
from netpolc.report.relation import json_peer
from netpolc.report.rows import (
    FORMAT_VERSION,
    BlockRow,
    CauseRow,
    ClusterRow,
    DestinationRow,
    FindingRow,
    LabelRow,
    PeerRow,
    PortRow,
    SourceRow,
    TableRow,
)
from netpolc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.peers import Peer
    from netpolc.queries.explained import Admission
    from netpolc.results import Relation
    from netpolc.sets.addresses import Family
    from netpolc.sets.ports import PortSet


def rows(relation: Relation, cluster: str) -> Iterator[TableRow]:
    """Yield the rows of a cluster's relation: the peers, then each group with all that is of it, then findings."""
    yield ClusterRow(cluster=cluster, format_version=FORMAT_VERSION, netpolc_version=VERSION)
    shown = relation.related.shown()
    yield from _peers(relation, shown, cluster)
    for peer in shown:
        yield from _labels(peer, cluster)
    for peer in shown:
        yield from _blocks(peer, cluster)
    ids = [peer.id for peer in relation.peers]
    explanations = relation.explanations()
    for number, group in enumerate(relation.related.bit_groups(), 1):
        yield from (SourceRow(cluster=cluster, group_id=number, peer=ids[n]) for n in numbers(group.sources))
        yield from (DestinationRow(cluster=cluster, group_id=number, peer=ids[n]) for n in numbers(group.destinations))
        yield from _ports(group.ports, number, cluster)
        for end in explanations.of(group):
            yield from _causes(end, number, cluster, ids)
    for diagnostic in relation.diagnostics:
        yield _finding(diagnostic, cluster)


def ndjson(rows: Iterable[TableRow]) -> Iterator[bytes]:
    """Write each row as an object on a line of its own, without what it does not have."""
    encode = msgspec.json.Encoder().encode
    for row in rows:
        yield encode(row) + b"\n"


def _peers(relation: Relation, shown: Iterable[Peer], cluster: str) -> Iterator[PeerRow]:
    isolated = relation.isolated()
    numbered = {peer.id: number for number, peer in enumerate(relation.peers)}
    for peer in shown:
        known = {key: value for key, value in json_peer(peer).items() if isinstance(value, str)}
        number, is_workload = numbered[peer.id], peer.workload is not None
        yield PeerRow(
            cluster=cluster,
            peer=peer.id,
            type=known["type"],
            namespace=known.get("namespace"),
            name=known.get("name"),
            kind=known.get("kind"),
            part_of=peer.part_of,
            role=relation.roles.get(peer.id),
            selector=known.get("selector"),
            namespace_selector=known.get("namespace_selector"),
            ingress_isolated=bool(isolated["ingress"] >> number & 1) if is_workload else None,
            egress_isolated=bool(isolated["egress"] >> number & 1) if is_workload else None,
        )


def _labels(peer: Peer, cluster: str) -> Iterator[LabelRow]:
    if peer.workload is not None and not isinstance(peer.end, Address):
        for label, value in peer.end.labels.items():
            yield LabelRow(cluster=cluster, peer=peer.id, label=label, value=value)


def _blocks(peer: Peer, cluster: str) -> Iterator[BlockRow]:
    if isinstance(peer.end, Address):
        for held in peer.end.addresses.ranges:
            yield BlockRow(
                cluster=cluster,
                peer=peer.id,
                first_address=words.address(held.family, held.first),
                last_address=words.address(held.family, held.last),
                first_key=key_of(held.family, held.first),
                last_key=key_of(held.family, held.last),
            )


def key_of(family: Family, number: int) -> str:
    """Write an address in full, as `010.001.000.255` or `2001:0db8:…:0001`, so that texts compare as addresses do."""
    if family == 4:  # noqa: PLR2004 -- the family
        return ".".join(f"{octet:03}" for octet in number.to_bytes(4))
    digits = f"{number:032x}"
    return ":".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _ports(ports: PortSet, group: int, cluster: str) -> Iterator[PortRow]:
    for each in ranges(ports):
        yield PortRow(
            cluster=cluster, group_id=group, protocol=each.protocol, first_port=each.first, last_port=each.last
        )
    for named in ports.names:
        yield PortRow(
            cluster=cluster,
            group_id=group,
            protocol=named.protocol,
            first_port=named.first,
            last_port=named.last,
            port_name=",".join(named.names) or None,
            not_named=",".join(named.but) or None,
        )


def _causes(end: Admission, group: int, cluster: str, ids: Sequence[str]) -> Iterator[CauseRow]:
    """Yield who is open at an end, as one if all of its pods are, and the rules that let others through."""
    if end.open and not end.closed:
        yield CauseRow(cluster=cluster, group_id=group, direction=end.direction, open=True)
    else:
        for number in numbers(end.open):
            yield CauseRow(cluster=cluster, group_id=group, direction=end.direction, open=True, peer=ids[number])
    for rule in end.rules:
        source = rule.source
        yield CauseRow(
            cluster=cluster,
            group_id=group,
            direction=end.direction,
            open=False,
            policy=rule.policy,
            path=rule.path,
            file=None if source is None else _text(source.file),
            line=None if source is None else source.line,
            text=None if source is None else _text(source.text),
        )


def _finding(diagnostic: Diagnostic, cluster: str) -> FindingRow:
    shown = without_private(diagnostic)
    place = shown.location
    return FindingRow(
        cluster=cluster,
        code=shown.code,
        severity=shown.severity,
        text=_text(shown.message),
        file=_text(shown.file if place is None else place.source.name) or None,
        line=None if place is None else place.line,
    )


def _text(value: object) -> str:
    """Return a text that UTF-8 can hold, as the name of a file need not be."""
    return str(value).encode(errors="backslashreplace").decode()
