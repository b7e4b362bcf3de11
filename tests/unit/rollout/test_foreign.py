"""Foreign policies: which ones count at the pods of a set, and which do not."""

import pytest

from tests.api_server import ApiServer
from tests.unit.rollout.test_applying import applied, by_hand, planned

SHOP = "namespace shop\nbaseline deny all on {web, db}\nweb -> db:5432\n"
DB = {"matchLabels": {"app": "db"}}
CACHE = {"matchLabels": {"app": "cache"}}


@pytest.fixture
def server():
    made = ApiServer("shop", "default")
    applied(made, SHOP)
    return made


def found(server, **allowed):
    return [(each.key[1], each.set_name, each.by) for each in planned(server, SHOP, **allowed).foreign]


def test_a_rule_of_others_at_the_same_pods_counts(server):
    assert not found(server)
    server.put(by_hand("open-for-now", ingress=[{}]), "kubectl-create")
    assert found(server) == [("open-for-now", None, ("kubectl-create",))]
    server.put(by_hand("open-db", podSelector=DB, policyTypes=["Egress"], egress=[{}]), "kubectl-edit")
    assert [name for name, *_ in found(server)] == ["open-db", "open-for-now"]


@pytest.mark.parametrize(
    "spec",
    [
        {"podSelector": CACHE, "ingress": [{}]},
        {"podSelector": DB},
        {"podSelector": DB, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []},
        {"podSelector": DB, "policyTypes": ["Ingress"], "egress": [{}]},
    ],
    ids=["other pods", "no rules", "empty lists", "a direction that does not count"],
)
def test_what_lets_nothing_through_there_does_not(server, spec):
    server.put(by_hand("other", **spec), "kubectl-create")
    assert not found(server)


def test_another_namespace_does_not(server):
    other = by_hand("other", ingress=[{}])
    server.put({**other, "metadata": {"name": "other", "namespace": "default"}}, "kubectl-create")
    assert not found(server)


def test_a_direction_that_the_set_leaves_open_does_not(server):
    ingress = "namespace shop\nbaseline deny ingress on db\n"
    server.put(by_hand("out", podSelector=DB, policyTypes=["Egress"], egress=[{}]), "kubectl-create")
    assert not planned(server, ingress).foreign


def test_another_set_is_named_and_what_is_deleted_or_taken_is_not_foreign(server):
    server.put(by_hand("bank", labels={"netpolc.dev/set": "bank"}, ingress=[{}]), "netpolc:bank")
    assert found(server) == [("bank", "bank", ("netpolc:bank",))]
    less = "namespace shop\nbaseline deny all on web\n"
    assert [each.key[1] for each in planned(server, less).foreign] == ["bank"]
