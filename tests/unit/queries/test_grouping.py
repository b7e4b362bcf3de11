import random

import pytest

from netpolc.engine.changes import ConnectionChange
from netpolc.engine.peers import Peer
from netpolc.engine.verdicts import Pod
from netpolc.queries.change_reasons import ChangeLine
from netpolc.queries.grouping import grouped
from netpolc.queries.review import Finding, review
from netpolc.sets.ports import PortInterval, PortSet
from tests.unit.queries.clusters import cluster

PEERS = [Peer(id=name, end=Pod(namespace="shop")) for name in "abcdef"]
PORTS = [PortSet((PortInterval("TCP", port, port),)) for port in (1, 2)]
LINES = [ChangeLine("new", "shop.netpol", number, "") for number in (1, 2)]


def findings(source):
    for one in PEERS:
        for other in PEERS:
            if source.random() < 0.7:
                widened = source.random() < 0.8
                change = ConnectionChange(widened=widened, source=one, destination=other, ports=source.choice(PORTS))
                yield Finding(change, (source.choice(LINES),), ("NP620",) if widened and source.random() < 0.3 else ())


def facts(each):
    change = each.change
    return change.widened, change.source.id, change.destination.id, change.ports, each.lines, each.risks


@pytest.mark.search(10)
def test_groups_are_the_findings_and_nothing_else(seed):
    found = list(findings(random.Random(seed)))
    groups = grouped(found)
    told = [
        (group.widened, source, destination, group.ports, group.lines, group.risks)
        for group in groups
        for source in group.sources
        for destination in group.destinations
    ]
    assert sorted(told) == sorted(map(facts, found))
    order = [(not group.risks, not group.widened) for group in groups]
    assert order == sorted(order)


def test_forty_pods_of_one_cause_are_one_group():
    names = ", ".join(f"pod-{number}" for number in range(40))
    head = "namespace shop\nbaseline deny ingress\n"
    found = review(cluster(f"{head}web -> db:1\n"), cluster(f"{head}web -> db:1\n{{{names}}} -> db:1\n"))
    (group,) = grouped(found.findings)
    assert (len(group.sources), group.destinations) == (40, ("shop/[app=db]",))
