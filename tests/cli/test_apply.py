import os

from netpolc.live.refusals import ClusterError
from tests.cli.conftest import PROJECT, SHOP


def said(code, ran, message=""):
    return f"error[{code}]: {message}" in ran.err


def backups(here):
    return sorted((here / ".netpolc").glob("*.json"))


def test_a_line_that_is_deleted_is_closed_in_the_cluster(netpolc, here, server):
    here.write("shop.netpol", SHOP + "web -> cache:6379\n")
    ran = netpolc("apply", "--yes")
    assert ran.code == 0
    assert "created shop/cache\n" in ran.err
    assert server.names == ["shop/cache", "shop/db", "shop/default-deny"]
    here.write("shop.netpol", SHOP)
    ran = netpolc("apply", "--yes", "--backup", "back.json")
    assert "closed  shop/[app=web] -> shop/[app=cache] : TCP 6379" in ran.out
    assert "`netpolc apply --restore back.json` puts back what was there" in ran.err
    assert server.names == ["shop/db", "shop/default-deny"]
    back = netpolc("apply", "--yes", "--restore", "back.json")
    assert back.code == 0
    assert server.names == ["shop/cache", "shop/db", "shop/default-deny"]
    assert len(backups(here)) == 2


def test_nothing_is_done_where_nothing_is_to_be_done(netpolc, here, server):
    netpolc("apply", "--yes")
    server.calls.clear()
    ran = netpolc("apply", "--yes")
    assert (ran.code, ran.out, server.calls) == (0, "", [])
    assert ran.err == "shop in `double`: 2 unchanged\n"
    assert len(backups(here)) == 1


def test_a_context_has_to_be_listed(netpolc, here, server):
    here.write("netpolc.toml", PROJECT.replace("double", "staging"))
    ran = netpolc("apply", "--yes")
    assert ran.code == 2
    assert said("NP840", ran, "this project is not for the context `double`: it lists `staging`")
    assert server.names == []


def test_without_a_terminal_somebody_has_to_say_yes(netpolc, server):
    ran = netpolc("apply")
    assert ran.code == 2
    assert "there is no terminal to ask on" in ran.err
    assert server.names == []


def test_a_saved_plan_is_for_the_cluster_that_was_looked_at(netpolc, here, server):
    assert netpolc("plan", "--save", "plan.json").code == 0
    assert netpolc("apply", "plan.json").code == 0
    assert server.names == ["shop/db", "shop/default-deny"]
    again = netpolc("apply", "plan.json")
    assert again.code == 2
    assert said("NP845", again, "the plan was made for another state of `double`, or of the program")
    here.write("plan.json", "{}")
    assert said("NP850", netpolc("apply", "plan.json"), "`plan.json` cannot be used")
    assert said("NP850", netpolc("apply", "none.json"), "`none.json` cannot be used")
    left = netpolc("apply", "--restore", "plan.json")
    assert said("NP850", left)
    assert "help: each apply says which file it left" in left.err
    os.mkfifo(here.path / "pipe.json")
    assert said("NP850", netpolc("apply", "pipe.json"), "`pipe.json` cannot be used: it is a named pipe")


def test_what_is_done_is_told_where_somebody_interrupts(netpolc, server):
    really = server.apply

    def apply(body, *, dry_run=False, **options):
        if b"default-deny" in body and not dry_run and b"NetworkPolicy" in body:
            raise KeyboardInterrupt
        return really(body, dry_run=dry_run, **options)

    server.apply = apply
    ran = netpolc("apply", "--yes")
    assert ran.code == 130
    assert said("NP848", ran, "1 of 2 steps are done, and not `shop/default-deny`")


def test_a_step_that_fails_is_told_with_what_was_done(netpolc, server):
    refuse = server.apply

    def apply(body, *, dry_run=False, **options):
        if b"default-deny" in body and not dry_run and b"NetworkPolicy" in body:
            server.refuses["apply", "default-deny"] = "forbidden"
        return refuse(body, dry_run=dry_run, **options)

    server.apply = apply
    ran = netpolc("apply", "--yes")
    assert ran.code == 1
    assert said("NP846", ran, "`shop/default-deny`: it cannot be created in `double`: default-deny is refused")
    assert said("NP848", ran, "1 of 2 steps are done, and not `shop/default-deny`")
    server.apply, server.refuses = refuse, {}
    assert netpolc("apply", "--yes").code == 0


def test_the_inventory_of_an_earlier_name_is_said_to_be_left(netpolc, here, server):
    netpolc("apply", "--yes")
    here.write("netpolc.toml", PROJECT.replace("shop", "store"))
    remove = "`kubectl --context=double --namespace=default delete configmap netpolc-inventory-shop`"
    for _ in range(2):
        ran = netpolc("apply", "--yes", "--renamed-from", "shop")
        assert ran.code == 0
        assert f"the inventory of `shop` is left, which nobody needs: {remove}\n" in ran.err
    # One that is written alike has the same ConfigMap, which is needed.
    assert "is left" not in netpolc("apply", "--yes", "--renamed-from", "Store").err
    del server.objects["/api/v1/namespaces/default/configmaps/netpolc-inventory-shop"]
    assert "left" not in netpolc("apply", "--yes", "--renamed-from", "shop").err


def test_an_inventory_that_may_not_be_seen_may_be_left(netpolc, here, server, monkeypatch):
    netpolc("apply", "--yes")
    here.write("netpolc.toml", PROJECT.replace("shop", "store"))
    get = server.get

    def without_the_old(path, **options):
        if path.endswith("/netpolc-inventory-shop"):
            raise ClusterError("forbidden", "no", asked="cannot get it", context="double")
        return get(path, **options)

    monkeypatch.setattr(server, "get", without_the_old)
    assert "the inventory of `shop` may be left" in netpolc("apply", "--yes", "--renamed-from", "shop").err
