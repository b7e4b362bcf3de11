"""Sets of pods that stand together for every pod that could exist.

A connection passes when a rule of its source, or that nothing isolates it, lets it out, and the same at its destination
lets it in. So it is one of a box: sources that are subjects of the one rule and peers of the other, and destinations
likewise. The sets of pods at either end of these boxes are a cover: each connection of any pod is one of a set that
holds that pod, and what a set may do, each of its pods may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.engine.regions import EVERY_POD, IDENTITY, PodSet, in_any_of, names_of
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets import labels
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.model import Decision, DirectionRules, Isolation, RuleSet
    from netpolc.engine.regions import Namespaces
    from netpolc.ir.model import Direction

MOST_PARTS = 128
"""The parts of one namespace's pods beyond which those that nothing isolates are not told in full."""
MOST_MEETINGS = 20_000
"""The pairs of sets beyond which it is not looked what two of them have in common, unless that many rules are there."""


MOST_PIECES = 512
"""The parts of one set, as tiers tell its pods apart, beyond which these are not told in full."""


class Cover(NamedTuple):
    """Sets of pods as sources and as destinations, and those that nothing isolates in each direction.

    It is `complete` unless rules tell pods apart in more ways than anybody would read; what it says is true even then.
    """

    sources: frozenset[PodSet]
    destinations: frozenset[PodSet]
    open_pods: dict[Direction, tuple[PodSet, ...]]
    complete: bool


def cover(ruleset: RuleSet, namespaces: Namespaces) -> Cover:
    """Find the sets of pods that rules tell apart."""
    found, complete = {}, True
    around: dict[Direction, tuple[PodSet, ...]] = {}
    for direction in DIRECTIONS:
        rules = ruleset.of(direction)
        opened = _Unisolated(rules.isolations, namespaces)
        found[direction] = opened.parts
        complete = complete and opened.complete
        around[direction] = opened.parts
        if rules.behind and rules.exempt:
            judged = _Unisolated((*rules.isolations, *rules.exempt), namespaces)
            around[direction] += (*judged.parts, *_within(opened.parts, rules.exempt))
            complete = complete and judged.complete
        if rules.behind:
            # Where tiers judge what nothing isolates, rules are true only of what is isolated as a whole.
            isolated = {each.subject for each in rules.isolations}
            partly = dict.fromkeys(each.subject for each in rules.allow_rules if each.subject not in isolated)
            around[direction] += (*_within(partly, rules.isolations),)
    sources, whole = _meetings(ruleset.egress, ruleset.ingress, around["egress"], namespaces)
    destinations, entire = _meetings(ruleset.ingress, ruleset.egress, around["ingress"], namespaces)
    if ruleset.is_tiered:
        sources, destinations = (
            frozenset(_by_name(each, namespaces) for each in sets) for sets in (sources, destinations)
        )
        sources, all_sources = _Pieces(ruleset.egress, ruleset.ingress, namespaces).of(sources)
        destinations, all_destinations = _Pieces(ruleset.ingress, ruleset.egress, namespaces).of(destinations)
        complete = complete and all_sources and all_destinations
    return Cover(sources, destinations, found, complete and whole and entire)


def _by_name(pods: PodSet, namespaces: Namespaces) -> PodSet:
    """Return the same set, which asks for nothing but names where it lists namespaces that are known."""
    names = names_of(pods.namespaces)
    if names is None or len(pods.namespaces.requirements) == 1 or not namespaces.known.keys() >= {*names}:
        return pods
    return PodSet(in_any_of(namespaces.selected(pods.namespaces)).namespaces, pods.pods)


def _within(sets: Iterable[PodSet], isolations: Iterable[Isolation]) -> Iterator[PodSet]:
    """Yield what sets have in common with the subjects of isolations."""
    index = Index((each.subject, each.subject) for each in isolations)
    for pods in sets:
        for subject in index.near(pods):
            both = regions.meet(pods, subject)
            if isinstance(both, PodSet):
                yield both


