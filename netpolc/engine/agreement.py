"""A quick test that two rule sets are equal: where their tables are the same, they allow the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.index import Index
from netpolc.engine.regions import Namespaces, PodSet, in_namespace, meet, names_of
from netpolc.identity import IdentityCache
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import PortSet, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.model import DirectionRules, Isolation, RuleSet
    from netpolc.engine.regions import Region

    Table = dict[PodSet, dict[Region, PortSet]]


def agree(one: RuleSet, other: RuleSet) -> bool:
    """Tell whether two rule sets isolate the same and have equal tables; if not, they may still mean the same."""
    namespaces = Namespaces(one.namespaces)
    return all(_agree(one.of(direction), other.of(direction), namespaces) for direction in DIRECTIONS)


def _agree(one: DirectionRules, other: DirectionRules, namespaces: Namespaces) -> bool:
    if one.tiers != other.tiers or not covers(one, other) or not covers(other, one):
        return False
    return table(one, namespaces) == table(other, namespaces)


def covers(one: DirectionRules, other: DirectionRules) -> bool:
    """Tell whether each set of pods that the other isolates is held by one that the first does."""
    isolated = IsolatedSets(one.isolations)
    return all(isolated.hold(isolation.subject) for isolation in other.isolations)


class IsolatedSets:
    """The sets of pods that are isolated in a direction."""

    def __init__(self, isolations: Iterable[Isolation]) -> None:
        """Take the subjects of isolations."""
        self.subjects = {isolation.subject for isolation in isolations}
        self._index: Index[PodSet] | None = None

    @property
    def index(self) -> Index[PodSet]:
        """The sets by their pods; made when it is asked for, since most programs isolate whole namespaces."""
        if self._index is None:
            self._index = Index((subject, subject) for subject in self.subjects)
        return self._index

    def hold(self, subject: PodSet) -> bool:
        """Tell whether one of the sets holds all pods of a subject."""
        if subject in self.subjects or PodSet(subject.namespaces, EVERYTHING) in self.subjects:
            return True
        return any(True for _ in self.index.around(subject))


def table(rules: DirectionRules, namespaces: Namespaces) -> Table:
    """Return what is let through to isolated pods: ports, by subject and peer."""
    isolated = IsolatedSets(rules.isolations)
    # By identity, since many allow rules share a subject, and to hash one costs more than all else here.
    cached_rows: IdentityCache[PodSet, list[dict[Region, PortSet]]] = IdentityCache()
    found: dict[PodSet, dict[Region, PortSet]] = {}
    several: IdentityCache[dict[Region, PortSet], dict[Region, list[PortSet]]] = IdentityCache()
    for allow_rule in rules.allow_rules:
        rows = cached_rows.get(allow_rule.subject)
        if rows is None:
            parts: Iterable[PodSet] = (allow_rule.subject,)
            if not _is_within(allow_rule.subject, isolated, namespaces):
                parts = _clip(allow_rule.subject, isolated.index, namespaces)
            rows = cached_rows.add(allow_rule.subject, [found.setdefault(part, {}) for part in parts])
        peer, ports = allow_rule.peer, allow_rule.ports
        for peers in rows:
            first = peers.setdefault(peer, ports)
            if first is not ports:
                several.setdefault(peers, {}).setdefault(peer, [first]).append(ports)
    for peers in found.values():
        for peer, many in (several.get(peers) or {}).items():
            peers[peer] = union(many)
    return {subject: peers for subject, peers in found.items() if peers}


def _is_within(subject: PodSet, isolated: IsolatedSets, namespaces: Namespaces) -> bool:
    """Tell whether a subject is of one known namespace, and one isolated set holds all of it."""
    names = names_of(subject.namespaces)
    if names is None or len(names) > 1 or len(subject.namespaces.requirements) > 1 or names[0] not in namespaces.known:
        return False
    return isolated.hold(subject)


def _clip(subject: PodSet, isolated: Index[PodSet], namespaces: Namespaces) -> Iterable[PodSet]:
    """List the isolated parts of a subject, in known namespaces each by its name alone, none within another."""
    parts: dict[PodSet, None] = {}
    for other in isolated.near(subject):
        both = meet(subject, other)
        if isinstance(both, PodSet) and namespaces.possible(both.namespaces):
            names = names_of(both.namespaces)
            if names is not None and len(names) == 1 and names[0] in namespaces.known:
                both = PodSet(in_namespace(names[0]), both.pods)
            parts[both] = None
    whole = {part.namespaces for part in parts if part.pods == subject.pods}
    return [part for part in parts if part.pods == subject.pods or part.namespaces not in whole]
