"""A universe so small that all of it can be tried, and what is in it by the plainest definitions."""

import itertools

import msgspec

from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, Reason, RuleSet, Tier
from netpolc.engine.regions import ANYTHING, EVERY_POD, IDENTITY, UNNAMED, PodSet
from netpolc.engine.verdicts import Address, Pod, PodPort
from netpolc.sets.addresses import BITS, EVERY_ADDRESS, FAMILIES, AddressRange, AddressSet, union
from netpolc.sets.labels import LabelRequirement, selector_of
from netpolc.sets.named_ports import DestinationPorts, pieces
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, NamedPort, PortInterval, ports_of

VALUES = ("a", "b")
OTHER = "never mentioned"


def maps(*keys):
    """Every label map that selectors on some keys could tell apart."""
    for values in itertools.product((None, *VALUES, OTHER), repeat=len(keys)):
        yield {key: value for key, value in zip(keys, values, strict=True) if value is not None}


KNOWN = {"shop": {"team": "a"}, "data": {}, UNNAMED: {"team": "b"}}
MENTIONED = ("data", "ops", "shop", UNNAMED)
PLACES = [*KNOWN.items(), *((name, carried) for name in ("ops", "far", "farther") for carried in maps("team"))]
"""What namespaces are called, and their labels: those that are known, and those that could exist."""

PODS = [
    Pod(namespace=name or None, namespace_labels=carried, labels=labels)
    for name, carried in PLACES
    for labels in maps("app", "tier")
]
NUMBERS = (*range(4), 99, *range(-4, 0))
"""Addresses from both ends of a family, and one that stands for all between."""
ADDRESSES = [
    Address(AddressSet((AddressRange(family, number % 2 ** BITS[family], number % 2 ** BITS[family]),)))
    for family in FAMILIES
    for number in NUMBERS
]
PORTS = range(FIRST, FIRST + 6)
NAMES = ("dns", "http", "metrics")
CONTAINER_PORTS = [
    (),
    (PodPort("http", "TCP", 2),),
    (PodPort("http", "TCP", 2), PodPort("http", "TCP", 4), PodPort("http", "UDP", 3)),
    (PodPort("dns", "UDP", 1), PodPort("dns", "TCP", 2), PodPort("http", "TCP", 2)),
]


def satisfies(requirement, labels):
    carried = requirement.key in labels
    among = carried and labels[requirement.key] in requirement.values
    return {"In": among, "NotIn": not among, "Exists": carried, "DoesNotExist": not carried}[requirement.operator]


def selects(selector, labels):
    return all(satisfies(requirement, labels) for requirement in selector.requirements)


def is_selected(namespaces, place):
    """Whether a selector of namespaces selects one."""
    name, carried = place
    return selects(namespaces, {**carried, IDENTITY: name})


def holds(region, end):
    """Whether a region holds an end that has at most one address."""
    if isinstance(region, AddressSet):
        known = [(each.family, each.first) for each in end.addresses.ranges]
        among = any(
            held.family == family and held.first <= number <= held.last
            for family, number in known
            for held in region.ranges
        )
        return among or (isinstance(end, Pod) and end.host_network and region == EVERY_ADDRESS)
    if isinstance(end, Address) or end.host_network:
        return False
    place = end.namespace or UNNAMED, end.namespace_labels
    return is_selected(region.namespaces, place) and selects(region.pods, end.labels)


def names_at(end, protocol, port):
    """What a destination calls one of its ports."""
    if isinstance(end, Address):
        return frozenset()
    return frozenset(each.name for each in end.ports if (each.protocol, each.number) == (protocol, port))


def is_port(ports, destination, protocol, port):
    """Whether a set of ports has one of a destination's."""
    return any(in_ports(each, names_at(destination, protocol, port), protocol, port) for each in pieces(ports))


def in_ports(ports, names, protocol, port):
    """Whether an engine's piece of ports has one that goes by some names."""
    by_number = ports.protocol == protocol and ports.first <= port <= ports.last
    return by_number and ports.named <= names and not ports.unnamed & names


def in_box(box, connection):
    source, destination, protocol, port = connection
    names = names_at(destination, protocol, port)
    return (
        holds(box.source, source) and holds(box.destination, destination) and in_ports(box.ports, names, protocol, port)
    )


