"""Tiers as rows of bits: what they let through, and what they take away from what comes behind them.

To an end, each decision about it is some destinations on some ports. From the last decision of a tier to the first,
`allow` adds them to what is let through, `deny` to what is taken away, and `next` leaves them to what comes behind. So
a tier is two rows: what passes is the first, and what comes out behind the tier without the second. Ends that the same
decisions are about share them.

What is let through to a set of pods holds for each of them, and what is taken away, for any. Of an address that is not
known it is the other way round, since nothing that may be allowed is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.bits import bits_of, joined, numbers
from netpolc.engine.regions import PodSet
from netpolc.engine.row_algebra import add, lacking, within
from netpolc.engine.verdicts import is_surely_of
from netpolc.sets.addresses import AddressSet
from netpolc.sets.ports import EVERY_PORT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

    from netpolc.engine.members import Members
    from netpolc.engine.model import Decision, DirectionRules, Tier
    from netpolc.engine.regions import Region
    from netpolc.engine.row_algebra import Row
    from netpolc.engine.verdicts import Address, Pod
    from netpolc.sets.ports import PortSet

    About = tuple[tuple[int, bool, bool], ...]
    """What sets of sources an end is in, by number, each with whether decisions give to the end, and take from it."""
    Numbered = Callable[[PortSet], Iterable[tuple[PortSet, int]]]
    """What resolves names of ports: to ports, each with the destinations that have them."""


class Holding:
    """The members that regions hold: for decisions that give, and for those that take away."""

    def __init__(self, ends: Sequence[Pod | Address | PodSet], whole: Members, near: Members, *, of_any: bool) -> None:
        """Take members by number; `whole` sets are in a region with all of their pods, those that are `near` with any.

        Rows that hold `of_any` pods of a set are given what any of them is, and only what all of them lack is taken.
        """
        self._ends = ends
        self.of_any = of_any
        self.sets = whole.sets
        giving, self._taking = (near, whole) if of_any else (whole, near)
        self.given = giving.bits
        self._taken: dict[Region, int] = {}

    def taken(self, region: Region) -> int:
        """Return the members that are in a region whatever is not known of them."""
        found = self._taken.get(region)
        if found is None:
            found = self._taking.bits(region)
            if isinstance(region, AddressSet):
                found = bits_of(number for number in numbers(found) if self._is_surely_of(number, region))
            self._taken[region] = found
        return found

    def _is_surely_of(self, number: int, region: AddressSet) -> bool:
        end = self._ends[number]
        return not isinstance(end, PodSet) and is_surely_of(end, region)


class TierRows:
    """Tiers of one direction, in order, by the sources of connections."""

    def __init__(
        self,
        tiers: Iterable[Tier],
        ends: Callable[[Decision], tuple[Region, Region]],
        holding: Holding,
        numbered: Numbered,
    ) -> None:
        """Take what the source and the destination of a decision are, whom these hold, and what its ports are."""
        self._tiers = [_TierRow(tier.decisions, ends, holding, numbered) for tier in tiers]

    def about(self, end: int) -> tuple[int | None, ...]:
        """Return what is the same for ends that the same decisions are about."""
        return tuple(tier.about.get(end) for tier in self._tiers)

    def over(self, end: int, behind: Row) -> Row:
        """Return what passes all tiers, where a row is what comes out behind them."""
        for tier in reversed(self._tiers):
            about = tier.about.get(end)
            if about is not None:
                behind = tier.effect(about).over(behind)
        return behind


class TieredDirection:
    """One end of connections: what passes there, by its rules and all of its tiers."""

    def __init__(
        self,
        rules: DirectionRules,
        ends: Callable[[Decision], tuple[Region, Region]],
        holding: Holding,
        numbered: Numbered,
        opened: int,
    ) -> None:
        """Take what nothing isolates, as bits of the ends; all else is as for its tiers."""
        self._numbered = numbered
        self._before = TierRows(rules.before, ends, holding, numbered)
        self._behind = TierRows(rules.behind, ends, holding, numbered)
        exempt = joined(holding.given(each.subject) for each in rules.exempt)
        self._judged = opened & ~exempt if rules.behind else 0
        self._free = opened & ~self._judged
        # Of a set of pods some of which are isolated, rules are true only where nothing is behind them.
        unsure = 0 if holding.of_any or not rules.behind else holding.sets
        self._closed = ~opened & ~unsure | joined(holding.given(each.subject) for each in rules.isolations)

    def about(self, end: int) -> Hashable:
        """Return what tiers tell of an end as a source."""
        return self._before.about(end), self._behind.about(end)

    def place(self, end: int) -> Hashable:
        """Return what tells a source of this end from others that are as open, and of which tiers tell the same."""
        return self._free >> end & 1, self._closed >> end & 1

    def out(self, end: int, rules: Row, every: int) -> Row:
        """Return what a source is let out to, where a row is what its rules let it out to."""
        row = self._resolved(rules) if self._closed >> end & 1 else {}
        if self._free >> end & 1:
            row = {EVERY_PORT: every}
        elif self._judged >> end & 1:
            _join(row, self._behind.over(end, {EVERY_PORT: every}))
        return self._before.over(end, row)

    def into(self, end: int, rules: Row) -> Row:
        """Return what admits a source, where a row is what has rules that do."""
        row = self._resolved(within(rules, self._closed))
        # Who is open admits everybody.
        row[EVERY_PORT] = row.get(EVERY_PORT, 0) | self._free
        if self._judged:
            _join(row, within(self._behind.over(end, {EVERY_PORT: self._judged}), self._judged))
        return self._before.over(end, row)

    def _resolved(self, row: Row) -> Row:
        """Return a row with numbers in the place of names; destinations may stand under several sets of ports."""
        found: Row = {}
        for ports, bits in row.items():
            for each, having in self._numbered(ports):
                found[each] = found.get(each, 0) | bits & having
        return found


class _Effect(NamedTuple):
    """The destinations that a tier lets an end through to, and those that it denies."""

    lets_through: Row
    denies: Row

    def over(self, behind: Row) -> Row:
        row = lacking(behind, self.denies)
        for ports, bits in self.lets_through.items():
            add(row, ports, bits)
        return row


class _TierRow:
    """One tier."""

    def __init__(
        self,
        decisions: Sequence[Decision],
        ends: Callable[[Decision], tuple[Region, Region]],
        holding: Holding,
        numbered: Numbered,
    ) -> None:
        self._decided: list[tuple[Decision, Row, Row]] = []
        together: dict[tuple[int, int], list[int]] = {}
        for number, decision in enumerate(decisions):
            source, destination = ends(decision)
            together.setdefault((holding.given(source), holding.taken(source)), []).append(number)
            ports = list(numbered(decision.ports))
            self._decided.append(
                (decision, _row(ports, holding.given(destination)), _row(ports, holding.taken(destination)))
            )
        self._of_source = list(together.values())
        alike = _alike(together)
        self.about = {end: number for number, (bits, _) in enumerate(alike) for end in numbers(bits)}
        self._abouts = [about for _, about in alike]
        self._effects: dict[int, _Effect] = {}

    def effect(self, about: int) -> _Effect:
        """Return what the tier does to ends that the same of its decisions are about, by their number."""
        found = self._effects.get(about)
        if found is None:
            found = self._effects[about] = self._effect(self._abouts[about])
        return found

    def _effect(self, about: About) -> _Effect:
        through: Row = {}
        denied: Row = {}
        held = ((each, gives, takes) for at, gives, takes in about for each in self._of_source[at])
        for number, gives, takes in sorted(held, reverse=True):
            decision, given, taken = self._decided[number]
            if decision.action == "allow" and gives:
                denied = lacking(denied, given)
                _join(through, given)
            elif decision.action == "deny" and takes:
                through = lacking(through, taken)
                _join(denied, taken)
            elif decision.action == "next":
                through = lacking(through, taken) if takes else through
                denied = lacking(denied, given) if gives else denied
        return _Effect(through, denied)


def _alike(sources: Collection[tuple[int, int]]) -> list[tuple[int, About]]:
    """Return the ends that the same sources hold, as bits, and which these are.

    Sources hold some ends whatever is not known of these, and some perhaps; there are far fewer of them than ends.
    """
    found: list[tuple[int, About]] = [(joined(given | taken for given, taken in sources), ())]
    for number, (given, taken) in enumerate(sources):
        cut: list[tuple[int, About]] = []
        for bits, about in found:
            inside = bits & (given | taken)
            if inside != bits:
                cut.append((bits & ~inside, about))
            parts = ((True, True, given & taken), (True, False, given & ~taken), (False, True, taken & ~given))
            for gives, takes, part in parts if inside else ():
                if inside & part:
                    cut.append((inside & part, (*about, (number, gives, takes))))
        found = cut
    return found


def _row(ports: Iterable[tuple[PortSet, int]], destinations: int) -> Row:
    row: Row = {}
    for each, having in ports:
        add(row, each, having & destinations)
    return row


def _join(row: Row, more: Row) -> None:
    for ports, bits in more.items():
        add(row, ports, bits)
