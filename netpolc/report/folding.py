"""Members of groups in few words: what stands for others is named, and they are not.

Nothing is said that is not true: a set of pods is named in the place of workloads only where it holds these as a whole,
and workloads in the place of a set only where they may do all that its pods may. Sets that rules cut apart are put
together again.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from netpolc.diagnostics.visible import visible
from netpolc.engine import words
from netpolc.engine.bits import bits_of, lowest, numbers
from netpolc.engine.regions import IDENTITY, UNNAMED, PodSet, names_of
from netpolc.engine.standing import MANY, Standing
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.addresses import EVERY_ADDRESS, AddressSet, union
from netpolc.sets.labels import LabelSelector, asks_for_lack
from netpolc.sets.widening import Widening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.members import Members
    from netpolc.engine.peers import Peer
    from netpolc.sets.labels import LabelRequirement

OUTSIDE = "outside"
"""Every address: what is neither a pod nor said otherwise."""
SOME = " (for some of these pods)"
"""What is said of changes that are told as a whole, because they are in too many pieces."""
MOST_LISTED = 20
"""The members of a group that are listed; of more, the first are, and how many there are besides."""
MOST_WIDENED = 100
"""The members of a group beyond which it is not looked which sets make a wider one."""
LONGEST = 90
"""The characters of a set beyond which its values are counted."""


class Folding:
    """Names for the members of groups, of one relation."""

    def __init__(
        self,
        peers: Sequence[Peer],
        nets: Mapping[str, AddressSet],
        most: int = MOST_LISTED,
        members: Members | None = None,
        roles: Mapping[str, str] | None = None,
    ) -> None:
        """Take all peers, the addresses that have names, and how many members are listed at most.

        `members` are those of the peers, if somebody has indexed them; `roles` are what some are known as, by ids.
        """
        self._peers = peers
        self._most = most
        self._nets = {**nets, OUTSIDE: EVERY_ADDRESS}
        self.standing = Standing(peers, members)
        self.addresses = self.standing.addresses
        self._widening = Widening()
        self._texts: dict[int, tuple[str, bool]] = {}
        self._written: dict[PodSet, str] = {}
        self._roles = roles or {}
        self._in_roles = bits_of(n for n, peer in enumerate(peers) if peer.id in self._roles) if self._roles else 0

    def text(self, members: int) -> str:
        """Write who is a member: workloads first, then pods that could exist, then addresses."""
        return self.named(members)[0]

    def named(self, members: int) -> tuple[str, bool]:
        """Write who is a member, and tell whether a workload is named among them."""
        found = self._texts.get(members)
        if found is None:
            written, count, is_real = self._listed(members)
            if count > self._most + 1:
                text = f"{', '.join(written[: self._most])} and {count - self._most} more"
            else:
                text = ", ".join(written)
            found = self._texts[members] = text, is_real
        return found

    def listed(self, members: int) -> list[str]:
        """List who is a member, and of many the first, and how many there are besides."""
        written, count, _ = self._listed(members)
        return [*written[: self._most], f"{count - self._most:,} more"] if count > self._most + 1 else written

    def _listed(self, members: int) -> tuple[list[str], int, bool]:
        """Return words for the first members, how many words all would be, and whether workloads are among them."""
        pods = members & self.standing.pods
        workloads, sets = self.standing.told(pods)
        known = self._in_role(pods) if self._in_roles else []
        if known:
            workloads &= ~bits_of(known)
        first, count = self._counted(workloads) if workloads else ([], 0)
        if pods == members and not sets and not known:
            return first, count, bool(workloads)
        written = [
            *(f"{self._roles[self._peers[n].id]} ({visible(self._peers[n].id)})" for n in known),
            *first,
            *self._sets([number for number in self.standing.widest(sets) if number not in known], members),
            *(self._outside(members & self.addresses) if pods != members else ()),
        ]
        is_real = bool(workloads or (known and bits_of(known) & self.standing.workloads))
        return written, count + len(written) - len(first), is_real

    def _in_role(self, members: int) -> list[int]:
        """Return the pods among some members that are in a role, but for those that a whole cluster is named for."""
        found = members & self._in_roles
        if self.standing.are_all(members & self.standing.workloads):
            found &= ~self.standing.workloads
        for number in numbers(members & self.standing.whole & ~self._in_roles) if found else ():
            pods = self._peers[number].pods
            if pods is not None and names_of(pods.namespaces) is None:
                found &= ~self.standing.held_by(number)
        sets = [
            number for number in numbers(found & self.standing.sets) if not self.standing.is_listed(number, members)
        ]
        return [*numbers(found & self.standing.workloads), *self.standing.widest(sets)]

    def _counted(self, workloads: int) -> tuple[list[str], int]:
        """Return words for the first of some workloads, no more than are listed, and how many words all would be.

        These are their ids, or how many they are where these are all that there are.
        """
        if self.standing.are_all(workloads):
            return [f"all {workloads.bit_count():,} workloads"], 1
        alone, together = workloads, {}
        for of_namespace in self.standing.whole_namespaces(workloads):
            alone &= ~of_namespace
            together[lowest(of_namespace & workloads)] = of_namespace.bit_count()
        said = alone | bits_of(together)
        first = islice(numbers(said), self._most + 1)
        return [self._word(number, together.get(number)) for number in first], said.bit_count()

    def _word(self, number: int, count: int | None) -> str:
        """Write a workload, or if there is a count, all of its namespace, of which it is the first."""
        if count is None:
            return visible(self._peers[number].id)
        name = self.standing.namespace(number)
        unnamed = " without a namespace" if len(self.standing.by_namespace) > 1 else ""
        return f"all {count} workloads{f' of {visible(name)}' if name else unnamed}"

    def _sets(self, chosen: list[int], members: int) -> Iterator[str]:
        """Yield the words for some sets among members: those of the same namespaces as wide as these make them."""
        places: dict[LabelSelector, list[LabelSelector]] = {}
        for pods in self._of_pods(chosen):
            places.setdefault(pods.namespaces, []).append(pods.pods)
        cut = len(chosen) > len(places) and members.bit_count() <= MOST_WIDENED
        around: dict[LabelSelector, list[LabelSelector]] = {}
        for pods in self._of_pods(numbers(members & self.standing.sets)) if cut else ():
            around.setdefault(pods.namespaces, []).append(pods.pods)
        for place, asked in places.items():
            several = self._widening.widened(asked, around[place]) if cut and len(asked) > 1 else asked
            rest = [each for each in several if any(map(_lacks, each.requirements))]
            if len(rest) < MANY or not any(map(asks_for_lack, rest)):
                rest = []
            yield from (self._set(PodSet(place, each)) for each in several if each not in rest)
            if rest:
                where = self.place(place)
                yield f"unselected pods of {where}" if where else "unselected pods"

    def _of_pods(self, chosen: Iterable[int]) -> Iterator[PodSet]:
        return (pods for number in chosen if (pods := self._peers[number].pods) is not None)

    def _set(self, pods: PodSet) -> str:
        """Write a set of pods: in the words of its id, or in fewer."""
        found = self._written.get(pods)
        if found is None:
            asked = pods.pods
            which, place = shortened(asked), self.place(pods.namespaces)
            if asks_for_lack(asked) and (len(words.selector(asked)) > LONGEST or place.endswith(" namespaces")):
                found = f"unselected pods of {place}" if place else "unselected pods"
            else:
                found = f"{place}/{which}" if place else which
            self._written[pods] = found
        return found

    def place(self, namespaces: LabelSelector) -> str:
        """Write the namespaces of sets; the unnamed one in no words."""
        names = names_of(namespaces)
        if names == (UNNAMED,):
            return ""
        if names is not None and len(names) > MANY:
            return f"{len(names)} namespaces"
        if names is not None and len(names) == 1 and len(namespaces.requirements) == 1:
            return visible(names[0])
        return shortened_place(namespaces)

    def _outside(self, members: int) -> Iterator[str]:
        """Yield addresses: by their names, or as blocks with what is excepted."""
        if not members:
            return
        held = union([self._peers[number].end.addresses for number in numbers(members)])
        if not members & ~self._in_roles:
            roles = dict.fromkeys(self._roles[self._peers[number].id] for number in numbers(members))
            yield f"{', '.join(roles)} ({', '.join(words.blocks(held))})"
            return
        exact = next((name for name, named in self._nets.items() if named == held), None)
        if exact is not None:
            yield visible(exact)
            return
        left = held
        for name, named in self._nets.items():
            if named and not named - held and named & left:
                left -= named
                yield visible(name)
        yield from words.blocks(left)


def shortened(selector: LabelSelector) -> str:
    """Write a selector in brackets: in full, or if that is long, what it asks to be there first, and values counted."""
    if not selector.requirements:
        return "*"
    text = visible(words.selector(selector))
    if len(text) <= LONGEST:
        return f"[{text}]"
    first, *others = (_in_short(each) for each in sorted(selector.requirements, key=_lacks))
    text = first if len(first) <= LONGEST else f"{first[:LONGEST]}…"
    for number, each in enumerate(others):
        if len(text) + len(each) > LONGEST:
            return f"[{text} and {_labels(len(others) - number)}]"
        text = f"{text}, {each}"
    return f"[{text}]"


def shortened_place(namespaces: LabelSelector) -> str:
    """Write namespaces by their labels, and those that are all but many by how many these are."""
    asked = namespaces.requirements
    if len(asked) == 1 and (asked[0].key, asked[0].operator) == (IDENTITY, "NotIn"):
        count = len(asked[0].values)
        if count > MANY or (count > 1 and len(words.selector(namespaces)) > LONGEST):
            return f"all but {count} namespaces"
    return shortened(namespaces)


def _in_short(requirement: LabelRequirement) -> str:
    text = visible(words.selector(LabelSelector((requirement,))))
    others = len(requirement.values) - 1
    if others < 1 or len(text) <= LONGEST // 2:
        return text
    first = next(value for value in requirement.values if value)  # the unnamed namespace has no name to show
    operator = "in" if requirement.operator == "In" else "notin"
    return f"{visible(requirement.key or NAME_LABEL)} {operator} ({visible(first)} and {others} more)"


def _lacks(requirement: LabelRequirement) -> bool:
    return asks_for_lack(LabelSelector((requirement,)))


def _labels(count: int) -> str:
    return "1 more label" if count == 1 else f"{count} more labels"
