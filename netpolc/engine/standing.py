"""Which members of a group are named, and which others these stand for.

Nothing is said that is not true: a set of pods stands for workloads only where it holds these as a whole, and workloads
for a set only where they may do all that its pods may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.bits import bits_of, lowest, numbers
from netpolc.engine.members import Members
from netpolc.engine.regions import UNNAMED, is_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.engine.peers import Peer

MANY = 4
"""The workloads from which on those of a namespace are counted, if there are no others in it."""
MOST_COMPARED = 20
"""The sets beyond which it is not looked which of them are in others."""


class Standing:
    """The peers of one relation, by their numbers, and what each stands for."""

    def __init__(self, peers: Sequence[Peer], members: Members | None = None) -> None:
        """Take all peers, and their index if somebody has made it."""
        self._peers = peers
        self._members = members
        self.workloads = bits_of(number for number, peer in enumerate(peers) if peer.workload is not None)
        self.sets = bits_of(number for number, peer in enumerate(peers) if peer.pods is not None)
        self.pods = self.workloads | self.sets
        self.addresses = (1 << len(peers)) - 1 & ~self.pods
        self.whole = bits_of(number for number, peer in enumerate(peers) if _is_whole(peer))
        self._partial = self.sets & ~self.whole
        self.by_namespace: dict[str, int] = {}
        for number in numbers(self.workloads):
            name = self.namespace(number)
            self.by_namespace[name] = self.by_namespace.get(name, 0) | 1 << number
        self._inside: dict[int, int] = {}

    def namespace(self, number: int) -> str:
        """Return the namespace of a workload."""
        return self._peers[number].end.namespace or UNNAMED  # type: ignore[union-attr]  # a pod

    def told(self, members: int) -> tuple[int, list[int]]:
        """Return the workloads and the sets that are named: without those for which others stand."""
        left = members
        sets: list[int] = []
        whole = members & self.whole
        if whole:
            for number in numbers(whole):
                left &= ~self.held_by(number)
            sets += numbers(whole & left)
        for number in numbers(left & self._partial):
            if not self.is_listed(number, members):
                sets.append(number)
        return left & self.workloads, sets

    def held_by(self, number: int) -> int:
        """Return the workloads and the other sets that a set holds."""
        held = self._inside.get(number)
        if held is None:
            if self._members is None:
                ends = [peer.end if peer.pods is None else peer.pods for peer in self._peers]
                self._members = Members(ends)
            pods = self._peers[number].pods
            held = self._inside[number] = 0 if pods is None else self._members.bits(pods) & ~(1 << number)
        return held

    def is_listed(self, number: int, members: int) -> bool:
        """Tell whether a set holds workloads, and all of these are members themselves."""
        held = self.held_by(number) & self.workloads
        return bool(held) and held & members == held

    def are_all(self, workloads: int) -> bool:
        """Tell whether workloads are those of all namespaces, and too many to name."""
        return workloads == self.workloads and workloads.bit_count() >= MANY and len(self.by_namespace) > 1

    def whole_namespaces(self, workloads: int) -> list[int]:
        """Return, of some workloads, those of each namespace that are all that it has, and too many to name."""
        found: list[int] = []
        left = workloads if workloads.bit_count() >= MANY else 0
        while left:
            of_namespace = self.by_namespace[self.namespace(lowest(left))]
            left &= ~of_namespace
            if of_namespace.bit_count() >= MANY and not of_namespace & ~workloads:
                found.append(of_namespace)
        return found

    def widest(self, sets: list[int]) -> list[int]:
        """Return those of some sets that are in no other one."""
        if len(sets) == 1 or len(sets) > MOST_COMPARED:
            return sets
        pods = {number: held for number in sets if (held := self._peers[number].pods) is not None}
        return [
            number
            for number, one in pods.items()
            if not any(number != other and is_within(one, whole) for other, whole in pods.items())
        ]


def _is_whole(peer: Peer) -> bool:
    return peer.pods is not None and not peer.pods.pods.requirements
