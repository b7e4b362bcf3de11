"""Random worlds for policies: clusters where selectors, ports and blocks overlap, and policies of everything v1 has."""

import ipaddress
from random import Random

import msgspec

from tests.naive.policies import Address, Pod
from tests.naive.programs import NAME_LABEL

NAMESPACES = ("shop", "data", "ops")
KEYS = ("app", "tier", "env")
VALUES = ("a", "b", "")
"""An empty value is a value; it is not the same as to lack the key."""
PROTOCOLS = ("TCP", "UDP", "SCTP")
NUMBERS = (1, 53, 80, 81, 443, 8080, 65535)
PORT_NAMES = ("http", "dns", "metrics")
BLOCKS = {
    "0.0.0.0/0": ("10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24"),
    "10.0.0.0/8": ("10.1.0.0/16", "10.1.2.0/24", "10.255.255.255/32"),
    "10.1.0.0/16": ("10.1.2.0/24", "10.1.0.0/17", "10.1.0.0/32"),
    "10.1.2.0/24": ("10.1.2.128/25", "10.1.2.3/32"),
    "10.1.2.3/32": (),
    "::/0": ("2001:db8::/32", "2001:db8:1::/48"),
    "2001:db8::/32": ("2001:db8:1::/48", "2001:db8:1::5/128", "2001:db8:8000::/33"),
    "2001:db8:1::/48": ("2001:db8:1::5/128", "2001:db8:1::/49"),
}
POD_ADDRESSES = (
    "10.1.2.3",
    "10.1.2.4",
    "10.1.2.200",
    "10.1.9.9",
    "10.2.0.1",
    "172.16.0.1",
    "2001:db8:1::5",
    "2001:db8::1",
)


def edges(cidr):
    """The first and last address of a block, and those just outside."""
    network = ipaddress.ip_network(cidr)
    first, last = int(network[0]), int(network[-1])
    kind, end = type(network[0]), 2**network.max_prefixlen - 1
    return {str(kind(number)) for number in (first - 1, first, last, last + 1) if 0 <= number <= end}


EDGES = sorted({edge for cidr, excepts in BLOCKS.items() for block in (cidr, *excepts) for edge in edges(block)})


SAMPLES = 500
"""How many connections are asked about in a world."""


class World(msgspec.Struct, frozen=True):
    """Policies, and all that they could be about."""

    documents: list[dict]
    pods: tuple[Pod, ...]
    addresses: tuple[Address, ...]

    @property
    def ends(self):
        """Both ends of connections."""
        return (*self.pods, *self.addresses)


