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
    from netpolc.engine.model import AllowRule, Isolation
    from netpolc.ir.model import Direction
    from netpolc.source import Location

SHOWN = 3
PASSES: dict[Direction, str] = {"ingress": "in from", "egress": "out to"}


def check(checked: CheckedConnections) -> Iterator[Diagnostic]:
    """Yield each rule and each flow of which no connection comes about, whatever pods there are.

    Of two halves that meet on no port, the second is named by the finding about the first.
    """
    named: set[Location] = set()
    for half in checked.halves.lone(checked.written()):
        if half.reason.location not in named:
            named.update(_places(half.others))
            yield _ports_apart(half) if half.others else _closed(half)


def _closed(half: LoneHalf) -> Diagnostic:
    other = OTHER_END[half.direction]
    closed, pods = _ends(each.peer for each in half.rules), _ends(each.subject for each in half.rules)
    return Diagnostic(
        code="NP518",
        severity="warning",
        message=f"{_lets(half)}: {other} of {closed} is closed, and no rule lets it {PASSES[other]} {pods}{_on(half)}",
        location=half.reason.location,
        labels=_labels(half.closed_by, f"this closes {other} there"),
        help=_advice(half, f"let {closed} {PASSES[other]} {pods} by a rule of `{other}`"),
    )


def _ports_apart(half: LoneHalf) -> Diagnostic:
    other = OTHER_END[half.direction]
    mine, theirs = (words.ports(union(each.ports for each in rules)) for rules in (half.rules, half.others))
    closed = _ends(each.peer for each in half.rules)
    return Diagnostic(
        code="NP519",
        severity="warning",
        message=f"{_lets(half)}: it is for port `{mine}`, and what lets {closed} {PASSES[other]} there is for `{theirs}`",
        location=half.reason.location,
        labels=_labels(half.others, "the other half"),
        help="write the same port in both halves, the one on which the pods listen",
    )


def _on(half: LoneHalf) -> str:
    ports = union(each.ports for each in half.rules)
    return "" if ports.everything else f" on `{words.ports(ports)}`"


def _lets(half: LoneHalf) -> str:
    if half.reason.statement is None:
        return f"this rule lets nobody {PASSES[half.direction].split()[0]}"
    return "this flow lets nobody through"


def _advice(half: LoneHalf, rule: str) -> str:
    """Return the way out: a flow that says one half alone is written whole, unless that is what somebody else does."""
    if half.reason.statement is None or half.whole:
        return rule
    return f"write the whole flow, without `{half.direction}`, or the other half"


def _ends(peers: Iterable[object]) -> str:
    found = list(dict.fromkeys(f"`{endpoint(each)}`" for each in peers))  # type: ignore[arg-type]
    return ", ".join([*found[:SHOWN], *([f"{len(found) - SHOWN} more"] if len(found) > SHOWN else [])])


def _labels(rules: Iterable[AllowRule | Isolation], said: str) -> tuple[Label, ...]:
    return tuple(Label(place, said) for place in list(_places(rules))[:SHOWN])


def _places(rules: Iterable[AllowRule | Isolation]) -> dict[Location, None]:
    places = (None if each.reason is None else each.reason.location for each in rules)
    return {place: None for place in places if place is not None}