def could_be(source, destination):
    """Whether two ends could be of one world, where a namespace has one set of labels; not two addresses."""
    if isinstance(source, Pod) and isinstance(destination, Pod):
        return source.namespace != destination.namespace or source.namespace_labels == destination.namespace_labels
    return isinstance(source, Pod) or isinstance(destination, Pod)


def of_one_world(ends):
    """Ends, of which pods of one namespace have its labels: those that the first of them has."""
    labels = {}
    for end in ends:
        if isinstance(end, Pod):
            carried = labels.setdefault(end.namespace, end.namespace_labels)
            yield msgspec.structs.replace(end, namespace_labels=carried)
        else:
            yield end


def side(ruleset, direction, connection):
    """What closes an end, and what lets a connection through there."""
    source, destination, protocol, port = connection
    subject, other = (source, destination) if direction == "egress" else (destination, source)
    direction_rules = ruleset.of(direction)
    closed = [each.reason for each in direction_rules.isolations if holds(each.subject, subject)]
    rules = [
        each.reason
        for each in direction_rules.allow_rules
        if holds(each.subject, subject) and holds(each.peer, other) and is_port(each.ports, destination, protocol, port)
    ]
    return closed, rules if closed else []


def passes(ruleset, direction, connection):
    closed, rules = side(ruleset, direction, connection)
    return not closed or bool(rules)


def allows(ruleset, connection):
    """Whether a connection passes both ends, each of which has at most one address."""
    return passes(ruleset, "egress", connection) and passes(ruleset, "ingress", connection)


def between(ruleset, source, destination):
    """Keep the rules for two ends: asked about any of their ports, it answers as all of them do, and sooner."""

    def part(direction_rules, subject, other):
        isolations = tuple(each for each in direction_rules.isolations if holds(each.subject, subject))
        allow_rules = (
            each for each in direction_rules.allow_rules if holds(each.subject, subject) and holds(each.peer, other)
        )
        return DirectionRules(isolations, tuple(allow_rules))

    ingress, egress = part(ruleset.ingress, destination, source), part(ruleset.egress, source, destination)
    return RuleSet(ingress, egress, ruleset.namespaces)


