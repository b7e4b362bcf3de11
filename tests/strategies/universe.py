"""A small world where selectors, ports and blocks overlap: its pods and addresses, and what to ask of them."""

import itertools

from tests.naive.policies import Address, Pod
from tests.naive.programs import NAME_LABEL, UNNAMED, AllPorts, NamedPort, Range, holds

OPENED = ("shop", "data", "ops")
"""The namespaces that programs may open."""
LABELS = {
    "shop": {"team": "web", "env": "prod"},
    "data": {"team": "store", "env": "prod"},
    "ops": {},
    "lab": {"team": "web", "env": "dev"},
    UNNAMED: {},
}
APPS = ("web", "api", "db", "cache")
TIERS = ("front", "back")
BLOCKS = {
    "0.0.0.0/0": ("10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24"),
    "10.0.0.0/8": ("10.1.0.0/16", "10.1.2.0/24", "10.255.255.255/32"),
    "10.1.0.0/16": ("10.1.2.0/24", "10.1.0.0/17", "10.1.0.0/32"),
    "10.1.2.3/32": (),
    "::/0": ("2001:db8::/32", "2001:db8:1::/48"),
    "2001:db8::/32": ("2001:db8:1::/48", "2001:db8:1::5/128", "2001:db8:8000::/33"),
    "2001:db8:1::/48": ("2001:db8:1::5/128",),
}
ADDRESSES = tuple(
    Address(ip)
    for ip in (
        *("0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.255.255"),  # noqa: S104 -- asked about, not listened on
        *("10.1.0.0", "10.1.0.1", "10.1.2.3", "10.1.2.255"),
        *("10.1.3.0", "10.2.0.0", "10.255.255.255", "11.0.0.0", "203.0.113.9", "255.255.255.255"),
        *("::", "2001:db7:ffff::", "2001:db8::", "2001:db8:1::5", "2001:db8:1::6", "2001:db8:8000::1", "2001:db9::"),
    )
)
CONTAINERS = {
    "web": (("http", "TCP", 8080), ("dns", "TCP", 80)),
    "api": (("http", "TCP", 80), ("dns", "UDP", 53)),
    "db": (("store", "TCP", 443), ("dns", "TCP", 53), ("dns", "UDP", 53)),
    "cache": (("http", "SCTP", 80),),
    None: (),
}
PORTS = (1, 2, 52, 53, 54, 79, 80, 81, 82, 83, 443, 7999, 8000, 8080, 8100, 8101, 65534, 65535)
RANGES = ((8000, 8100), (80, 81), (53, 80), (1, 65535), (1, 53), (8080, 65535), (81, 82), (83, 90))
PROTOCOLS = ("TCP", "UDP", "SCTP")


def universe(meaning):
    """Pods of every namespace, app and tier, and addresses; owned namespaces carry the labels that they state."""
    pods = []
    for namespace, real in LABELS.items():
        labels = {**meaning.stated.get(namespace, real), NAME_LABEL: namespace}
        for app, tier in itertools.product((*APPS, None), (*TIERS, None)):
            carried = {key: value for key, value in (("app", app), ("tier", tier)) if value is not None}
            pods.append(Pod(namespace, labels, carried, CONTAINERS[app]))
    return pods, ADDRESSES


def connections(random, meaning, count):
    """Connections to ask about: near what flows say, and anywhere."""
    pods, addresses = universe(meaning)
    ends = (*pods, *random.sample(addresses, 8))
    inside = {peer: [end for end in ends if holds(peer, end)] for peer in _peers(meaning)}
    for _ in range(count):
        source, destination = random.choice(ends), random.choice(ends)
        port, protocol = random.choice(PORTS), random.choice(PROTOCOLS)
        if meaning.flows and random.random() < 0.7:
            _, one, other, items = random.choice(meaning.flows)
            source = _near(random, inside[one], source)
            destination = _near(random, inside[other], destination)
            if random.random() < 0.8:
                protocol, port = _hit(random, random.choice(items), destination) or (protocol, port)
        yield source, destination, protocol, port


def _peers(meaning):
    return {peer for _, one, other, _ in meaning.flows for peer in (one, other)}


def _near(random, inside, other):
    return random.choice(inside) if inside and random.random() < 0.85 else other


def _hit(random, item, destination):
    """A port that one item names, or just misses."""
    protocol = item.protocol or "TCP"
    match item:
        case Range(first, last):
            return protocol, min(max(random.choice([first - 1, first, last, last + 1]), 1), 65535)
        case NamedPort():
            named = destination.ports if isinstance(destination, Pod) else ()
            return random.choice([(other, port) for _, other, port in named] or [None])
        case AllPorts():
            return (item.protocol or random.choice(PROTOCOLS)), random.choice(PORTS)