class Maker:
    """Makes random worlds; the API server would accept all of their policies."""

    def __init__(self, random):
        self.random = random

    def world(self):
        namespaces = {name: {**self.labels(), NAME_LABEL: name} for name in NAMESPACES}
        pods = tuple(self.pod(f"pod-{i}", namespaces) for i in range(self.random.randint(4, 10)))
        documents = [self.policy(f"policy-{i}") for i in range(self.random.randint(1, 8))]
        return World(documents, pods, tuple(Address(ip) for ip in self.random.sample(EDGES, 6)))

    def pod(self, name, namespaces):
        namespace = self.random.choice(NAMESPACES)
        ip = self.random.choice((None, *POD_ADDRESSES))
        return Pod(namespace, namespaces[namespace], self.labels(), self.named_ports(), ip, name)

    def named_ports(self):
        """Container ports: a name may stand for several protocols, and in careless pods for several numbers."""
        return tuple(
            (self.random.choice(PORT_NAMES), self.random.choice(PROTOCOLS), self.random.choice(NUMBERS))
            for _ in range(self.random.randint(0, 4))
        )

    def labels(self):
        return {key: self.random.choice(VALUES) for key in KEYS if self.chance(0.6)}

    def policy(self, name):
        spec = {}
        self.put(spec, "podSelector", self.selector())
        self.put(spec, "policyTypes", self.random.choice((["Ingress"], ["Egress"], ["Egress", "Ingress"], [])), 0.7)
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            self.put(spec, direction, [self.rule(peers) for _ in range(self.random.choice((0, 1, 1, 2, 3)))], 0.75)
        metadata = {"name": name, "namespace": self.random.choice(NAMESPACES)}
        return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}

    def rule(self, peers):
        if self.chance(0.03):
            return None
        rule = {}
        self.put(rule, peers, [self.peer() for _ in range(self.random.choice((0, 1, 1, 2, 3)))], 0.8)
        self.put(rule, "ports", [self.port() for _ in range(self.random.choice((0, 1, 1, 2, 3)))], 0.7)
        return rule

    def peer(self):
        kind = self.random.choice(("pods", "namespaces", "both", "block"))
        if kind == "block":
            return {"ipBlock": self.block()}
        peer = {}
        self.put(peer, "namespaceSelector", None, 0.1)
        self.put(peer, "podSelector", None, 0.1)
        if kind != "pods":
            peer["namespaceSelector"] = self.selector(NAME_LABEL)
        if kind != "namespaces":
            peer["podSelector"] = self.selector()
        return peer

    def block(self):
        cidr = self.random.choice(tuple(BLOCKS))
        block = {"cidr": cidr}
        self.put(block, "except", self.random.sample(BLOCKS[cidr], self.random.randint(0, len(BLOCKS[cidr]))), 0.7)
        return block

    def selector(self, *more):
        """Often contradictory, or redundant: values are few, and requirements are drawn one by one."""
        selector = {}
        if self.chance(0.4):
            self.put(selector, "matchLabels", {key: self.value(key) for key in self.random.sample(KEYS, self.few())})
        if self.chance(0.4):
            self.put(selector, "matchExpressions", [self.expression((*KEYS, *more)) for _ in range(self.few())])
        return selector

    def expression(self, keys):
        key, operator = self.random.choice(keys), self.random.choice(("In", "NotIn", "Exists", "DoesNotExist"))
        expression = {"key": key, "operator": operator}
        if operator in {"In", "NotIn"}:
            return {**expression, "values": [self.value(key) for _ in range(self.random.randint(1, 3))]}
        self.put(expression, "values", [], 0.2)
        return expression

    def value(self, key):
        return self.random.choice((*NAMESPACES, "lab") if key == NAME_LABEL else VALUES)

    def port(self):
        port = {}
        self.put(port, "protocol", self.random.choice((*PROTOCOLS, None)), 0.7)
        first, last = sorted(self.random.choices(NUMBERS, k=2))
        match self.random.choice(("whole", "number", "number", "range", "name", "name")):
            case "whole":
                self.put(port, "port", None, 0.2)
            case "number":
                port["port"] = first
                self.put(port, "endPort", None, 0.1)
            case "range":
                port |= {"port": first, "endPort": last}
            case "name":
                port["port"] = self.random.choice(PORT_NAMES)
        return port

    def connections(self, world, count):
        """Connections to ask about: on the ports that policies and pods name, and just beside them."""
        for _ in range(count):
            source, destination = self.random.choice(world.ends), self.random.choice(world.ends)
            if isinstance(destination, Pod) and destination.ports and self.chance(0.4):
                _, protocol, port = self.random.choice(destination.ports)
            else:
                protocol, port = self.random.choice(PROTOCOLS), self.random.choice(NUMBERS)
            yield source, destination, protocol, min(port + self.random.choice((0, 0, 0, 1)), NUMBERS[-1])

    def put(self, mapping, key, value, likely=0.9):
        """Put a value under a key, perhaps; null sometimes stands for an empty one."""
        if self.chance(likely):
            mapping[key] = value if value or self.chance(0.8) else None

    def few(self):
        return self.random.choice((0, 1, 1, 2))

    def chance(self, likely):
        return self.random.random() < likely


def made_up(seed):
    """A random world, and connections in it."""
    maker = Maker(Random(seed))
    world = maker.world()
    return world, list(maker.connections(world, SAMPLES))