def opened(ruleset: RuleSet, namespaces: Namespaces) -> dict[Direction, tuple[PodSet, ...]]:
    """Find the pods that nothing isolates in each direction."""
    return {direction: _Unisolated(ruleset.of(direction).isolations, namespaces).parts for direction in DIRECTIONS}


def _meetings(
    own: DirectionRules, others: DirectionRules, opened: Iterable[PodSet], namespaces: Namespaces
) -> tuple[frozenset[PodSet], bool]:
    """Return what subjects of rules have in common with peers of others, and whether that is all."""
    subjects = {each.subject: None for each in own.allow_rules} | dict.fromkeys(opened)
    subjects |= {each.subject: None for each in _allowing(own)}
    peers = {each.peer: None for each in others.allow_rules if isinstance(each.peer, PodSet)}
    peers |= {each.peer: None for each in _allowing(others) if isinstance(each.peer, PodSet)}
    index = Index((pods, pods) for pods in subjects)
    shared = _Shared(namespaces)
    found = {pods for pods in subjects if shared.place(pods.namespaces, pods.namespaces) is not None}
    left = max(MOST_MEETINGS, 8 * len(subjects), 8 * len(peers))
    for peer in peers:
        if peer == EVERY_POD:
            continue
        for subject in index.near(peer):
            left -= 1
            if left < 0:
                return frozenset(found), False
            place = None if subject is peer else shared.place(subject.namespaces, peer.namespaces)
            pods = None if place is None else labels.intersect(subject.pods, peer.pods)
            if place is not None and pods is not None:
                found.add(PodSet(place, pods))
    return frozenset(found), True


class _Shared:
    """The namespaces that two selectors have in common; many sets are in few namespaces."""

    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._found: dict[tuple[LabelSelector, LabelSelector], LabelSelector | None] = {}

    def place(self, one: LabelSelector, other: LabelSelector) -> LabelSelector | None:
        """Return what two selectors have in common; None where no namespace could be that."""
        key = one, other
        try:
            return self._found[key]
        except KeyError:
            both = labels.intersect(one, other)
            self._found[key] = both if both is not None and self._namespaces.possible(both) else None
        return self._found[key]


def _allowing(rules: DirectionRules) -> Iterator[Decision]:
    """Yield the decisions that let through, whatever is isolated; those behind are about what nothing isolates."""
    return (each for tier in rules.before for each in tier.decisions if each.action == "allow")


class _Pieces:
    """The pods of sets as the decisions of tiers tell them apart: each set, and what it has of each of these or not."""

    def __init__(self, own: DirectionRules, others: DirectionRules, namespaces: Namespaces) -> None:
        """Take the tiers that are for the sets, and those at the other ends of their connections."""
        self._namespaces = namespaces
        told = [each.subject for each in own.decisions]
        told += [each.peer for each in others.decisions if isinstance(each.peer, PodSet)]
        self._told = Index((each, each) for each in dict.fromkeys(told))
        self._near: dict[LabelSelector, list[PodSet]] = {}

    def of(self, sets: Iterable[PodSet]) -> tuple[frozenset[PodSet], bool]:
        """Return sets with their pieces, and whether these are all."""
        found: dict[PodSet, None] = {}
        complete = True
        for pods in sets:
            pieces = self._pieces(pods)
            found[pods] = None
            found |= dict.fromkeys(pieces or ())
            complete = complete and pieces is not None
        return frozenset(found), complete

    def _pieces(self, pods: PodSet) -> list[PodSet] | None:
        """Return the pieces of a set; None where they are too many."""
        pieces = [pods]
        for told in self._telling(pods.namespaces):
            cut: list[PodSet] = []
            for piece in pieces:
                both = regions.meet(piece, told)
                if both in (None, piece):
                    cut.append(piece)
                else:
                    parts = (both, *regions.subtract(piece, told))
                    cut += (
                        part
                        for part in parts
                        if isinstance(part, PodSet) and self._namespaces.possible(part.namespaces)
                    )
            pieces = cut
            if len(pieces) > MOST_PIECES:
                return None
        return pieces

    def _telling(self, asked: LabelSelector) -> list[PodSet]:
        """Return the sets that may tell pods of some namespaces apart."""
        found = self._near.get(asked)
        if found is None:
            near = dict.fromkeys(self._told.near(PodSet(asked, EVERYTHING)))
            found = self._near[asked] = list(filter(None, (self._in(asked, each) for each in near)))
        return found

    def _in(self, asked: LabelSelector, pods: PodSet) -> PodSet | None:
        """Return what a set holds in some namespaces, unless that is nothing, or all."""
        both = labels.intersect(pods.namespaces, asked)
        if both is None or not self._namespaces.possible(both):
            return None
        names = names_of(asked)
        if names is not None and len(asked.requirements) == 1 and self._namespaces.known.keys() >= {*names}:
            # Namespaces that are known are told apart by their names.
            both = in_any_of(self._namespaces.selected(both)).namespaces
            return PodSet(both, pods.pods) if both != asked or pods.pods.requirements else None
        if not self._namespaces.are_all(asked, pods.namespaces):
            return pods
        return PodSet(asked, pods.pods) if pods.pods.requirements else None


