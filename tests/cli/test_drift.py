import json

import pytest

from tests.api_server import ApiServer
from tests.cli.test_plan import PROJECT, SHOP


@pytest.fixture
def server(here, monkeypatch, netpolc):
    made = ApiServer("shop", "default")
    monkeypatch.setattr("netpolc.cli.runs.rollout.find", lambda _: made)
    here.write("netpolc.toml", PROJECT)
    here.write("shop.netpol", SHOP)
    assert netpolc("apply", "--yes").code == 0
    return made


def edited(server, name, **spec):
    policy = json.loads(json.dumps(server.policy(name)))
    policy["spec"] |= spec
    server.put(policy, "kubectl-edit")


@pytest.mark.usefixtures("server")
def test_a_cluster_that_is_as_the_program_says(netpolc):
    ran = netpolc("drift")
    assert (ran.code, ran.out) == (0, "0 connections opened, 0 closed\nshop in `double`: as the program says\n")


def test_what_a_hand_opened_comes_first_and_whose_hand_it_was(netpolc, server):
    edited(server, "shop/default-deny", ingress=[{}])
    ran = netpolc("drift")
    assert ran.code == 1
    assert ran.out.startswith("opened  ")
    assert "  ~ shop/default-deny: changed by `kubectl-edit`\n" in ran.out
    assert ran.out.endswith("shop in `double`: 1 of its policies is not as the program says\n")
    document = json.loads(netpolc("drift", "--format", "json").out)
    assert document["objects"] == [
        {"drift": "changed", "namespace": "shop", "name": "default-deny", "by": ["kubectl-edit"]}
    ]
    assert "- shop/default-deny: changed by `kubectl-edit`" in netpolc("drift", "--format", "md").out


def test_a_change_without_a_change_of_meaning_is_said_as_such(netpolc, server):
    edited(server, "shop/default-deny", podSelector={"matchLabels": {}})
    ran = netpolc("drift")
    assert ran.code == 1
    assert "0 connections opened, 0 closed" in ran.out
    assert "  = shop/default-deny: means the same, but was changed by `kubectl-edit`" in ran.out


def test_what_is_missing_and_what_is_left_is_told(netpolc, here, server):
    here.write("shop.netpol", SHOP.replace("db", "store"))
    ran = netpolc("drift")
    assert "  - shop/store: deleted, or never applied\n" in ran.out
    assert "  + shop/db: not in the program\n" in ran.out
    assert server.names == ["shop/db", "shop/default-deny"]
