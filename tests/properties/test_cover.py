"""The relation is a cover: it holds each connection of every pod that could exist, and says nothing that is not true.

What a document says is read as a program would read it, and held against the plain model. Pods are drawn in namespaces
that manifests show and in others, beside the pods that there are and without any.
"""

import functools
import ipaddress
import itertools
import json
import random
import re

import msgspec
import pytest

from netpolc.engine.relation import relation_of
from netpolc.queries.review import review
from netpolc.report.changes import Naming
from netpolc.report.changes import as_json as as_json_review
from netpolc.report.relation import as_json
from netpolc.results import Relation
from tests.naive import policies
from tests.naive.policies import Address, Pod
from tests.naive.programs import NAME_LABEL
from tests.strategies.clusters import read
from tests.strategies.worlds import EDGES, KEYS, NAMESPACES, NUMBERS, PORT_NAMES, PROTOCOLS, VALUES, made_up

ELSEWHERE = ("elsewhere", "kube-system")
REQUIREMENT = re.compile(r"(!?)([^\s!=,()]+)(?:\s*(=|!=| in| notin)\s*(\([^)]*\)|[^,]*))?(?:, |$)")


def matches(selector, labels):
    """Whether a selector in kubectl's syntax selects labels."""
    return all(meets(labels, *requirement) for requirement in requirements(selector))


@functools.cache
def requirements(selector):
    found = [found.groups() for found in REQUIREMENT.finditer(selector) if found.group(0)]
    return [(lacking, key, operator and operator.strip(), listed(values)) for lacking, key, operator, values in found]


def listed(values):
    return [each.strip() for each in (values or "").strip().removeprefix("(").removesuffix(")").split(",")]


def meets(labels, lacking, key, operator, values):
    if operator is None:
        return (key in labels) is not bool(lacking)
    return (labels.get(key) in values) is (operator in ("=", "in"))


@functools.cache
def bounds_of(held):
    return tuple(map(ipaddress.ip_address, held.split("-")))


class Document:
    """A relation as its document says it."""

    def __init__(self, text):
        document = json.loads(text)
        self.peers = document["peers"]
        self.groups = [members(each) for each in document.get("groups", ())]
        self.changes = {
            way: [members(each) for each in document.get("changes", ()) if each["change"] == way]
            for way in ("widened", "narrowed")
        }
        self.partial = [members(each) for each in document.get("changes", ()) if "partial" in each]

    def holding(self, end):
        """The ids of the peers that one end is of."""
        return {peer["id"] for peer in self.peers if self.holds(peer, end)}

    def holds(self, peer, end):
        if isinstance(end, Address):
            address = ipaddress.ip_address(end.ip)
            bounds = map(bounds_of, peer.get("ranges", ()))
            return any(first.version == address.version and first <= address <= last for first, last in bounds)
        if peer["type"] == "workload":
            return (peer["namespace"], peer["name"]) == (end.namespace, end.name)
        if peer["type"] != "pods" or end.name is not None:
            return False
        place = peer["namespace"]
        inside = matches(peer["namespace_selector"], end.namespace_labels) if place is None else place == end.namespace
        return inside and matches(peer["selector"], end.labels)

    def says(self, source, destination, protocol, port, groups=None):
        """Whether any group has the connection."""
        starts, ends = self.holding(source), self.holding(destination)
        names = {name for name, *number in getattr(destination, "ports", ()) if number == [protocol, port]}
        return any(
            starts & sources and ends & destinations and has(group, protocol, port, names)
            for sources, destinations, group in (self.groups if groups is None else groups)
        )


def members(group):
    return set(group["sources"]), set(group["destinations"]), group


def has(group, protocol, port, names):
    return any(
        each["protocol"] in (protocol, "ANY")
        and each["first"] <= port <= each["last"]
        and names.isdisjoint(each.get("but", ()))
        for each in group["ports"]
    ) or any(
        each["protocol"] == protocol
        and {each["name"], *each.get("also", ())} <= names
        and names.isdisjoint(each.get("but", ()))
        and each.get("first", port) <= port <= each.get("last", port)
        for each in group.get("named_ports", ())
    )


class Pods:
    """Pods that could exist in a world."""

    def __init__(self, seed, world):
        self.random = random.Random(seed)
        self.labels = {pod.namespace: pod.namespace_labels for pod in world.pods}
        self.world = world
        for name in (*NAMESPACES, *ELSEWHERE):
            self.labels.setdefault(name, {**self.some(), NAME_LABEL: name})

    def some(self):
        return {key: self.random.choice(VALUES) for key in KEYS if self.random.random() < 0.5}

    def pod(self):
        namespace = self.random.choice(tuple(self.labels))
        ports = tuple(
            (self.random.choice(PORT_NAMES), self.random.choice(PROTOCOLS), self.random.choice(NUMBERS))
            for _ in range(self.random.choice((0, 0, 1, 2)))
        )
        return Pod(namespace, self.labels[namespace], self.some(), ports)

    def end(self):
        kind = self.random.random()
        if kind < 0.2:
            return Address(self.random.choice(EDGES))
        return self.random.choice(self.world.pods) if kind < 0.4 and self.world.pods else self.pod()

    def pair(self):
        ends = [self.pod(), self.end()]
        self.random.shuffle(ends)
        return ends


