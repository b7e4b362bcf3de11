"""What there is to review where one cluster becomes another: connections, denials and assertions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.changes import ConnectionChange
from netpolc.engine.peers import endpoint
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.ir.model import Direction
from netpolc.queries.assertion_changes import dropped
from netpolc.queries.causes import Causes, Line
from netpolc.queries.comparison import sides_of
from netpolc.queries.risks import Risks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import Isolation
    from netpolc.queries.causes import Blame

    Blamed = tuple[ConnectionChange, tuple[Blame, ...]]


class Finding(msgspec.Struct, frozen=True):
    """A change with the lines that make it, and the codes of what is risky about it."""

    change: ConnectionChange
    lines: tuple[Line, ...]
    risks: tuple[str, ...]


class Denial(msgspec.Struct, frozen=True, order=True):
    """Pods that are closed on one side only: a `namespace`, empty if it has no name, or a part of one."""

    lost: bool
    pods: str
    namespace: str | None
    direction: Direction
    lines: tuple[Line, ...]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changed, and the workloads of which nothing can be said since only one side has them.

    It is `complete` where it is about every pod that could exist, and not only those that policies name.
    """

    findings: tuple[Finding, ...]
    denials: tuple[Denial, ...]
    dropped: tuple[Line, ...]
    promised: tuple[Line, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    complete: bool

    @property
    def widened(self) -> int:
        """How many pairs of peers have a connection that they had not."""
        return sum(finding.change.widened for finding in self.findings)

    @property
    def narrowed(self) -> int:
        """How many pairs of peers lack a connection that they had."""
        return len(self.findings) - self.widened


def review(old: Cluster, new: Cluster, *, hypothetical: bool = True) -> Review:
    """Compare two clusters."""
    told = sides_of(old, new, hypothetical=hypothetical).changes()
    sides = told.sides
    reasons = Causes(old, new, sides)
    found = [(change, reasons.of(change)) for change in told.changes]
    shown = [each for each in found if hypothetical or not _could_exist(each[0])]
    risks = Risks(each for each in shown if each[0].widened)
    return Review(
        findings=tuple(_finding(change, blames, risks) for change, blames in shown),
        denials=tuple(_denials(found)),
        dropped=dropped(old.program, new.program, "old"),
        promised=dropped(new.program, old.program, "new"),
        removed=sides.removed,
        added=sides.added,
        complete=told.complete,
    )


def _could_exist(change: ConnectionChange) -> bool:
    return change.source.pods is not None or change.destination.pods is not None


def _finding(change: ConnectionChange, blames: tuple[Blame, ...], risks: Risks) -> Finding:
    lines = tuple(sorted({line for blame in blames for line in blame.lines}))
    return Finding(change, lines, risks.of(change, blames) if change.widened else ())


def _denials(found: Iterable[Blamed]) -> Iterator[Denial]:
    """What is closed on the side that denies and not on the other, wherever that changes a connection."""
    lines: dict[tuple[bool, Direction, Isolation], dict[Line, None]] = {}
    for change, blames in found:
        for blame in blames:
            for isolation in _widest(blame.isolations):
                key = change.widened, blame.direction, msgspec.structs.replace(isolation, reason=None)
                lines.setdefault(key, {}).update(dict.fromkeys(blame.lines))
    denials = (
        Denial(lost, endpoint(isolation.subject), _whole(isolation), direction, tuple(sorted(behind)))
        for (lost, direction, isolation), behind in lines.items()
    )
    yield from sorted(denials, key=lambda denial: (not denial.lost, denial.pods, denial.direction))


def _widest(isolations: tuple[Isolation, ...]) -> tuple[Isolation, ...]:
    """A whole namespace, where it is closed as one."""
    return tuple(isolation for isolation in isolations if _whole(isolation) is not None)[:1] or isolations


def _whole(isolation: Isolation) -> str | None:
    """The namespace that a closure is all of."""
    names = names_of(isolation.subject.namespaces)
    return None if isolation.subject.pods.requirements or names is None else (names[0] or UNNAMED)
