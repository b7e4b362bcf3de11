"""What a netpol program means, as plainly as the language's description says it: every statement asked of every pod.

A program is written here in types of its own, which tests write out as text; nothing of netpolc is used.
"""

import functools
import ipaddress
import itertools
from typing import Any

import msgspec

from tests.naive.policies import Address, Pod

UNNAMED = "current"
"""The namespace that `kubectl -n` names for what stands in no named one."""

NAME_LABEL = "kubernetes.io/metadata.name"
OPERATORS = {"=": "In", "in": "In", "!=": "NotIn", "notin": "NotIn", "exists": "Exists", "absent": "DoesNotExist"}


class Node(msgspec.Struct, frozen=True):
    """A part of a program."""


class Name(Node):
    """`webapp`, `any`, `library.webapp`."""

    text: str
    imported: bool = False


class Labels(Node):
    """`[app=web, tier in (a, b)]`, as (key, operator, values)."""

    requirements: tuple[tuple[str, str, tuple[str, ...]], ...]


class Every(Node):
    """`*`."""


class In(Node):
    """`data/postgres`, `*/*`, `[team=web]/[app=x]`."""

    namespace: str | Labels | Every
    pods: Name | Labels | Every


class Net(Node):
    """`10.0.0.0/8 except 10.1.0.0/16`."""

    cidr: str
    excepts: tuple[str, ...] = ()


class Range(Node):
    """`8000-8100/udp`."""

    first: int
    last: int
    protocol: str | None = None


class NamedPort(Node):
    """`"http"/tcp`."""

    name: str
    protocol: str | None = None


class AllPorts(Node):
    """`*`, `*/udp`."""

    protocol: str | None = None


class Target(Node):
    """`webapp:{80, metrics}`; a declared port is a `Name`."""

    endpoint: Any
    ports: tuple[Range | NamedPort | AllPorts | Name, ...] | None = None


class SetOf(Node):
    """`{a, b:80}`."""

    members: tuple[Target, ...]


class Flow(Node):
    """`a -> b:80 ingress`, `a <-> b:80`."""

    source: Any
    target: Target
    both: bool = False
    half: str | None = None


class Baseline(Node):
    """`baseline assume deny all on x`."""

    direction: str
    on: Any = None
    assume: bool = False


class Declaration(Node):
    """`pods x = …`, `group x = …`, `net x = …`, `port x = …`, `service x = …`; `param net x` has no value."""

    kind: str
    name: str
    value: Any


class Section(Node):
    """`namespace shop [team=web] { … }`, or without braces."""

    name: str
    labels: tuple[tuple[str, str], ...]
    body: tuple[Any, ...]
    block: bool = True


class Environment(Node):
    """`env prod, staging { … }`."""

    names: tuple[str, ...]
    body: tuple[Any, ...]


class NamesBy(Node):
    """`names by tier`."""

    key: str


class StrictNames(Node):
    """`strict names`."""


class Program(Node):
    """One file, the `--env` and `--namespace` of its build, and the statements of the file that it imports."""

    statements: tuple[Any, ...]
    environment: str | None = None
    namespace: str | None = None
    library: tuple[Any, ...] = ()


class Place(Node):
    """Where something is written: in which file, and in whose section, if any."""

    imported: bool = False
    section: str | None = None


class Pods(Node):
    """An endpoint once its names are resolved: where, and which labels."""

    where: str | Labels | Every
    labels: Labels


