"""What was seen is joined and judged exactly: which lines are used, what is refused, what nobody can tell."""

from collections import Counter

import pytest

import netpolc
from netpolc.cluster.sides import cluster_for
from netpolc.flows.reduction import Reduction
from netpolc.queries.traffic.holding import traffic_of
from netpolc.queries.traffic.judging import Judge
from tests.conformance.engine import Evaluator
from tests.naive import policies
from tests.naive.traffic import truth
from tests.strategies.seen import seen_world
from tests.strategies.worlds import made_up


def found(world):
    here = netpolc.workspace({"a.netpol": world.program, "b.json": world.manifests}, remembers=False)
    cluster = cluster_for(here, ("a.netpol", "b.json"), None, None)
    reduction = Reduction()
    reduction.add_all(record for each in world.connections for record in each.records)
    return traffic_of(cluster, reduction.distinct())


def stem(ids):
    """A peer that no manifest shows by its namespace alone."""
    (name,) = ids
    return f"{name.partition('[')[0]}[" if "[" in name else name


@pytest.mark.search(240, block=60)
def test_lines_are_used_and_connections_refused_as_they_are(seeds):
    """Each search meets lines that are used, connections that are refused, and records that nobody can judge."""
    met = Counter()
    for seed in seeds:
        world = seen_world(seed)
        used, refused, unjoined = truth(world)
        traffic = found(world)
        assert sum(each.flow.count for each in traffic.unjoined) == unjoined, seed
        seen = Counter()
        for each in traffic.refused:
            seen[stem(each.sources), stem(each.destinations), each.protocol, each.port, each.verdict] += each.count
        assert seen == refused, seed
        assert [line.source.text for line in traffic.lines] == [line.text for line in world.lines], seed
        assert {each: sum(one.count for one in several) for each, several in traffic.used.items()} == used, seed
        met.update(used=bool(used), refused=bool(refused), unjoined=bool(unjoined))
    for what, share in (("used", 0.3), ("refused", 0.6), ("unjoined", 0.8)):
        assert seeds.meet(met[what], share), (what, met[what])


@pytest.mark.search(10, block=10)
def test_verdicts_that_share_what_is_asked_of_each_end_are_those_of_the_naive_model(seeds):
    for seed in seeds:
        world, connections = made_up(seed)
        judge = Evaluator(world.documents, world.ends, Judge)
        for connection in connections:
            assert judge.allows(*connection) is policies.allows(world.documents, *connection), (seed, connection)
