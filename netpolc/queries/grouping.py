"""Changes that are the same to a reader, made one: what differs is only who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.queries.change_reasons import ChangeLine
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.queries.review import Finding

    Kind = tuple[bool, tuple[str, ...], PortSet, tuple[ChangeLine, ...]]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Sources of which each reaches each of some destinations where it did not before, or the other way round."""

    widened: bool
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    ports: PortSet
    lines: tuple[ChangeLine, ...]
    risks: tuple[str, ...]


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Group findings of one direction, reason, ports and risks; the riskiest come first, then what is opened."""
    pairs: dict[Kind, dict[str, list[str]]] = {}
    for finding in findings:
        change = finding.change
        kind = change.widened, finding.risks, change.ports, finding.lines
        pairs.setdefault(kind, {}).setdefault(change.source.id, []).append(change.destination.id)
    groups = [group for kind, reached in pairs.items() for group in _groups(kind, reached)]
    return sorted(groups, key=lambda group: (not group.risks, not group.widened, group.risks))


def _groups(kind: Kind, reached: dict[str, list[str]]) -> Iterator[Group]:
    """Group sources that reach the same destinations."""
    widened, risks, ports, lines = kind
    alike: dict[tuple[str, ...], list[str]] = {}
    for source, destinations in reached.items():
        alike.setdefault(tuple(destinations), []).append(source)
    for together, sources in alike.items():
        yield Group(
            widened=widened,
            sources=tuple(sources),
            destinations=together,
            ports=ports,
            lines=lines,
            risks=risks,
        )