class Meaning:
    """The facts of a program, found by walking it once."""

    def __init__(self, program):
        self.program = program
        self.here = program.namespace or UNNAMED
        self.keys = {}
        self.stated = {}
        self.declarations = {}
        self.flows = []
        self.baselines = []
        written = []
        self._walk(program.statements, Place(), written)
        self._walk(program.library, Place(imported=True), written)
        for place, flow in (found for found in written if isinstance(found[1], Flow)):
            self._flow(place, flow)
        for place, baseline in (found for found in written if isinstance(found[1], Baseline)):
            self._baseline(place, baseline)
        closed = {namespace for namespace, *_ in self.baselines}
        self.baselines += [(name, ("ingress",), None, False) for name in self.stated if name not in closed]

    def _walk(self, statements, place, written):
        for statement in statements:
            match statement:
                case NamesBy():
                    self.keys[place.imported] = statement.key
                case Environment() if self.program.environment in statement.names:
                    self._walk(statement.body, place, written)
                case Section(name):
                    if not place.imported:
                        self.stated.setdefault(name, {NAME_LABEL: name}).update(statement.labels)
                    self._walk(statement.body, Place(place.imported, name), written)
                case Declaration() if statement.value is not None:
                    self.declarations[place, statement.name] = statement
                case Flow() | Baseline() if not place.imported:
                    written.append((place, statement))

    def _flow(self, place, flow):
        here = place.section or self.here
        ruleset = (flow.half,) if flow.half else ("ingress", "egress")
        sources = [peer for peer, _ in self.endpoint(flow.source, place, here)]
        targets = self.target(flow.target, place, here)
        for source in sources:
            for destination, ports in targets:
                self.flows.append((ruleset, source, destination, ports))
                if flow.both:
                    self.flows.append((ruleset, destination, source, ports))
        # The unnamed namespace is owned where what stands outside of sections speaks of pods that it could hold.
        peers = [*sources, *(destination for destination, _ in targets)]
        for peer in peers if place.section is None else ():
            if isinstance(peer, Pods) and peer.where == self.here and possible(peer):
                self._own_unnamed()

    def _own_unnamed(self):
        self.stated.setdefault(self.here, {NAME_LABEL: self.here})

    def _baseline(self, place, baseline):
        directions = ("ingress", "egress") if baseline.direction == "all" else (baseline.direction,)
        if not self.stated:
            self._own_unnamed()
        # Outside of sections, it is as if it stood in each of them.
        for namespace in list(self.stated) if place.section is None else [place.section]:
            on = None
            if baseline.on is not None:
                on = [peer for peer, _ in self.endpoint(baseline.on, Place(section=namespace), namespace)]
            self.baselines.append((namespace, directions, on, baseline.assume))

    # What endpoints are: pairs of a peer, and the ports that it brings or None.

    def endpoint(self, endpoint, place, here):
        match endpoint:
            case Name("any") | Net():
                return [(endpoint, None)]
            case Every():
                return [(Pods(here, Labels(())), None)]
            case Labels():
                return [(Pods(here, endpoint), None)]
            case In(namespace, pods):
                section = namespace if isinstance(namespace, str) else None
                return self.endpoint(pods, Place(place.imported, section), namespace)
            case SetOf(members):
                return [found for member in members for found in self.target(member, place, here)]
            case Name(text):
                declaration, scope = self.find(endpoint, place)
                if declaration is None:
                    key = self.keys.get(place.imported, "app")
                    return [(Pods(here, Labels(((key, "=", (text,)),))), None)]
                value = declaration.value
                target = value if isinstance(value, Target) else Target(value)
                return self.target(target, scope, scope.section or here)

    def target(self, target, place, here):
        found = self.endpoint(target.endpoint, place, here)
        if target.ports is None:
            return found
        ports = self.ports(target.ports, place)
        return [(peer, ports) for peer, _ in found]

    def ports(self, items, place):
        found = []
        for item in items:
            if isinstance(item, Name):
                declaration, scope = self.find(item, place)
                found += self.ports(declaration.value, scope)
            else:
                found.append(item)
        return found

    def find(self, name, place):
        """What a name is declared as, and where: next to its use, else in its file; an imported one, anywhere there."""
        scopes = [place, Place(place.imported)]
        if name.imported:
            scopes = [scope for scope, _ in self.declarations if scope.imported]
        for scope in scopes:
            if (scope, name.text) in self.declarations:
                return self.declarations[scope, name.text], scope
        return None, None

    # What is allowed.

    def allows(self, source, destination, protocol, port):
        return all(
            not self.closed(end, direction)
            or any(
                direction in ruleset
                and holds(one, source)
                and holds(other, destination)
                and any(is_port(item, destination, protocol, port) for item in ports)
                for ruleset, one, other, ports in self.flows
            )
            for end, direction in ((source, "egress"), (destination, "ingress"))
        )

    def closed(self, end, direction, *, assumed=True):
        """Whether a baseline closes an end; without `assumed`, whether one does that is not only assumed."""
        return isinstance(end, Pod) and any(
            end.namespace == namespace and direction in directions and (on is None or any(holds(p, end) for p in on))
            for namespace, directions, on, assume in self.baselines
            if assumed or not assume
        )

    def opened(self, pod, direction):
        """Whether any flow opens a pod in a direction, to whomever; addresses have no ports by name."""
        return any(
            direction in ruleset
            and possible(one)
            and possible(other)
            and holds(one if direction == "egress" else other, pod)
            and not (direction == "egress" and isinstance(other, Net) and all(isinstance(p, NamedPort) for p in ports))
            for ruleset, one, other, ports in self.flows
        )

    def assumed_denies(self):
        """The policies that something else has to hold, by the program's `baseline assume deny`."""
        for namespace, directions, on, assumed in self.baselines:
            for labels in [Labels(())] if on is None else [peer.labels for peer in on]:
                if assumed:
                    yield {
                        "metadata": {"namespace": namespace},
                        "spec": {
                            "podSelector": {"matchExpressions": [_expression(*r) for r in labels.requirements]},
                            "policyTypes": [direction.capitalize() for direction in directions],
                        },
                    }


