import netpolc
from netpolc.report.ports import in_words
from tests.unit.queries.test_explained import workload

CLOSED = (
    "namespace shop\nbaseline deny all on db\nbaseline deny ingress on cache\nweb -> db:{1, 2}\nweb -> cache:3 egress\n"
)


def denied(program, *names, **options):
    """What is denied of a program and workloads: members, ports, and of each end what passes and what closes it."""
    given = {"shop.netpol": program, **{f"{name}.json": workload(name) for name in names}}
    found = netpolc.reach(given, tuple(given), **options).denied
    return [
        (
            ",".join(peer.id.removeprefix("shop/") for peer in each.group.sources),
            ",".join(peer.id.removeprefix("shop/") for peer in each.group.destinations),
            in_words(each.group.ports),
            *(
                (in_words(end.passes), [rule.policy for rule in end.closed_by], end.admits_others)
                for end in (each.egress, each.ingress)
            ),
        )
        for each in found
    ]


OPEN = ("ANY", [], False)


def test_pairs_that_may_on_no_port_are_told_with_what_closes_either_end():
    db, both = ["shop/db"], ["shop/db", "shop/cache"]
    assert denied(CLOSED, "web", "db", "cache") == [
        ("cache", "cache,db", "ANY", OPEN, ("", both, True)),
        ("db", "cache,db", "ANY", ("", db, False), ("", both, True)),
        ("db", "web", "ANY", ("", db, False), OPEN),
        ("web", "cache", "ANY", OPEN, ("", ["shop/cache"], False)),
    ]


def test_of_ports_that_are_asked_for_those_that_are_denied_are_told():
    (found,) = denied(CLOSED, "web", "db", source="web", destination="db", ports="2-4")
    assert found == ("web", "db", "TCP 3-4", ("TCP 3-4", [], False), ("", ["shop/db"], True))
    assert denied(CLOSED, "web", "db", source="web", destination="db", ports="1,2") == []


def test_ends_that_let_each_other_through_on_other_ports_tell_which():
    program = "namespace shop\nbaseline deny all\nweb -> db:1 egress\nweb -> db:2 ingress\n"
    (found,) = denied(program, "web", "db", source="web", destination="db")
    closed = ["shop/default-deny"]
    assert found == ("web", "db", "ANY", ("TCP 1", closed, True), ("TCP 2", closed, True))


def test_addresses_are_told_of_where_somebody_asks_for_them():
    assert {each[0] for each in denied(CLOSED, "web", "db")} == {"db"}
    found = denied(CLOSED, "web", "db", source="any", destination="db", ports="1")
    assert {each[0] for each in found} == {"db", "0.0.0.0/0,::/0"}
    assert denied(CLOSED, "web", "db", source="10.0.0.1", destination="any", ports="1")[0][:2] == (
        "0.0.0.0/0",
        "db",
    )


def test_nothing_is_said_of_pods_that_no_manifest_shows():
    assert denied(CLOSED) == []
    assert {each[:2] for each in denied(CLOSED, "db")} == {("db", "db")}


def test_rules_for_others_are_known_where_few_are_asked_about():
    program = "namespace shop\nbaseline deny ingress on db\nweb -> db:1\n"
    (found,) = denied(program, "web", "api", "db", source="api", destination="db", ports="1")
    assert found[-1] == ("", ["shop/db"], True)


def test_what_closes_most_comes_first():
    program = "namespace shop\nweb -> aaa:1\nbaseline deny ingress on aaa\nbaseline deny ingress\n"
    (found,) = denied(program, "web", "aaa", "db", source="db", destination="aaa")
    assert found[-1] == ("", ["shop/default-deny", "shop/aaa"], True)


def test_policies_that_let_something_through_are_named_only_where_nothing_else_closes():
    program = "namespace shop\nweb -> aaa:1\nbaseline deny ingress\n"
    (found,) = denied(program, "web", "aaa", "db", source="db", destination="aaa")
    assert found[-1] == ("", ["shop/default-deny"], True)


def test_no_baseline_closes_whom_policies_decide_about():
    guardrail = "default deny */* -> shop/*:*\nnamespace shop\nbaseline deny ingress"
    both = ["shop/db", "ClusterNetworkPolicy/default-deny-shop"]
    assert [each[4][1] for each in denied(f"{guardrail} on db\n", "db", "cache")] == [both]
    assert [each[4][1] for each in denied(f"{guardrail}\n", "db", "cache")] == [["shop/default-deny"]]
