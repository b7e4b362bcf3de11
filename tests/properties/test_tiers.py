"""Tiers around NetworkPolicies: verdicts, the relation and reviews are those of the naive model, in random worlds.

Of a pod that could exist nobody knows the names of its ports, so documents have the names: those that a port must have,
and those that it must not have. Pods are drawn with names for some of their ports.
"""

import ipaddress
import json

import msgspec
import pytest

from netpolc.checks.options import CheckOptions
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.engine import verdicts
from netpolc.engine.relation import relation_of
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.queries.review import review
from netpolc.report.changes import Naming
from netpolc.report.changes import as_json as as_json_review
from netpolc.report.relation import as_json
from netpolc.results import Relation
from netpolc.sets.addresses import block
from netpolc.source import Source
from tests.naive import tiers
from tests.naive.policies import Address
from tests.properties.test_cover import Document, Pods, as_any, as_in
from tests.properties.test_relation import PORTS, has, id_of, nets, replica
from tests.strategies.clusters import text_of
from tests.strategies.tiers import made_up
from tests.strategies.worlds import NUMBERS, PROTOCOLS

LEAST = 100_000
"""How many verdicts of the relation are compared."""


def finality(seed):
    """What engines do of both kinds, one after the other."""
    return ("direction", "pod")[seed % 2]


def read(world, final):
    found = combine([read_manifests(Source("world.json", text_of(world)))])
    cluster = cluster_of(Inputs(None, found, found.diagnostics), CompileOptions(checks=CheckOptions(finality=final)))
    assert not [each for each in cluster.diagnostics if each.severity == "error"], cluster.diagnostics
    return cluster


def expected(world, seed, source, destination, protocol, port):
    final_for_pod = finality(seed) == "pod"
    ends = replica(source), replica(destination)
    return tiers.allows(world.documents, *ends, protocol, port, final_for_pod=final_for_pod)


class Ends:
    """The ends of a world as the engine knows them."""

    def __init__(self, cluster):
        self.pods = {peer.id: peer.end for peer in cluster.workload_peers()}

    def of(self, end):
        if not isinstance(end, Address):
            return self.pods[f"{end.namespace}/{end.name}"]
        address = ipaddress.ip_address(end.ip)
        return verdicts.Address(block(address.version, int(address), address.max_prefixlen))


@pytest.mark.search(6, block=6)
def test_the_engine_agrees_with_the_naive_model(seeds):
    for seed in seeds:
        world, connections = made_up(seed)
        cluster = read(world, finality(seed))
        judge, ends = verdicts.Evaluator(cluster.ruleset), Ends(cluster)
        for source, destination, protocol, port in connections:
            if isinstance(source, Address) and isinstance(destination, Address):
                continue
            found = judge.allows(ends.of(source), ends.of(destination), protocol, port)
            wanted = expected(world, seed, source, destination, protocol, port)
            assert found is wanted, f"seed {seed}: {source} -> {destination} {protocol} {port}"


@pytest.mark.search(24, block=24)
def test_the_relation_is_what_policies_allow(seeds):
    count = 0
    for seed in seeds:
        world, _ = made_up(seed)
        cluster = read(world, finality(seed))
        document = json.loads(
            "".join(as_json(Relation(relation_of(cluster.population(), cluster.ruleset)), pairs=True))
        )
        related = {(each["source"], each["destination"]): each["ports"] for each in document["connections"]}
        blocks = list(nets(document))
        ids = [(id_of(end, blocks), end) for end in world.ends]
        for start, source in ids:
            for end, destination in ids:
                if isinstance(source, Address) and isinstance(destination, Address):
                    continue
                ports = related.get((start, end), [])
                found = {asked for asked in PORTS if has(ports, *asked)}
                wanted = tiers.passing(
                    world.documents,
                    replica(source),
                    replica(destination),
                    set(PORTS),
                    final_for_pod=finality(seed) == "pod",
                )
                assert found == wanted, f"seed {seed}: {start} -> {end} {found ^ wanted}"
                count += len(PORTS)
    assert seeds.meet(count, LEAST / len(seeds))


@pytest.mark.search(3, block=3)
@pytest.mark.parametrize("real", [True, False], ids=["beside workloads", "without workloads"])
def test_the_relation_holds_each_connection_of_every_pod_that_could_exist(seeds, real):
    for seed in seeds:
        world, _ = made_up(seed)
        pods = Pods(seed, world)
        shown = tuple(msgspec.structs.replace(pod, ip=None) for pod in world.pods) if real else ()
        pods.world = msgspec.structs.replace(world, pods=shown)
        cluster = read(pods.world, finality(seed))
        population = cluster.population()
        document = Document("".join(as_json(Relation(relation_of(population, cluster.ruleset)))))
        for _ in range(100):
            ends = pods.pair()
            protocol, port = pods.random.choice(PROTOCOLS), pods.random.choice((*NUMBERS, 7777))
            wanted = expected(pods.world, seed, *ends, protocol, port)
            says = document.says(*ends, protocol, port)
            assert says is wanted or (wanted and not population.complete), f"seed {seed}: {ends} {protocol} {port}"


@pytest.mark.search(2)
def test_a_review_holds_each_change_for_every_pod_that_could_exist(seed):
    world, _ = made_up(seed)
    pods = Pods(seed, world)
    shown = world.pods if seed % 3 else ()
    pods.world = msgspec.structs.replace(world, pods=shown)
    worlds = [pods.world, msgspec.structs.replace(pods.world, documents=list(other_documents(seed, world, pods)))]
    pods.random.shuffle(worlds)
    old, new = (read(each, finality(seed)) for each in worlds)
    document = Document("".join(as_json_review(review(old, new), Naming())))
    for _ in range(100):
        ends = pods.pair()
        asked = (pods.random.choice(PROTOCOLS), pods.random.choice((*NUMBERS, 7777)))
        before, after = (expected(each, seed, *(as_in(each, end) for end in ends), *asked) for each in worlds)
        if any(document.says(*either, *asked, document.partial) for either in as_any(*ends)):
            continue
        wanted = {"widened": after and not before, "narrowed": before and not after}
        for way, groups in document.changes.items():
            says = document.says(*ends, *asked, groups)
            assert says is wanted[way], f"seed {seed}: {way} {ends} {asked}"


def other_documents(seed, world, pods):
    """Some of the policies of a world, and some of another one's, of other names and priorities."""
    kept = [each for each in world.documents if pods.random.random() < 0.7]
    yield from kept
    taken = {each["spec"].get("priority") for each in kept}
    for number, each in enumerate(made_up(seed + 1_000_000)[0].documents):
        if pods.random.random() < 0.3 and each["kind"] != "BaselineAdminNetworkPolicy":
            each["metadata"]["name"] = f"more-{number}"
            if each["kind"] == "NetworkPolicy" or each["spec"]["priority"] not in taken:
                yield each
