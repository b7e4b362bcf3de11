"""NP518 and NP519: rules and flows that let nobody through, because the other end is closed and nothing opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine import words
from netpolc.engine.halves import OTHER_END
from netpolc.engine.peers import endpoint
from netpolc.sets.ports import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.connections.checked_connections import CheckedConnections
    from netpolc.engine.halves import LoneHalf
    from netpolc.engine.model import AllowRule, Isolation, Reason
    from netpolc.ir.model import Direction
    from netpolc.source import Location

SHOWN = 3
PASSES: dict[Direction, str] = {"ingress": "lets nobody in", "egress": "lets nobody out"}
THERE: dict[Direction, str] = {"ingress": "in", "egress": "out"}


def check(checked: CheckedConnections) -> Iterator[Diagnostic]:
    """Yield each rule and each flow of which no connection comes about, whatever pods there are.

    Of two halves that meet on no port, the second is named by the finding about the first.
    """
    named: set[Location] = set()
    for half in checked.halves.lone(checked.written()):
        places = _places(each.reason for each in half.others)
        if half.reason.location not in named and named.isdisjoint(places):
            if half.others and half.reason.location is not None:
                named.update((half.reason.location, *places))
            yield _no_port(half) if half.others else _closed(half)


def _closed(half: LoneHalf) -> Diagnostic:
    other = OTHER_END[half.direction]
    closed = _ends(each.peer for each in half.rules)
    return Diagnostic(
        code="NP518",
        severity="warning",
        message=f"{_lets(half)}: {other} of {closed} is closed, and no rule lets it {THERE[other]}",
        location=half.reason.location,
        labels=_labels(half.closed_by, f"this closes {other} there"),
        help=_advice(half, closed),
    )


def _no_port(half: LoneHalf) -> Diagnostic:
    other = OTHER_END[half.direction]
    mine, theirs = (words.ports(union(each.ports for each in rules)) for rules in (half.rules, half.others))
    return Diagnostic(
        code="NP519",
        severity="warning",
        message=f"{_lets(half)}: it is for `{mine}`, and {other} of {_ends(each.peer for each in half.rules)} "
        f"is let {THERE[other]} on `{theirs}` alone",
        location=half.reason.location,
        labels=_labels(half.others, "the other half"),
        help="write the same port in both, the one on which the pods listen",
    )


def _lets(half: LoneHalf) -> str:
    if half.reason.statement is None:
        return f"this rule {PASSES[half.direction]}"
    return "this flow lets nobody through"


def _advice(half: LoneHalf, closed: str) -> str:
    other = OTHER_END[half.direction]
    if half.reason.statement is not None:
        return "write the whole flow, without `ingress` or `egress`, in the program that opens both namespaces"
    pods = _ends(each.subject for each in half.rules)
    return f"let {closed} {THERE[other]} {'to' if other == 'egress' else 'from'} {pods} by a rule of `{other}`"


def _ends(peers: Iterable[object]) -> str:
    found = list(dict.fromkeys(f"`{endpoint(each)}`" for each in peers))  # type: ignore[arg-type]
    return ", ".join([*found[:SHOWN], *([f"{len(found) - SHOWN} more"] if len(found) > SHOWN else [])])


def _labels(rules: Iterable[AllowRule | Isolation], said: str) -> tuple[Label, ...]:
    return tuple(Label(place, said) for place in list(_places(each.reason for each in rules))[:SHOWN])


def _places(reasons: Iterable[Reason | None]) -> dict[Location, None]:
    places = (None if reason is None else reason.location for reason in reasons)
    return {place: None for place in places if place is not None}
