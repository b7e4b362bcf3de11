"""The review of a change from one cluster to another: connections, denials, assertions and workloads."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.bits import bits_of
from netpolc.engine.changes import Changes, ConnectionChange, changes
from netpolc.engine.peers import Peer, endpoint, is_whole, peer_of
from netpolc.engine.regions import UNNAMED, Namespaces, PodSet, names_of
from netpolc.engine.verdicts import Address
from netpolc.engine.words import blocks
from netpolc.ir.model import Direction
from netpolc.queries.assertion_changes import dropped
from netpolc.queries.change_reasons import ChangeLine, ChangeReasons
from netpolc.queries.comparison import sides_of
from netpolc.queries.grouping import ChangedGroup, ReasonedGroup, Reasoning, joined
from netpolc.queries.lone_workloads import LoneWorkload, lone_workloads
from netpolc.queries.risks import ASSERTION, DENIAL, Risks
from netpolc.sets.named_ports import written
from netpolc.sets.ports import ports_of, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.comparison import BoxDifference
    from netpolc.engine.model import Isolation
    from netpolc.engine.regions import Region
    from netpolc.engine.relation import RelatedPeers
    from netpolc.queries.change_reasons import ChangeReason
    from netpolc.sets.addresses import AddressSet


class Finding(msgspec.Struct, frozen=True):
    """A change with the lines that make it, and the codes of what is risky about it."""

    change: ChangedGroup
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
    """Everything that changed.

    `removed` and `added` are the workloads that only one side has. Whether anything is `opened` or `closed` is judged
    for every pod that could exist, even where less is shown. It is `complete` where nothing was left out for want of
    time. `peers` are the workloads and addresses of both sides, and the pods that could exist of which anything is
    said; `nets` are addresses that have names. Risks are marked but for those that are `unmarked`.
    """

    findings: tuple[Finding, ...]
    denials: tuple[Denial, ...]
    dropped: tuple[ChangeLine, ...]
    promised: tuple[ChangeLine, ...]
    removed: tuple[LoneWorkload, ...]
    added: tuple[LoneWorkload, ...]
    opened: bool
    closed: bool
    complete: bool
    peers: tuple[Peer, ...] = ()
    nets: dict[str, AddressSet] = {}
    unmarked: frozenset[str] = frozenset()

    @property
    def marked(self) -> frozenset[str]:
        """The codes of the risks that are marked anywhere."""
        denials = self.marks(DENIAL) if any(each.lost for each in self.denials) else ()
        assertions = self.marks(ASSERTION) if self.dropped else ()
        return frozenset((*denials, *assertions, *(code for each in self.findings for code in each.risks)))

    def marks(self, *codes: str) -> tuple[str, ...]:
        """Return those of some codes that are marked."""
        return tuple(code for code in codes if code not in self.unmarked)

    def without_marks(self, codes: Iterable[str]) -> Review:
        """Return the review with some risks not marked; what is risky no longer is not shown first."""
        unmarked = msgspec.structs.replace(self, unmarked=frozenset(codes))
        findings = [msgspec.structs.replace(each, risks=unmarked.marks(*each.risks)) for each in self.findings]
        return msgspec.structs.replace(unmarked, findings=_riskiest_first(findings))

    @property
    def widened(self) -> int:
        """The number of changes that open connections."""
        return sum(finding.change.widened for finding in self.findings)

    @property
    def narrowed(self) -> int:
        """The number of changes that close connections."""
        return len(self.findings) - self.widened


def review(old: Cluster, new: Cluster, *, hypothetical: bool = True) -> Review:
    """Compare two clusters; without what is hypothetical, only changes between peers that there are are shown."""
    sides = sides_of(old, new)
    compared = changes(sides.old, sides.new)
    reasoning = Reasoning(ChangeReasons(old, new, sides))
    namespaces = Namespaces(new.ruleset.namespaces)
    found = joined(_reasoned(compared, reasoning, namespaces, hypothetical=hypothetical))
    lost = [_example(each, namespaces) for each in compared.isolations]
    risks = Risks(each for each in found if each.group.widened)
    findings = [Finding(each.group, each.lines, risks.of(each) if each.group.widened else ()) for each in found]
    added = lone_workloads(sides.added, sides.new, sides.removed)
    removed = lone_workloads(sides.removed, sides.old, sides.added)
    partial = {each.allowed_by for each in compared.partial}
    return Review(
        findings=_riskiest_first(findings),
        denials=tuple(_denials((each, reasoning.example(each)) for each in lost)),
        dropped=dropped(old.program, new.program, "old"),
        promised=dropped(new.program, old.program, "new"),
        removed=removed,
        added=added,
        opened=bool(compared.widened.rows or compared.partly[0].rows)
        or "other" in partial
        or any(each.open for each in added),
        closed=bool(compared.narrowed.rows or compared.partly[1].rows) or "one" in partial,
        complete=compared.complete and all(map(is_whole, sides.new.peers)),
        peers=_peers(sides.new.peers, findings, (*added, *removed)),
        nets={**old.nets(), **new.nets()},
    )


def _riskiest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: (not each.risks, not each.change.widened, each.risks)))


def _peers(real: tuple[Peer, ...], findings: Iterable[Finding], lone: Iterable[LoneWorkload]) -> tuple[Peer, ...]:
    """Return the peers that there are, and those that changes and workloads of one side are about, by id."""
    groups = (group for workload in lone for group in (*workload.reaches, *workload.reached))
    about = [(finding.change.sources, finding.change.destinations) for finding in findings]
    about += [(group.sources, group.destinations) for group in groups]
    found = {peer.id: peer for peer in real}
    for ends in about:
        for peer in itertools.chain(*ends):
            found.setdefault(peer.id, peer)
    return tuple(found[name] for name in sorted(found))


def _reasoned(
    compared: Changes, reasoning: Reasoning, namespaces: Namespaces, *, hypothetical: bool
) -> Iterator[ReasonedGroup]:
    for widened, relation in ((True, compared.widened), (False, compared.narrowed)):
        for group in (relation if hypothetical else _of_real(relation)).groups():
            yield from reasoning.of(group, widened=widened)
    for widened, relation in zip((True, False), compared.partly if hypothetical else (), strict=False):
        for group in relation.groups():
            yield from reasoning.of(group, widened=widened, partial=True)
    for together in _by_ends(compared.partial if hypothetical else ()):
        each, whole = together[0], together[0].whole or together[0].box
        partial = ChangedGroup(
            widened=each.allowed_by == "other",
            sources=(_peer(whole.source, namespaces),),
            destinations=(_peer(whole.destination, namespaces),),
            ports=union([ports_of([written((one.whole or one.box).ports)]) for one in together]),
            partial=True,
        )
        found = (reason for one in together for reason in reasoning.example(_example(one, namespaces)))
        yield ReasonedGroup(partial, tuple(dict.fromkeys(found)))


def _by_ends(partial: Iterable[BoxDifference]) -> Iterable[list[BoxDifference]]:
    """Return differences that are told as a whole, those together that differ in nothing but ports."""
    found: dict[tuple[Region, Region, str], list[BoxDifference]] = {}
    for each in partial:
        whole = each.whole or each.box
        found.setdefault((whole.source, whole.destination, each.allowed_by), []).append(each)
    return found.values()


def _of_real(relation: RelatedPeers) -> RelatedPeers:
    """Return the part of a relation that is between workloads and addresses."""
    real = bits_of(number for number, peer in enumerate(relation.peers) if peer.pods is None)
    return relation.between(real, real)


def _example(found: BoxDifference, namespaces: Namespaces) -> ConnectionChange:
    """Return the change of pods that stand for those of a box."""
    return ConnectionChange(
        widened=found.allowed_by == "other",
        source=_peer(found.box.source, namespaces),
        destination=_peer(found.box.destination, namespaces),
        ports=ports_of([written(found.box.ports)]),
    )


def _peer(region: Region, namespaces: Namespaces) -> Peer:
    if isinstance(region, PodSet):
        return peer_of(region, namespaces)
    return Peer(id=", ".join(blocks(region)), end=Address(region))


def _denials(found: Iterable[tuple[ConnectionChange, tuple[ChangeReason, ...]]]) -> Iterator[Denial]:
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
