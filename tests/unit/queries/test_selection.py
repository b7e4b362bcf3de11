"""Who is asked about, by id, name or selector; of workloads, only the rules that matter to them are looked at."""

import pytest

from netpolc.engine.bits import numbers
from netpolc.engine.relation import relation_of
from netpolc.queries.reading import QueryError
from netpolc.queries.selection import select
from tests.rows import each_row
from tests.unit.queries.clusters import cluster

POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: shop, labels: {{app: {0}, tier: x}}}}
spec: {{containers: [{{name: c, image: x, ports: [{{name: http, containerPort: 80}}]}}]}}
"""
PROGRAM = """namespace shop
baseline deny all
net office = 203.0.113.0/24
web -> db:{1, 2}
[tier=x] -> db:3
[app!=web] -> cache:4
office -> web:"http"
"""
WORLD = cluster(PROGRAM, "".join(map(POD.format, ("web", "db", "job"))))


def asked(source=None, destination=None, ports=None, *, hypothetical=True):
    found = select(WORLD, source=source, destination=destination, ports=ports, hypothetical=hypothetical)
    relation = relation_of(found.population, found.ruleset)
    return relation if found.ports is None else relation.on(found.ports)


def pairs(relation):
    return {(each.source.id, each.destination.id): each.ports for each in relation.connections()}


EVERYBODY = pairs(asked())


def sources(text):
    found = select(WORLD, source=text, destination=None, ports=None, hypothetical=True).population
    return {found.peers[number].id for number in numbers(found.sources)}


@pytest.mark.parametrize("name", ["web", "db", "job"])
@pytest.mark.parametrize("end", ["source", "destination"])
@pytest.mark.parametrize("ports", [None, "1-3"])
def test_a_workload_has_what_the_whole_relation_says_of_it(name, end, ports):
    """Rules that do not matter to it are not looked at; sets of pods may be told apart less for that."""
    real = pairs(asked(ports=ports, hypothetical=False))
    at = 0 if end == "source" else 1
    expected = {pair: held for pair, held in real.items() if pair[at] == f"shop/{name}"}
    assert pairs(asked(**{end: f"shop/{name}"}, ports=ports, hypothetical=False)) == expected
    found = pairs(asked(**{end: f"shop/{name}"}, ports=ports))
    known = {pair: held for pair, held in found.items() if pair in real}
    assert known == {pair: held for pair, held in expected.items() if pair in found}
    assert all(pair[at] == f"shop/{name}" for pair in found)


@each_row(
    "text, expected",
    [
        ("web", {"shop/web"}),
        ("shop/web", {"shop/web"}),
        ("[app=web]", {"shop/web", "shop/[app=web]", "shop/[app=web, tier=x]", "shop/[tier=x]"}),
        ("office", {"203.0.113.0/24"}),
        ("{web, job}", {"shop/web", "shop/job"}),
        ("cache", {"shop/[app=cache]", "shop/[app!=web, tier=x]", "shop/[tier=x]"}),
        ("[tier=y]", {f"shop/[{asked}]" for asked in ("app!=web", "app=cache", "app=db", "app=web")}),
    ],
)
def test_who_is_meant(text, expected):
    """What overlaps with a selector is told of those of its pods that are meant."""
    assert sources(text) == expected


def test_what_is_meant_is_told_as_the_whole_relation_tells_it():
    for source in ("[app=web]", "[tier=x]", "cache", "*", "office"):
        for destination in (None, "db", "[app=db]"):
            for (one, other), ports in pairs(asked(source, destination)).items():
                assert EVERYBODY.get((one, other), ports) == ports


def test_what_nobody_knows_is_wrong_usage():
    for text, hypothetical in (("wbe", True), ("lab/*", False)):
        with pytest.raises(QueryError, match="nothing"):
            asked(text, hypothetical=hypothetical)


def test_ports_are_those_of_the_workloads():
    assert set(pairs(asked(ports="http"))) >= {("203.0.113.0/24", "shop/web")}
    assert pairs(asked(ports="5/udp", hypothetical=False)) == {}
