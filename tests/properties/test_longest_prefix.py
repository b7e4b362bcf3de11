"""Where the longest prefix decides, verdicts and the relation are those of the naive model, in random worlds."""

import ipaddress
import json
import random

import pytest

from netpolc.checks.options import CheckOptions
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.engine.relation import relation_of
from netpolc.engine.verdicts import Evaluator
from netpolc.manifests.reading import read_manifests
from netpolc.report.relation import as_json
from netpolc.results import Relation
from netpolc.source import Source
from tests.naive import longest_prefix
from tests.naive.policies import Address, Pod
from tests.properties.test_relation import has, id_of, nets
from tests.properties.test_tiers import Ends
from tests.strategies.clusters import text_of
from tests.strategies.worlds import World

BLOCKS = [
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/8",
    "10.0.0.0/9",
    "10.1.0.0/16",
    "10.1.2.0/24",
    "10.1.2.3/32",
    "10.1.2.4/32",
    "10.64.0.0/10",
    "192.0.2.0/24",
]
INSIDE = {
    each: [
        one
        for one in BLOCKS
        if one != each
        and ipaddress.ip_network(one).version == ipaddress.ip_network(each).version
        and ipaddress.ip_network(one).subnet_of(ipaddress.ip_network(each))
    ]
    for each in BLOCKS
}
ASKED = [("TCP", 80), ("TCP", 443), ("UDP", 53)]
OUTSIDE = ["10.1.2.5", "10.1.9.9", "10.65.0.1", "10.200.0.1", "192.0.2.7", "203.0.113.9", "2001:db8::1"]


def made_up(seed):
    """A few pods with addresses in blocks and exceptions of one another, and policies of two namespaces."""
    chance = random.Random(seed)
    addresses = ["10.1.2.3", "10.1.2.4", "10.1.7.7", "10.64.0.9", "192.0.2.1"]
    pods = tuple(
        Pod(
            namespace=chance.choice(["shop", "shop", "lab"]),
            namespace_labels={},
            labels={"app": chance.choice("ab"), "tier": chance.choice("xy")},
            ip=ip,
            name=f"pod-{number}",
        )
        for number, ip in enumerate(addresses)
    )
    documents = [policy(chance, number) for number in range(chance.randint(2, 5))]
    return World(documents, pods, tuple(map(Address, OUTSIDE)))


def policy(chance, number):
    types = chance.choice([["Egress"], ["Egress", "Ingress"], ["Ingress"]])
    spec = {"podSelector": selector(chance), "policyTypes": types}
    for direction, of_peers in (("Egress", "to"), ("Ingress", "from")):
        if direction in types:
            spec[direction.lower()] = [rule(chance, of_peers) for _ in range(chance.randint(1, 3))]
    metadata = {"name": f"policy-{number}", "namespace": chance.choice(["shop", "shop", "lab"])}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def selector(chance):
    return chance.choice(
        [{}, {"matchLabels": {"app": chance.choice("ab")}}, {"matchLabels": {"tier": chance.choice("xy")}}]
    )


def rule(chance, of_peers):
    found = {}
    if chance.random() < 0.85:
        found[of_peers] = [peer(chance) for _ in range(chance.randint(1, 2))]
    if chance.random() < 0.85:
        protocol, port = chance.choice(ASKED)
        found["ports"] = [{"protocol": protocol, "port": port}]
    return found


def peer(chance):
    if chance.random() < 0.25:
        return {"podSelector": selector(chance)}
    cidr = chance.choice(BLOCKS)
    inside = INSIDE[cidr]
    excepts = chance.sample(inside, min(len(inside), chance.choice([0, 1, 1, 2])))
    return {"ipBlock": {"cidr": cidr, "except": excepts} if excepts else {"cidr": cidr}}


@pytest.mark.search(30, block=30)
def test_the_longest_prefix_decides(seeds):
    for seed in seeds:
        world = made_up(seed)
        found = read_manifests(Source("world.json", text_of(world)))
        assert not found.diagnostics, found.diagnostics
        options = CompileOptions(checks=CheckOptions(platform=PLATFORMS["eks"]))
        cluster = cluster_of(Inputs(None, found, ()), options)
        document = json.loads(
            "".join(as_json(Relation(relation_of(cluster.population(), cluster.ruleset)), pairs=True))
        )
        related = {(each["source"], each["destination"]): each["ports"] for each in document["connections"]}
        blocks, judge, ends = list(nets(document)), Evaluator(cluster.ruleset), Ends(cluster)
        for source in world.ends:
            for destination in world.ends:
                if source is destination or (isinstance(source, Address) and isinstance(destination, Address)):
                    continue
                if ipaddress.ip_address(source.ip).version != ipaddress.ip_address(destination.ip).version:
                    continue
                wanted = longest_prefix.passing(world.documents, world.pods, source, destination, set(ASKED))
                of_two = ends.of(source), ends.of(destination)
                shown = related.get((id_of(source, blocks), id_of(destination, blocks)), [])
                for how, allowed in (
                    ("verdict", {each for each in ASKED if judge.allows(*of_two, *each)}),
                    ("relation", {each for each in ASKED if has(shown, *each)}),
                ):
                    assert allowed == wanted, f"seed {seed}: {how} of {source} -> {destination} {allowed ^ wanted}"
