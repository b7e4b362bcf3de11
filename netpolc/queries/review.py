"""The review of a change from one cluster to another: connections, denials and assertions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.changes import ConnectionChange
from netpolc.engine.peers import endpoint
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.ir.model import Direction
from netpolc.queries.assertion_changes import dropped
from netpolc.queries.change_reasons import ChangeLine, ChangeReasons
from netpolc.queries.comparison import sides_of
from netpolc.queries.risks import Risks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import Isolation
    from netpolc.queries.change_reasons import ChangeReason

    ReasonedChange = tuple[ConnectionChange, tuple[ChangeReason, ...]]


class Finding(msgspec.Struct, frozen=True):
    """A change with the lines that make it, and the codes of what is risky about it."""

    change: ConnectionChange
    lines: tuple[ChangeLine, ...]
    risks: tuple[str, ...]


class Denial(msgspec.Struct, frozen=True, order=True):
    """Pods that are isolated on one side only: a `namespace`, empty if it has no name, or a part of one."""

    lost: bool
    pods: str
    namespace: str | None
    direction: Direction
    lines: tuple[ChangeLine, ...]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changed, and the workloads of which nothing can be told since only one side has them.

    It is `complete` where it is about every pod that could exist, and not only those that policies name.
    """

    findings: tuple[Finding, ...]
    denials: tuple[Denial, ...]
    dropped: tuple[ChangeLine, ...]
    promised: tuple[ChangeLine, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    complete: bool

    @property
    def widened(self) -> int:
        """The number of pairs of peers that have a connection that they had not."""
        return sum(finding.change.widened for finding in self.findings)

    @property
    def narrowed(self) -> int:
        """The number of pairs of peers that lack a connection that they had."""
        return len(self.findings) - self.widened


def review(old: Cluster, new: Cluster, *, hypothetical: bool = True) -> Review:
    """Compare two clusters."""
    compared = sides_of(old, new, hypothetical=hypothetical).changes()
    sides = compared.sides
    change_reasons = ChangeReasons(old, new, sides)
    found = [(change, change_reasons.of(change)) for change in compared.changes]
    shown = [each for each in found if hypothetical or not _could_exist(each[0])]
    risks = Risks(each for each in shown if each[0].widened)
    return Review(
        findings=tuple(_finding(change, reasons, risks) for change, reasons in shown),
        denials=tuple(_denials(found)),
        dropped=dropped(old.program, new.program, "old"),
        promised=dropped(new.program, old.program, "new"),
        removed=sides.removed,
        added=sides.added,
        complete=compared.complete,
    )


def _could_exist(change: ConnectionChange) -> bool:
    return change.source.pods is not None or change.destination.pods is not None


def _finding(change: ConnectionChange, reasons: tuple[ChangeReason, ...], risks: Risks) -> Finding:
    lines = tuple(sorted({line for reason in reasons for line in reason.lines}))
    return Finding(change, lines, risks.of(change, reasons) if change.widened else ())


def _denials(found: Iterable[ReasonedChange]) -> Iterator[Denial]:
    """Yield what is isolated on the side that denies and not on the other, wherever that changes a connection."""
    lines: dict[tuple[bool, Direction, Isolation], dict[ChangeLine, None]] = {}
    for change, reasons in found:
        for reason in reasons:
            for isolation in _widest(reason.isolations):
                key = change.widened, reason.direction, msgspec.structs.replace(isolation, reason=None)
                lines.setdefault(key, {}).update(dict.fromkeys(reason.lines))
    denials = (
        Denial(lost, endpoint(isolation.subject), _whole(isolation), direction, tuple(sorted(behind)))
        for (lost, direction, isolation), behind in lines.items()
    )
    yield from sorted(denials, key=lambda denial: (not denial.lost, denial.pods, denial.direction))


def _widest(isolations: tuple[Isolation, ...]) -> tuple[Isolation, ...]:
    """Keep only a whole namespace, where it is isolated as one."""
    return tuple(isolation for isolation in isolations if _whole(isolation) is not None)[:1] or isolations


def _whole(isolation: Isolation) -> str | None:
    """Return the namespace that an isolation is all of, if it is."""
    names = names_of(isolation.subject.namespaces)
    return None if isolation.subject.pods.requirements or names is None else (names[0] or UNNAMED)
