"""Which rules come to nothing, by trying every connection of every pod there could be in a small universe.

A world is plain data, which YAML and netpol are written from; nothing of netpolc is used. A selector is a tuple of
`(key, operator, values)`. Pods are tried with each label absent, with each value that a world has, and with another.
"""

import itertools

import msgspec

NAMESPACES = ("shop", "data")
ELSEWHERE = ("elsewhere", "beyond")
"""Namespaces of which no world has policies: two, since the ends of a connection may be in such that differ."""
KEYS = ("app", "tier")
VALUES = (None, "a", "b", "other")
TEAMS = (None, "a", "other")
NUMBERS = (80, 81, 443, 9000)
NAMES = ("http", "dns")
PROTOCOLS = ("TCP", "UDP")
NAME_SETS = (frozenset(), frozenset({"http"}), frozenset({"dns"}), frozenset(NAMES))
PORTS = tuple(itertools.product(PROTOCOLS, NUMBERS, NAME_SETS))
"""Every port of a destination that items tell apart: its protocol, its number, and what the pod calls it."""


class Peer(msgspec.Struct, frozen=True):
    """Pods of a namespace by name, of namespaces with a team, or of every namespace; or else a block of addresses."""

    namespace: str | None = None
    team: tuple = ()
    pods: tuple = ()
    block: str | None = None


class Rule(msgspec.Struct, frozen=True):
    """What is opened for the pods of a subject; `ports` are `(protocol, first, last or name)`, none being all."""

    reason: int
    direction: str
    subject: Peer
    peers: tuple[Peer, ...]
    ports: tuple = ()


class World(msgspec.Struct, frozen=True):
    """What is closed, `(direction, subject)`, what is opened, and the teams of the namespaces that are known."""

    closed: tuple
    rules: tuple[Rule, ...]
    teams: dict[str, str | None]


def lone(world):
    """The reasons of the rules of which no connection passes its other end, though some could exist."""
    found = []
    pods = list(_pods(world))
    ends = {each: _End(world, each, pods) for each in ("ingress", "egress")}
    for reason in dict.fromkeys(each.reason for each in world.rules):
        rules = [each for each in world.rules if each.reason == reason]
        if any(peer.block is not None for each in rules for peer in each.peers):
            continue
        tried = [_tried(each, pods, ends["ingress" if each.direction == "egress" else "egress"]) for each in rules]
        if any(possible for possible, _ in tried) and not any(passes for _, passes in tried):
            found.append(reason)
    return found


def _pods(world):
    for name in (*NAMESPACES, *ELSEWHERE):
        for team in (world.teams[name],) if name in world.teams else TEAMS:
            for values in itertools.product(VALUES, repeat=len(KEYS)):
                carried = {key: value for key, value in zip(KEYS, values, strict=True) if value is not None}
                yield name, team, tuple(sorted(carried.items()))


def _tried(rule, pods, end):
    """Whether there could be a connection of a rule at all, and whether any passes the other end."""
    subjects = [pod for pod in pods if _holds(rule.subject, pod)]
    possible = False
    wanted = _ports(rule.ports)
    for other in pods:
        if any(_holds(peer, other) for peer in rule.peers):
            for subject in subjects:
                if wanted and (other[0] != subject[0] or other[1] == subject[1]):
                    possible = True
                    if end.passes(other, subject, wanted):
                        return True, True
    return possible, False


class _End:
    def __init__(self, world, direction, pods):
        closed = [subject for each, subject in world.closed if each == direction]
        rules = [each for each in world.rules if each.direction == direction]
        self.closed = {pod for pod in pods if any(_holds(subject, pod) for subject in closed)}
        self.rules = {pod: [(each, _ports(each.ports)) for each in rules if _holds(each.subject, pod)] for pod in pods}

    def passes(self, subject, other, wanted):
        return subject not in self.closed or any(
            not wanted.isdisjoint(ports) and any(_may_hold(peer, other) for peer in rule.peers)
            for rule, ports in self.rules[subject]
        )


def _may_hold(peer, pod):
    """Whether a peer may be a pod: of a block that is no link-local one, nobody knows."""
    return not peer.block.startswith("169.254.") if peer.block is not None else _holds(peer, pod)


def _holds(peer, pod):
    name, team, carried = pod
    return (
        peer.namespace in (None, name)
        and _selects(peer.team, {} if team is None else {"team": team})
        and _selects(peer.pods, dict(carried))
    )


def _selects(selector, carried):
    for key, operator, values in selector:
        fits = {
            "In": carried.get(key) in values,
            "NotIn": carried.get(key) not in values,
            "Exists": key in carried,
            "DoesNotExist": key not in carried,
        }
        if not fits[operator]:
            return False
    return True


def _ports(items):
    """The ports that some items stand for."""
    if not items:
        return frozenset(PORTS)
    return frozenset(
        (protocol, number, names)
        for protocol, number, names in PORTS
        for wanted, first, last in items
        if protocol == wanted and (first in names if isinstance(first, str) else first <= number <= last)
    )