class Maker:
    """Makes random things of the universe."""

    def __init__(self, random):
        self.random = random

    def chance(self, likely):
        return self.random.random() < likely

    def requirement(self, key, values=VALUES, operators=("In", "NotIn", "Exists", "DoesNotExist")):
        operator = self.random.choice(operators)
        if operator in ("Exists", "DoesNotExist"):
            return LabelRequirement(key, operator)
        return LabelRequirement(key, operator, tuple(sorted(self.random.sample(values, self.random.randint(1, 2)))))

    def selector(self, *keys):
        found = None
        while found is None:
            found = selector_of(
                self.requirement(self.random.choice(keys)) for _ in range(self.random.choice((0, 1, 1, 2)))
            )
        return found

    def namespaces(self):
        found = None
        while found is None:
            named = [self.requirement(IDENTITY, MENTIONED, ("In", "In", "NotIn"))] if self.chance(0.6) else []
            labelled = [self.requirement("team") for _ in range(self.random.choice((0, 0, 1, 2)))]
            found = selector_of((*named, *labelled))
        return found

    def pods(self):
        return EVERY_POD if self.chance(0.1) else PodSet(self.namespaces(), self.selector("app", "tier"))

    def addresses(self):
        """Of a few numbers, or of all but a few."""
        few = union([each.addresses for each in self.random.sample(ADDRESSES, self.random.randint(1, 8))])
        return few if self.chance(0.6) else few.complement()

    def region(self):
        return self.pods() if self.chance(0.7) else self.addresses()

    def port_set(self):
        """Ports of a rule, mostly of TCP."""
        if self.chance(0.2):
            return EVERY_PORT
        return ports_of(self.port() for _ in range(self.random.randint(1, 3)))

    def port(self):
        protocol = self.random.choice(("TCP", "TCP", "UDP"))
        if self.chance(0.3):
            return NamedPort(protocol, self.random.choice(NAMES))
        first, last = sorted(self.random.choices(PORTS, k=2))
        return PortInterval(protocol, FIRST, LAST) if self.chance(0.2) else PortInterval(protocol, first, last)

    def piece(self):
        """Ports as the engine cuts them."""
        first, last = sorted(self.random.choices(PORTS, k=2))
        chosen = self.random.sample(NAMES, self.random.choice((0, 0, 1, 2, 3)))
        named = frozenset(name for name in chosen if self.chance(0.5))
        return DestinationPorts(
            self.random.choice(("TCP", "TCP", "UDP")), first, last, named, frozenset(chosen) - named
        )

    def end(self):
        if self.chance(0.2):
            return self.random.choice(ADDRESSES)
        pod = self.random.choice(PODS)
        return Pod(
            namespace=pod.namespace,
            namespace_labels=pod.namespace_labels,
            labels=pod.labels,
            ports=self.random.choice(CONTAINER_PORTS),
        )

    def connection(self):
        while True:
            source, destination = self.end(), self.end()
            if could_be(source, destination):
                return source, destination, self.random.choice(("TCP", "TCP", "UDP")), self.random.choice(PORTS)

    def ruleset(self):
        return RuleSet(self.direction_rules(), self.direction_rules(), KNOWN)

    def direction_rules(self):
        """Some pods are closed, and some connections let through, mostly to or from pods that are closed."""
        isolations = [Isolation(self.pods(), self.reason()) for _ in range(self.random.choice((0, 1, 1, 2, 3)))]
        subjects = [*(isolation.subject for isolation in isolations), self.pods()]
        allow_rules = []
        for _ in range(self.random.choice((0, 1, 2, 4))):
            allow_rules += self.allow_rules(self.random.choice(subjects))
        return DirectionRules(tuple(isolations), tuple(allow_rules))

    def allow_rules(self, subject):
        """A few rules, which may be for everybody, or for one peer twice."""
        peers, ports = [self.peer()], self.port_set()
        if self.chance(0.3):
            peers = [*ANYTHING, *peers]
        elif self.chance(0.3):
            peers = [*peers, *peers]
        for peer in peers:
            yield AllowRule(subject, peer, ports if self.chance(0.5) else self.port_set(), self.reason())

    def peer(self):
        return EVERY_ADDRESS if self.chance(0.1) else self.region()

    def reason(self):
        return Reason(None, "", None, f"{self.random.getrandbits(60):x}")


IPV4 = [end for end in ADDRESSES if end.addresses.ranges[0].family == 4]


class Tiered(Maker):
    """Rules with tiers around them."""

    def workload(self):
        """A pod whose address is known, or one of several, or not at all; or an address."""
        end = self.end()
        if isinstance(end, Address):
            return end
        few = union([each.addresses for each in self.random.sample(IPV4, self.random.choice((0, 1, 2)))])
        return msgspec.structs.replace(end, addresses=few, host_network=self.chance(0.1))

    def direction_rules(self):
        """Rules that are often for pods, too, that nothing isolates."""
        found = super().direction_rules()
        more = tuple(self.allow_rules(EVERY_POD)) if self.chance(0.5) else ()
        found = msgspec.structs.replace(found, allow_rules=found.allow_rules + more)
        exempt = tuple(Isolation(self.pods(), self.reason()) for _ in range(self.random.choice((0, 0, 1))))
        return msgspec.structs.replace(found, before=self.tiers(), behind=self.tiers(), exempt=exempt)

    def tiers(self):
        return tuple(Tier(str(number), self.decisions()) for number in range(self.random.choice((0, 1, 1, 2))))

    def decisions(self):
        return tuple(self.decision() for _ in range(self.random.choice((1, 3, 5))))

    def decision(self):
        """One that often holds the same connections as others, and some more or fewer."""
        ports = EVERY_PORT if self.chance(0.3) else self.port_set()
        wide, peer = self.chance(0.5), self.peer()
        if self.chance(0.5):
            peer = self.random.choice(ANYTHING)
        action = self.random.choice(("allow", "deny", "next"))
        return Decision(EVERY_POD if wide else self.pods(), peer, ports, action, self.reason())
