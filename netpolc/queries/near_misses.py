"""Near misses of a no: the rules that would let a connection through but for one thing, the nearest first.

That thing is the port or its protocol, a label of the peer or of its namespace, the family of addresses, an exception
of a block, the address of a service in the place of those of its pods, or the pods that the rule's own policy selects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.diagnostics.closest import Neighbours
from netpolc.ecosystem.name_labels import NAME_KEYS
from netpolc.engine import words
from netpolc.engine.regions import UNNAMED
from netpolc.engine.verdicts import Pod, has_port, is_of
from netpolc.ir.model import Direction
from netpolc.policy.constants import NAME_LABEL
from netpolc.queries.deciding_rules import DecidingRule, deciding_rule
from netpolc.sets.addresses import EVERY_ADDRESS, FAMILIES, AddressSet
from netpolc.sets.labels import LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.model import AllowRule
    from netpolc.engine.regions import PodSet, Region
    from netpolc.engine.verdicts import End, Evaluator
    from netpolc.sets.addresses import Family
    from netpolc.sets.labels import LabelRequirement
    from netpolc.sets.ports import Protocol

Thing = Literal["port", "protocol", "namespace", "pod", "family", "exception", "service-address", "subject", "place"]
MOST = 3
"""The near misses that are told of one end."""

OWN_NAMES = frozenset(NAME_KEYS[:4])
"""Labels by which an application is called, of those that are names."""
_NEAR, _FAR = 2, 6
"""How far the label of another pod is off: where a rule asks for more that is there, or for nothing else."""
_OF_ANYBODY = 5
"""How far a whole namespace is off that is another one."""
_BOTH = 10
"""How far two things are off, beside one; other pods on another port are no near miss."""


class MissedRule(msgspec.Struct, frozen=True):
    """A rule of an end, what it fails `but_for`, and the same in words that go on after the rule."""

    direction: Direction
    rule: DecidingRule
    but_for: tuple[Thing, ...]
    message: str


class Missed(msgspec.Struct, frozen=True):
    """A connection that is denied, what its ends are called, and the service that was asked for, with its addresses."""

    source: End
    destination: End
    protocol: Protocol
    port: int
    names: tuple[str, str]
    service: str | None = None
    service_addresses: AddressSet = AddressSet()

    def ends(self, direction: Direction) -> tuple[End, End, str, str]:
        """Return the end that rules of a direction are for, and the other one, with their names."""
        one, other = self.names
        if direction == "egress":
            return self.source, self.destination, one, other
        return self.destination, self.source, other, one


class _Gap(msgspec.Struct, frozen=True):
    distance: int
    thing: Thing
    message: str


def near_misses(
    evaluator: Evaluator, rules: Iterable[AllowRule], direction: Direction, missed: Missed
) -> tuple[MissedRule, ...]:
    """Return the rules of a direction that come nearest to letting a connection through, with what is in the way.

    `rules` are all of that direction.
    """
    subject, _, _, _ = missed.ends(direction)
    if not isinstance(subject, Pod):
        return ()
    found: list[tuple[int, AllowRule, tuple[_Gap, ...]]] = []
    for rule in evaluator.allow_rules(direction, subject):
        gaps = tuple(_gaps(direction, rule, missed))
        if gaps and None not in gaps:
            known = tuple(gap for gap in gaps if gap is not None)
            found.append((sum(gap.distance for gap in known) + _BOTH * (len(known) - 1), rule, known))
    if not any(distance < _FAR for distance, _, _ in found):
        found += _of_others(rules, direction, missed)
    found.sort(key=lambda each: each[0])
    limit = next((each for each in (_OF_ANYBODY, _FAR) if found and found[0][0] < each), None)
    near = found[:1] if limit is None else [each for each in found if each[0] < limit]
    nearest = [each for each in near if each[0] <= _FAR + _BOTH]
    told: dict[DecidingRule, MissedRule] = {}
    for _, rule, gaps in nearest:
        decided = deciding_rule(rule.reason)
        message = "; and ".join(each.message for each in gaps)
        told.setdefault(decided, MissedRule(direction, decided, tuple(each.thing for each in gaps), message))
    return tuple(told.values())[:MOST]


def _gaps(direction: Direction, rule: AllowRule, missed: Missed) -> Iterator[_Gap | None]:
    """Yield what keeps a rule of the right pods from letting a connection through; None is too much."""
    _, other, _, name = missed.ends(direction)
    peer_fits = is_of(other, rule.peer)
    if not peer_fits:
        yield _peer_gap(direction, rule.peer, other, name, missed)
    if not has_port(missed.destination, rule.ports, missed.protocol, missed.port):
        same = any(each.first <= missed.port <= each.last for each in rule.ports.intervals)
        let = f"admits {name}, but " if direction == "ingress" else f"lets it out to {name}, but "
        message = f"{let if peer_fits else ''}on {_ports(rule, missed.destination)} only"
        yield _Gap(int(not same), "protocol" if same else "port", message)


def _ports(rule: AllowRule, destination: End) -> str:
    """Write the ports of a rule, with the numbers that a pod has for names."""
    numbers: dict[str, list[str]] = {}
    for each in rule.ports.intervals:
        text = str(each.first) if each.first == each.last else f"{each.first}-{each.last}"
        numbers.setdefault(each.protocol, []).append(text)
    written = [f"{protocol} {', '.join(listed)}" for protocol, listed in numbers.items()]
    for name in rule.ports.names:
        given = [each for each in destination.ports if each.name == name.name] if isinstance(destination, Pod) else []
        meant = " and ".join(str(each.number) for each in given if each.protocol == name.protocol)
        meant = f"{meant} there" if meant else "which no container there declares"
        written.append(f"{name.protocol} `{name.name}` ({meant})")
    return " and ".join(written)


def _peer_gap(direction: Direction, peer: Region, other: End, name: str, missed: Missed) -> _Gap | None:
    what = "admits" if direction == "ingress" else "is for"
    if isinstance(peer, AddressSet):
        return _address_gap(direction, peer, other, name, missed)
    if not isinstance(other, Pod) or other.host_network:
        return None
    where, which = _lacking(peer, other)
    if (where and which) or UNNAMED in (value for each in where for value in each.values):
        return None
    if where:
        subject, _, _, _ = missed.ends(direction)
        if isinstance(subject, Pod) and where[0].key in {"", NAME_LABEL} and where[0].values == (subject.namespace,):
            return _Gap(_OF_ANYBODY, "namespace", f"{what} pods of its own namespace, and {name} is in another one")
        asked, has = words.selector(LabelSelector(tuple(where))), _carried(other.full_namespace_labels, where)
        distance = _NEAR - 1 if peer.pods.requirements else _OF_ANYBODY
        return _Gap(distance, "namespace", f"{what} pods of namespaces with `{asked}`, and that of {name} has {has}")
    asked, has = words.selector(LabelSelector(tuple(which))), _carried(other.labels, which)
    near = _are_near(which, peer.pods, other.labels)
    return _Gap(_NEAR if near else _FAR, "pod", f"{what} pods with `{asked}`, and {name} has {has}")


def _address_gap(direction: Direction, peer: AddressSet, other: End, name: str, missed: Missed) -> _Gap | None:
    if direction == "egress" and peer & missed.service_addresses and peer != EVERY_ADDRESS:
        return _Gap(
            1,
            "service-address",
            f"is for {words.blocks(peer)[0]}, which holds the address of Service {missed.service}, "
            "and policies are held against the addresses of its pods",
        )
    families = {each.family for each in peer.ranges}
    has = {each.family for each in other.addresses.ranges}
    excepted = words.exception(peer, other.addresses) if families & has else None
    if excepted is not None:
        block, without = excepted
        return _Gap(_NEAR, "exception", f"is for {block} except {without}, which holds {name}")
    if not has or families & has or not families:
        return None
    (only,) = families if len(families) == 1 else (FAMILIES[0],)
    if peer != _every(only):
        return None
    return _Gap(_NEAR, "family", f"is for every address of IPv{only}, and {name} has one of IPv{next(iter(has))}")


def _every(family: Family) -> AddressSet:
    return AddressSet(tuple(each for each in EVERY_ADDRESS.ranges if each.family == family))


def _of_others(
    rules: Iterable[AllowRule], direction: Direction, missed: Missed
) -> Iterator[tuple[int, AllowRule, tuple[_Gap, ...]]]:
    """Yield rules that let such a connection through at pods that are nearly those of the end."""
    subject, other, name, _ = missed.ends(direction)
    if not isinstance(subject, Pod) or subject.host_network:
        return
    for rule in rules:
        if not rule.subject.pods.requirements:
            continue
        where, which = _lacking(rule.subject, subject)
        if not (where or which) or (where and which) or len(which) > 1:
            continue
        if not is_of(other, rule.peer) or not has_port(missed.destination, rule.ports, missed.protocol, missed.port):
            continue
        if where:
            asked = words.selector(LabelSelector(tuple(where)))
            gap = _Gap(_OF_ANYBODY, "place", f"allows this, but for the pods of the namespace with `{asked}`")
        elif _are_near(which, rule.subject.pods, subject.labels):
            asked, has = words.selector(LabelSelector(tuple(which))), _carried(subject.labels, which)
            gap = _Gap(_NEAR + 1, "subject", f"allows this, but for pods with `{asked}`, and {name} has {has}")
        else:
            continue
        yield gap.distance, rule, (gap,)


def _lacking(pods: PodSet, pod: Pod) -> tuple[list[LabelRequirement], list[LabelRequirement]]:
    """Return what a set of pods asks for that a namespace and a pod do not have."""
    carried = pod.full_namespace_labels
    return (
        [each for each in pods.namespaces.requirements if not each.matches(carried)],
        [each for each in pods.pods.requirements if not each.matches(pod.labels)],
    )


def _carried(labels: Mapping[str, str], asked: Sequence[LabelRequirement]) -> str:
    """Write what labels there are in the place of those that are asked for."""
    there = [f"`{each.key or NAME_LABEL}={labels[each.key]}`" for each in asked if each.key in labels]
    if there:
        return " and ".join(there)
    others = [f"`{key or NAME_LABEL}={value}`" for key, value in sorted(labels.items())][:MOST]
    return f"no label `{asked[0].key}`, but {' and '.join(others)}" if others else "no labels"


def _are_near(lacking: Sequence[LabelRequirement], asked: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Tell whether pods are nearly those that are asked for: but for a slip, or a label beside those that they have.

    Pods that have another name are others, whatever else they share.
    """
    return all(
        _is_slip(each, labels) or (len(lacking) < len(asked.requirements) and not _is_name(each, labels))
        for each in lacking
    )


def _is_slip(asked: LabelRequirement, labels: Mapping[str, str]) -> bool:
    """Tell whether the value of a label is one slip away from one that is asked for."""
    value = labels.get(asked.key)
    return value is not None and asked.operator == "In" and Neighbours(asked.values).of(value) is not None


def _is_name(asked: LabelRequirement, labels: Mapping[str, str]) -> bool:
    return asked.key in OWN_NAMES and asked.key in labels