def cases(seed, *, real):
    """A world, its document, and connections of which one end at least could exist."""
    world, _ = made_up(seed)
    pods = Pods(seed, world)
    # The address of a pod that could exist is nobody's.
    shown = tuple(msgspec.structs.replace(pod, ip=None) for pod in world.pods) if real else ()
    pods.world = msgspec.structs.replace(world, pods=shown)
    cluster = read(pods.world)
    relation = Relation(relation_of(cluster.population(), cluster.ruleset))
    document = Document("".join(as_json(relation)))
    for _ in range(150):
        source, destination = pods.pair()
        protocol, port = pods.random.choice(PROTOCOLS), pods.random.choice((*NUMBERS, 7777))
        expected = policies.allows(world.documents, source, replica(destination), protocol, port)
        yield document, (source, destination, protocol, port), expected


def replica(end):
    return end if isinstance(end, Address) else msgspec.structs.replace(end, name=None)


@pytest.mark.search(20, block=10)
@pytest.mark.parametrize("real", [True, False], ids=["beside workloads", "without workloads"])
def test_the_relation_holds_each_connection_of_every_pod_that_could_exist(seeds, real):
    for seed in seeds:
        for document, asked, expected in cases(seed, real=real):
            assert document.says(*asked) is expected, f"seed {seed}: {asked}"


def changed(seed, *, real, changing=0.0):
    """Two sets of policies over one world, the document of their review, and connections with what they changed.

    Some of the world's pods are `changing` their labels, and so are their namespaces.
    """
    world, _ = made_up(seed)
    pods = Pods(seed, world)
    shown = world.pods if real else ()
    pods.world = msgspec.structs.replace(world, pods=shown)
    kept = [each for each in world.documents if pods.random.random() < 0.7]
    more = [each for each in made_up(seed + 1_000_000)[0].documents if pods.random.random() < 0.3]
    for number, each in enumerate(more):
        each["metadata"]["name"] = f"more-{number}"
    moved = tuple(
        msgspec.structs.replace(pod, labels=pods.some() if pods.random.random() < changing else pod.labels)
        for pod in shown
    )
    relabelled = {name: {**pods.some(), NAME_LABEL: name} for name in NAMESPACES if pods.random.random() < changing / 2}
    moved = tuple(
        msgspec.structs.replace(pod, namespace_labels=relabelled.get(pod.namespace, pod.namespace_labels))
        for pod in moved
    )
    worlds = [pods.world, msgspec.structs.replace(pods.world, documents=[*kept, *more], pods=moved)]
    pods.random.shuffle(worlds)
    old, new = map(read, worlds)
    document = Document("".join(as_json_review(review(old, new), Naming())))
    for _ in range(100):
        ends = pods.pair()
        protocol, port = pods.random.choice(PROTOCOLS), pods.random.choice((*NUMBERS, 7777))
        before, after = (
            policies.allows(each.documents, here, replica(there), protocol, port)
            for each in worlds
            for here, there in [[as_in(each, end) for end in ends]]
        )
        yield document, (*ends, protocol, port), {"widened": after and not before, "narrowed": before and not after}


def as_any(source, destination):
    """Both ends as themselves, and as any pods that carry the same."""
    return itertools.product((source, replica(source)), (destination, replica(destination)))


def as_in(world, end):
    """A pod as it is in a world: that of its name, or one in its namespace as that is there."""
    if isinstance(end, Address):
        return end
    if end.name is not None:
        return next(pod for pod in world.pods if pod.name == end.name)
    carried = {pod.namespace: pod.namespace_labels for pod in world.pods}
    return msgspec.structs.replace(end, namespace_labels=carried.get(end.namespace, end.namespace_labels))


@pytest.mark.search(10, block=10)
@pytest.mark.parametrize(
    ("real", "changing"),
    [(True, 0.0), (True, 0.5), (False, 0.0)],
    ids=["beside workloads", "beside workloads that change", "without workloads"],
)
def test_a_review_holds_each_change_for_every_pod_that_could_exist(seeds, real, changing):
    for seed in seeds:
        for document, asked, expected in changed(seed, real=real, changing=changing):
            # A part of what a set may do is told of none of its pods.
            if any(document.says(*ends, *asked[2:], document.partial) for ends in as_any(*asked[:2])):
                continue
            for way, groups in document.changes.items():
                assert document.says(*asked, groups) is expected[way], f"seed {seed}: {way} {asked}"