class _Unisolated:
    """The pods that nothing isolates, as sets that have nothing in common."""

    def __init__(self, isolations: Iterable[Isolation], namespaces: Namespaces) -> None:
        self.complete = True
        named: dict[str, dict[LabelSelector, None]] = {}
        wide: dict[PodSet, None] = {}
        for isolation in isolations:
            subject = isolation.subject
            names = names_of(subject.namespaces)
            if names is not None and len(subject.namespaces.requirements) == 1:
                for name in names:
                    named.setdefault(name, {})[subject.pods] = None
            else:
                wide[subject] = None
        parts = [*self._within(named)]
        for subject in wide:
            cut = [each for part in parts for each in regions.subtract(part, subject) if isinstance(each, PodSet)]
            cut = [each for each in cut if namespaces.possible(each.namespaces)]
            if len(cut) > max(MOST_PARTS, len(parts)):
                self.complete = False
                cut = [part for part in parts if regions.meet(part, subject) is None]
            parts = cut
        self.parts = tuple(parts)

    def _within(self, named: dict[str, dict[LabelSelector, None]]) -> Iterator[PodSet]:
        """Yield the pods of all namespaces but for those that are isolated in each; alike namespaces together."""
        names = tuple(sorted(named))
        elsewhere = (LabelRequirement(IDENTITY, "NotIn", names),) if names else ()
        yield PodSet(LabelSelector(elsewhere), EVERYTHING)
        alike: dict[LabelSelector, list[str]] = {}
        for name in names:
            for rest in self._rest(tuple(named[name])):
                alike.setdefault(rest, []).append(name)
        for rest, several in alike.items():
            yield PodSet(LabelSelector((LabelRequirement(IDENTITY, "In", tuple(several)),)), rest)

    def _rest(self, selectors: tuple[LabelSelector, ...]) -> list[LabelSelector]:
        """Return selectors of the pods that some others do not select."""
        if EVERYTHING in selectors:
            return []
        simple = [each.requirements[0] for each in selectors if len(each.requirements) == 1]
        base = selector_of(map(labels.negated, simple))
        parts = [] if base is None else [base]
        for selector in selectors:
            if len(selector.requirements) == 1:
                continue
            cut = [each for part in parts for each in labels.subtract(part, selector)]
            if len(cut) > max(MOST_PARTS, len(parts)):
                self.complete = False
                cut = [
                    each for part in parts for each in labels.subtract(part, LabelSelector(selector.requirements[:1]))
                ]
            parts = cut
        return parts
