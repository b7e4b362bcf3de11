"""Facts as a person would order them: by namespace, a baseline first, then what each policy opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.closing import by_direction, closing
from netpolc.adopt.importer.comments import PolicyComments, comments_of_policy, notes_of
from netpolc.adopt.importer.model import ANYTHING, FlowLine, NamespaceSection, Paragraph, SectionBaseline
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.adopt.importer.model import (
        AllowedPeer,
        End,
        Ends,
        Fact,
        Facts,
        FlowHalf,
        Notes,
        PolicyIsolation,
        StatedLabels,
    )
    from netpolc.language.syntax.tree import Direction
    from netpolc.policy.model import Policy
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import PortSet

    Rules = tuple[tuple[int, str, int], ...]
    """Rules with comments of their own: by policy, direction and index."""

    Shape = tuple[FlowHalf, PortSet, Notes, Rules]
    """What flows must share to be one line; what has a comment shares no line with what has another."""

MOST_PAIRS = 2_000
"""How many connections one line stands for at most; far fewer than the language allows, and more than anybody reads."""

LONG = 3
"""How many lines of a comment are said once."""

SHOWN = 6
"""How many policies are named as those that facts come from."""


def sections_of(
    facts: Facts, flows: Sequence[Fact], labels: Mapping[str, StatedLabels]
) -> tuple[NamespaceSection, ...]:
    """Return the sections of all namespaces with isolated pods, the unnamed one first."""
    return _Ordering(facts, flows).sections(labels)


class _Ordering:
    """The facts of each policy, and the policies without flows that others speak for."""

    def __init__(self, facts: Facts, flows: Sequence[Fact]) -> None:
        self.policies = facts.policies
        self.yaml_comments = [*_said_once(facts.policies)]
        self.heard = {_rule(allowed) for allowed in facts.allowed_peers}
        self.flows: dict[int, list[Fact]] = {}
        self.closed: dict[str | None, list[PolicyIsolation]] = {}
        absorbed: dict[int, int] = {}
        for fact in flows:
            self.flows.setdefault(fact.allowed_peers[0].policy, []).append(fact)
            for allowed in fact.allowed_peers[1:]:
                absorbed.setdefault(allowed.policy, fact.allowed_peers[0].policy)
        for each in facts.isolations:
            self.closed.setdefault(each.namespace, []).append(each)
        self.guests: dict[int, list[int]] = {}
        for number, host in absorbed.items():
            if number not in self.flows:
                self.guests.setdefault(host, []).append(number)
        self.silent = set(range(len(facts.policies))) - self.flows.keys() - absorbed.keys()

    def sections(self, labels: Mapping[str, StatedLabels]) -> tuple[NamespaceSection, ...]:
        paragraphs: dict[str | None, list[Paragraph]] = {}
        for number in sorted(self.flows):
            paragraphs.setdefault(self.policies[number].namespace, []).append(self.paragraph(number))
        return tuple(
            NamespaceSection(
                name,
                () if name is None else labels.get(name, ()),
                tuple(self.baselines(self.closed[name])),
                tuple(paragraphs.get(name, ())),
            )
            for name in sorted(self.closed, key=lambda name: (name is not None, name or ""))
        )

    def paragraph(self, number: int) -> Paragraph:
        # A policy with flows of its own is named there.
        guests = self.guests.get(number, [])
        comments = [self.provenance([number, *guests])]
        comments += [text for each in (number, *guests) for text in self.comments(each)]
        return Paragraph(self.policies[number].name, tuple(comments), tuple(self.lines(self.flows[number])))

    def provenance(self, numbers: Sequence[int]) -> str:
        """Return the names of the policies that facts come from, in a few words."""
        own = self.policies[numbers[0]].namespace
        names = [
            policy.name if policy.namespace in (own, None) else f"{policy.namespace}/{policy.name}"
            for policy in (self.policies[number] for number in numbers)
        ]
        shown = names if len(names) <= SHOWN else [*names[: SHOWN - 1], f"{len(names) - SHOWN + 1} more"]
        return f"{'policy' if len(names) == 1 else 'policies'} {', '.join(shown)}"

    def comments(self, number: int) -> list[str]:
        """Return the comments of a policy, and those of its rules that allow nothing."""
        comments = self.yaml_comments[number]
        unheard = [texts for (kind, index), texts in comments.rules.items() if (number, kind, index) not in self.heard]
        return [*comments.policy, *(text for texts in unheard for text in texts)]

    def lines(self, flows: Sequence[Fact]) -> Iterator[FlowLine]:
        by_destination: dict[tuple[End, Shape], list[End]] = {}
        for fact in flows:
            by_destination.setdefault((fact.destination, self.shape(fact)), []).append(fact.source)
        by_sources: dict[tuple[Ends, Shape], list[End]] = {}
        for (destination, shape), found in by_destination.items():
            by_sources.setdefault((tuple(found), shape), []).append(destination)
        written: set[tuple[int, str, int]] = set()
        for (sources, (half, ports, notes, rules)), destinations in by_sources.items():
            new = [rule for rule in rules if rule not in written]
            written.update(new)
            comments = tuple(text for rule in new for text in self.yaml_comments[rule[0]].rules[rule[1:]])
            for some, others in _bounded(_widest(sources), _widest(tuple(destinations))):
                yield FlowLine(some, others, ports, half, comments, notes)
                comments = ()

    def shape(self, fact: Fact) -> Shape:
        numbers = dict.fromkeys(allowed.policy for allowed in fact.allowed_peers)
        notes = notes_of(self.policies[number] for number in numbers)
        rules = dict.fromkeys(map(_rule, fact.allowed_peers))
        commented = tuple(rule for rule in rules if rule[1:] in self.yaml_comments[rule[0]].rules)
        return fact.half, fact.ports, notes, commented

    def baselines(self, closed: Sequence[PolicyIsolation]) -> Iterator[SectionBaseline]:
        """Yield the baselines of a namespace; one on all of its pods makes others of its direction needless.

        What a policy without flows closes stands by itself, below what is said of it, and behind all else.
        """
        found = list(self.parts(by_direction(closed), closed))
        yield from sorted(found, key=lambda baseline: (bool(baseline.selectors), bool(baseline.comments)))

    def parts(
        self, groups: Mapping[Direction, Sequence[LabelSelector]], closed: Sequence[PolicyIsolation]
    ) -> Iterator[SectionBaseline]:
        speakers: dict[LabelSelector, dict[int, None]] = {}
        for each in closed:
            if each.policy in self.silent:
                speakers.setdefault(closing(groups, each.selector), {})[each.policy] = None
        told: set[int] = set()
        for kind, selectors in groups.items():
            parts: dict[tuple[int, ...] | bool, list[LabelSelector]] = {}
            for selector in selectors:
                numbers = tuple(speakers.get(selector, ()))
                says = any(self.comments(number) or notes_of((self.policies[number],)) for number in numbers)
                parts.setdefault(numbers if says else bool(numbers), []).append(selector)
            for some in parts.values():
                behind = dict.fromkeys(number for selector in some for number in speakers.get(selector, ()))
                yield self.baseline(kind, some, [number for number in behind if number not in told])
                told.update(behind)

    def baseline(self, kind: Direction, selectors: Sequence[LabelSelector], numbers: Sequence[int]) -> SectionBaseline:
        comments = [self.provenance(numbers)] if numbers else []
        comments += [text for number in numbers for text in self.comments(number)]
        notes = notes_of(self.policies[number] for number in numbers)
        return SectionBaseline(kind, () if EVERYTHING in selectors else tuple(selectors), tuple(comments), notes)


def _said_once(policies: Iterable[Policy]) -> Iterator[PolicyComments]:
    """Yield the comments of each policy, without long ones that charts repeat and another of its namespace has."""
    said: set[tuple[str | None, tuple[str, ...]]] = set()
    for policy in policies:
        comments = comments_of_policy(policy)
        told = policy.namespace, comments.policy
        yield PolicyComments((), comments.rules) if told in said else comments
        if len(comments.policy) >= LONG:
            said.add(told)


def _rule(allowed: AllowedPeer) -> tuple[int, str, int]:
    return allowed.policy, allowed.direction, allowed.rule


def _widest(ends: Ends) -> Ends:
    """Leave out what `any` holds, where that is among some ends."""
    return (ANYTHING,) if ANYTHING in ends else ends


def _bounded(sources: Ends, destinations: Ends) -> Iterator[tuple[Ends, Ends]]:
    """Yield sources and destinations in sets that are small enough for one line."""
    width = min(len(destinations), MOST_PAIRS)
    height = max(1, MOST_PAIRS // width)
    for left in range(0, len(sources), height):
        for right in range(0, len(destinations), width):
            yield sources[left : left + height], destinations[right : right + width]