def allows(program, source, destination, protocol, port):
    """Whether a program allows a connection."""
    return Meaning(program).allows(source, destination, protocol, port)


def holds(peer, end):
    """Whether a pod or an address is among a resolved endpoint's."""
    match peer:
        case Name("any"):
            return True
        case Net():
            inside = isinstance(end, Address) and _in(end.ip, peer.cidr)
            return inside and not any(_in(end.ip, cidr) for cidr in peer.excepts)
        case Pods(where, labels):
            return isinstance(end, Pod) and _is_there(where, end) and _carries(labels, end.labels)


def _is_there(where, pod):
    match where:
        case str():
            return pod.namespace == where
        case Labels():
            return _carries(where, pod.namespace_labels)
        case Every():
            return True


def _carries(labels, carried):
    for key, operator, values in labels.requirements:
        value = carried.get(key)
        held = value in values if values else value is not None
        if held is (operator in ("!=", "notin", "absent")):
            return False
    return True


def possible(peer):
    """Whether anything could be such a peer: labels are tried with each value written, another, and none."""
    if not isinstance(peer, Pods):
        return True
    values = {key: {None, "?"} for key, *_ in peer.labels.requirements}
    for key, _, written in peer.labels.requirements:
        values[key].update(written)
    candidates = (dict(zip(values, combination, strict=True)) for combination in itertools.product(*values.values()))
    return any(_carries(peer.labels, candidate) for candidate in candidates)


def is_port(item, destination, protocol, port):
    """Whether a port of a destination is one of those written."""
    match item:
        case AllPorts():
            return item.protocol in (None, protocol)
        case Range():
            return (item.protocol or "TCP") == protocol and item.first <= port <= item.last
        case NamedPort():
            named = (item.name, protocol, port)
            return (item.protocol or "TCP") == protocol and isinstance(destination, Pod) and named in destination.ports


@functools.cache
def _in(ip, cidr):
    return ipaddress.ip_address(ip) in ipaddress.ip_network(cidr)


def _expression(key, operator, values):
    return {"key": key, "operator": OPERATORS[operator], "values": list(values)}
