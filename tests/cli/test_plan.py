import json

from tests.cli.conftest import PROJECT, SHOP


def test_a_plan_says_connections_first_and_objects_in_order(netpolc, here, server):
    first = netpolc("plan", "--detailed-exitcode")
    assert first.code == 1
    assert "gained  namespace shop gains its ingress deny" in first.out
    assert first.out.endswith("  + shop/db\n  + shop/default-deny\n\nshop in `double`: 2 to create\n")
    assert netpolc("apply", "--yes").code == 0
    same = netpolc("plan", "--detailed-exitcode")
    assert (same.code, same.out) == (0, "0 connections opened, 0 closed\nshop in `double`: 2 unchanged\n")
    here.write("shop.netpol", SHOP + "api -> db:5432\n")
    more = netpolc("plan")
    assert more.code == 0
    assert "opened  shop/[app=api] -> shop/[app=db] : TCP 5432\n        new  shop.netpol:5: api -> db:5432" in more.out
    assert not [call for call in server.calls if call[0] == "delete"]


def test_a_plan_is_a_document(netpolc, server):
    document = json.loads(netpolc("plan", "--format", "json").out)
    assert [(each["action"], each["name"]) for each in document["steps"]] == [
        ("create", "db"),
        ("create", "default-deny"),
    ]
    assert document["difference"]["closed"]
    assert "| create | shop/db |" in netpolc("plan", "--format", "md").out
    assert server.names == []


def test_a_plan_in_markdown_has_the_small_picture_of_what_opens(netpolc, here, server):
    netpolc("apply", "--yes")
    here.write("shop.netpol", SHOP + "api -> db:5432\napi -> cache:6379\n")
    written = netpolc("plan", "--format", "md").out
    assert "```mermaid\nflowchart" in written
    assert written.index("```mermaid") < written.index("shop in `double`: 1 to create, 1 to change")
    server.put(
        {"kind": "NetworkPolicy", "metadata": {"name": "db", "namespace": "shop"}, "spec": {"ingress": [{}]}}, "me"
    )
    assert "```mermaid" in netpolc("drift", "--format", "md").out


def test_the_roles_that_a_command_takes(netpolc, server):
    assert "name: netpolc-plan\n" in netpolc("plan", "--rbac").out
    assert "- netpolc-inventory-shop\n" in netpolc("apply", "--rbac").out
    assert "watch" in netpolc("drift", "--rbac", "--watch").out
    assert not [call for call in server.calls if call[0] != "get"]


def test_what_cannot_be_planned_ends_with_2(netpolc, here, server):
    here.write("netpolc.toml", "")
    assert "this project has no name in clusters" in netpolc("plan").err
    here.write("netpolc.toml", PROJECT)
    here.write("shop.netpol", SHOP.replace("namespace shop", "namespace bank"))
    ran = netpolc("plan")
    assert ran.code == 2
    assert "error[NP847]: `double` has no namespace `bank`" in ran.err
    here.write("shop.netpol", "web -> db:80\nbaseline deny ingress\n")
    assert "is in no namespace" in netpolc("plan").err
    here.write("shop.netpol", "web - db\n")
    assert netpolc("plan").code == 2
    assert server.names == []
