"""NP518 and NP519: rules and flows that let nobody through, because the other end is closed and nothing opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine import words
from netpolc.engine.peers import endpoint
from netpolc.engine.regions import PodSet
from netpolc.engine.tiered_ends import OTHER_END
from netpolc.sets.ports import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.connections.checked_connections import CheckedConnections
    from netpolc.engine.halves import LoneHalf
    from netpolc.engine.model import AllowRule, Isolation
    from netpolc.engine.regions import Region
    from netpolc.source import Location

SHOWN = 3


def check(checked: CheckedConnections) -> Iterator[Diagnostic]:
    """Yield each rule and each flow of which no connection comes about, whatever pods there are.

    Of two halves that meet on no port, the second is named by the finding about the first. Where a port or a label is
    known to be a mistake, this is why. Where somebody else closes the other end, they may open it as well.
    """
    named: set[tuple[str, int, int]] = set()
    for half in checked.halves.lone(checked.written()) if checked.are_placed else ():
        own, others = half.reason.location, _places(half.others)
        if any(map(checked.is_assumed, half.closed_by)):
            continue
        if own is not None and own.order not in named and not any(map(checked.is_mistaken, (own, *others.values()))):
            named.update(others)
            yield _ports_apart(half) if others else _closed(half, checked)


def _closed(half: LoneHalf, checked: CheckedConnections) -> Diagnostic:
    other = OTHER_END[half.direction]
    closing = _labels(half.closed_by, f"this closes {other} there")
    if not closing:
        opened = (checked.opened_in(each.subject) for each in half.closed_by)
        closing = tuple(
            Label(place, f"{other} is closed here unless a baseline says more") for place in opened if place
        )
    return Diagnostic(
        code="NP518",
        severity="warning",
        message=f"{_lets_nobody(half)}: no rule lets {_connection(half)}",
        location=half.reason.location,
        labels=closing[:SHOWN],
        help=_advice(half),
    )


def _ports_apart(half: LoneHalf) -> Diagnostic:
    theirs = words.ports(union(each.ports for each in half.others))
    return Diagnostic(
        code="NP519",
        severity="warning",
        message=f"{_lets_nobody(half)}: no rule lets {_connection(half)}, but on `{theirs}`",
        location=half.reason.location,
        labels=_labels(half.others, "the other half"),
        help="write the same port in both halves, the one on which the pods listen",
    )


def _lets_nobody(half: LoneHalf) -> str:
    if half.reason.statement is not None:
        return "this flow lets nobody through"
    return f"this rule lets nobody {'in' if half.direction == 'ingress' else 'out'}"


def _connection(half: LoneHalf) -> str:
    """Return what the other end does not let through, in words: `a` out to `b:80`, or in at it."""
    subjects, peers = [each.subject for each in half.rules], [each.peer for each in half.rules]
    ports = union(each.ports for each in half.rules)
    shown = "" if ports.everything else f":{words.ports(ports)}"
    if half.direction == "ingress":
        return f"{_ends(peers)} out to {_ends(subjects, shown)}"
    return f"{_ends(subjects)} in at {_ends(peers, shown)}"


def _advice(half: LoneHalf) -> str:
    if half.reason.statement is not None and half.reason.text.split()[-1] == half.direction:
        return f"write the whole flow, without `{half.direction}`, or its other half, too"
    other = OTHER_END[half.direction]
    return f"add a rule of `{other}` to a policy for {_ends(each.peer for each in half.rules)}"


def _ends(regions: Iterable[Region], ports: str = "") -> str:
    found = list(dict.fromkeys(f"`{endpoint(each)}{ports}`" for each in regions if isinstance(each, PodSet)))
    return ", ".join([*found[:SHOWN], *([f"{len(found) - SHOWN} more"] if len(found) > SHOWN else [])])


def _labels(rules: Iterable[AllowRule | Isolation], said: str) -> tuple[Label, ...]:
    return tuple(Label(place, said) for place in list(_places(rules).values())[:SHOWN])


def _places(rules: Iterable[AllowRule | Isolation]) -> dict[tuple[str, int, int], Location]:
    places = (None if each.reason is None else each.reason.location for each in rules)
    return {place.order: place for place in places if place is not None}
