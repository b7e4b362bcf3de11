"""The relation, and the answers to questions, are those of the naive model, in random worlds."""

import ipaddress
import json

import msgspec
import pytest

from netpolc.engine.relation import relation_of
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.report.relation import as_json
from netpolc.results import Relation
from tests.naive import policies
from tests.naive.policies import Address
from tests.strategies.clusters import read
from tests.strategies.worlds import NUMBERS, PROTOCOLS, made_up

PORTS = [(protocol, port) for protocol in PROTOCOLS for port in (*NUMBERS[:-1], 2, 82, 65534, 65535)]


def replica(end):
    """Any pod like one: that a pod always reaches itself is nothing that policies say."""
    return end if isinstance(end, Address) else msgspec.structs.replace(end, name=None)


def nets(document):
    """The ids of blocks of addresses, with their first and last ones."""
    for peer in document["peers"]:
        if peer["type"] == "net":
            for held in peer["ranges"]:
                first, _, last = held.partition("-")
                yield ipaddress.ip_address(first), ipaddress.ip_address(last), peer["id"]


def id_of(end, blocks):
    if not isinstance(end, Address):
        return f"{end.namespace}/{end.name}"
    address = ipaddress.ip_address(end.ip)
    (found,) = (name for first, last, name in blocks if first.version == address.version and first <= address <= last)
    return found


def expanded(document):
    """The pairs of a document of groups."""
    return {
        (source, destination): group["ports"]
        for group in document["groups"]
        for source in group["sources"]
        for destination in group["destinations"]
    }


def has(ports, protocol, port):
    return any(each["protocol"] in (protocol, "ANY") and each["first"] <= port <= each["last"] for each in ports)


@pytest.mark.search(8, block=8)
def test_the_document_of_the_relation_is_what_policies_allow(seeds):
    for seed in seeds:
        world, _ = made_up(seed)
        cluster = read(world)
        relation = Relation(relation_of(cluster.population(), cluster.ruleset))
        document = json.loads("".join(as_json(relation, pairs=True)))
        related = {(each["source"], each["destination"]): each["ports"] for each in document["connections"]}
        assert len(related) == len(document["connections"])
        assert expanded(json.loads("".join(as_json(relation)))) == related
        blocks = list(nets(document))
        ids = [(id_of(end, blocks), replica(end)) for end in world.ends]
        for start, source in ids:
            for end, destination in ids:
                if isinstance(source, Address) and isinstance(destination, Address):
                    assert (start, end) not in related
                    continue
                ports = related.get((start, end), [])
                for protocol, port in PORTS:
                    expected = policies.allows(world.documents, source, destination, protocol, port)
                    assert has(ports, protocol, port) is expected, f"seed {seed}: {start} -> {end} {protocol} {port}"


@pytest.mark.search(8, block=8)
def test_answers_are_what_policies_allow_and_name_those_that_do(seeds):
    for seed in seeds:
        world, asked = made_up(seed)
        cluster = read(world)
        ends = Endpoints(cluster)
        taken = {end.ip for end in world.pods}
        for source, destination, protocol, port in asked[:60]:
            outside = [each for each in (source, destination) if isinstance(each, Address)]
            if len(outside) > 1 or any(each.ip in taken for each in outside):
                continue
            start, end = (each.ip if isinstance(each, Address) else id_of(each, ()) for each in (source, destination))
            end = f"[{end}]" if ":" in end else end
            found = answer(cluster, ends, start, f"{end}:{port}/{protocol.lower()}")
            if source == destination:  # every pod of the world is one of a kind, and reaches itself
                assert found.allowed, f"seed {seed}: {start} {protocol} {port}"
                continue
            expected = policies.allows(world.documents, replica(source), replica(destination), protocol, port)
            assert found.allowed is expected, f"seed {seed}: {start} -> {end} {protocol} {port}"
            pods = {"egress": source, "ingress": destination}
            for side in (found.egress, found.ingress):
                pod = pods[side.direction]
                closed = not isinstance(pod, Address) and policies.isolates(
                    world.documents, side.direction.title(), pod
                )
                assert bool(side.closed_by) is closed
                assert side.closed_by or not side.rules
                # Policies that let something through close only where none denies.
                closing, admitting = ({each.policy for each in found} for found in (side.closed_by, side.rules))
                assert admitting <= closing or admitting.isdisjoint(closing)
