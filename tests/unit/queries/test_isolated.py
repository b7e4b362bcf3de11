import netpolc
from netpolc.engine.bits import numbers
from tests.unit.queries.test_explained import workload


def test_workloads_are_isolated_where_a_policy_selects_them():
    given = {
        "shop.netpol": "namespace shop\nbaseline deny ingress on db\nbaseline deny egress on web\nweb -> db:1\n",
        **{f"{name}.json": workload(name) for name in ("web", "api", "db")},
    }
    relation = netpolc.reach(given, tuple(given))
    names = {
        direction: [relation.peers[number].id for number in numbers(bits)]
        for direction, bits in relation.isolated().items()
    }
    assert names == {"egress": ["shop/web"], "ingress": ["shop/db"]}
