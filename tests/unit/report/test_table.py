import ipaddress
from collections import defaultdict

import msgspec
import pytest

import netpolc
from netpolc.report.rows import ROWS, FindingRow
from netpolc.report.table import key_of, ndjson, rows
from tests.unit.queries.test_explained import workload

PROGRAM = """namespace shop
baseline deny egress on web
baseline deny ingress on db
net office = {203.0.113.0/24, 2001:db8::/32}
{web, api} -> db:{1-3, 53/udp}
web -> office:443
office -> db:"admin"
"""
GIVEN = {"shop.netpol": PROGRAM, **{f"{name}.json": workload(name) for name in ("web", "api", "db")}}


def table(**options):
    relation = netpolc.reach(GIVEN, tuple(GIVEN), **options)
    found = [msgspec.json.decode(line) for line in ndjson(rows(relation, "prod"))]
    assert {row["cluster"] for row in found} == {"prod"}
    by_record = defaultdict(list)
    for row in found:
        by_record[row.pop("record")].append({key: value for key, value in row.items() if key != "cluster"})
    return relation, by_record


def test_a_cluster_comes_first_and_findings_last():
    relation = netpolc.reach(GIVEN, tuple(GIVEN))
    found = [type(row) for row in rows(relation, "prod")]
    assert found[0] is ROWS[0]
    assert sorted(set(found), key=ROWS.index) == [*ROWS] or FindingRow not in found


def test_peers_have_their_labels_blocks_and_whether_they_are_isolated():
    _, found = table()
    peers = {row["peer"]: row for row in found["peer"]}
    assert peers["shop/web"] == {
        "peer": "shop/web",
        "type": "workload",
        "namespace": "shop",
        "name": "web",
        "kind": "Deployment",
        "ingress_isolated": False,
        "egress_isolated": True,
    }
    assert (peers["shop/db"]["ingress_isolated"], peers["shop/db"]["egress_isolated"]) == (True, False)
    assert {row["type"] for row in found["peer"]} == {"workload", "pods", "net"}
    assert {"peer": "shop/web", "label": "app", "value": "web"} in found["label"]
    assert [row for row in found["block"] if row["peer"] in {"203.0.113.0/24", "2001:db8::/32"}] == [
        {
            "peer": "2001:db8::/32",
            "first_address": "2001:db8::",
            "last_address": "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "first_key": "2001:0db8:0000:0000:0000:0000:0000:0000",
            "last_key": "2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff",
        },
        {
            "peer": "203.0.113.0/24",
            "first_address": "203.0.113.0",
            "last_address": "203.0.113.255",
            "first_key": "203.000.113.000",
            "last_key": "203.000.113.255",
        },
    ]


@pytest.mark.parametrize("written", ["0.0.0.0", "10.9.0.255", "255.255.255.255", "::", "2001:db8::1"])  # noqa: S104
def test_a_key_compares_as_its_address(written):
    address = ipaddress.ip_address(written)
    key = key_of(address.version, int(address))
    assert len(key) == {4: 15, 6: 39}[address.version]
    if int(address):
        assert key_of(address.version, int(address) - 1) < key


def test_groups_multiply_to_the_relation():
    relation, found = table(destination="db")
    sides = {side: defaultdict(list) for side in ("source", "destination", "port")}
    for side, by_group in sides.items():
        for row in found[side]:
            by_group[row["group_id"]].append(row)
    pairs = {
        (source["peer"], destination["peer"]): sides["port"][group]
        for group in sides["source"]
        for source in sides["source"][group]
        for destination in sides["destination"][group]
    }
    assert {*pairs} == {(each.source.id, each.destination.id) for each in relation.connections}
    assert [(row["protocol"], row["first_port"], row["last_port"]) for row in pairs["shop/web", "shop/db"]] == [
        ("TCP", 1, 3),
        ("UDP", 53, 53),
    ]


def test_everything_is_each_protocol_and_a_name_has_its_range():
    _, found = table()
    by_group = defaultdict(list)
    for row in found["port"]:
        by_group[row.pop("group_id")].append(row)
    every = [{"protocol": each, "first_port": 1, "last_port": 65535} for each in ("SCTP", "TCP", "UDP")]
    assert every in by_group.values()
    assert {"protocol": "TCP", "first_port": 1, "last_port": 65535, "port_name": "admin"} in [
        row for rows in by_group.values() for row in rows
    ]


def test_causes_are_rules_with_their_lines_and_who_is_open():
    _, found = table(source="{web, api}", destination="db", hypothetical=False)
    rule = {"open": False, "file": "shop.netpol", "line": 5, "text": "{web, api} -> db:{1-3, 53/udp}"}
    egress = {**rule, "policy": "shop/web", "path": "spec.egress[0]"}
    assert found["cause"] == [
        {"group_id": 1, "direction": "egress", "open": True, "peer": "shop/api"},
        {"group_id": 1, "direction": "egress", **egress},
        {"group_id": 1, "direction": "ingress", **rule, "policy": "shop/db", "path": "spec.ingress[1]"},
    ]


def test_what_policies_isolate_is_said_of_a_part_too():
    _, found = table(source="web", destination="db", hypothetical=False)
    peers = {row["peer"]: row for row in found["peer"]}
    assert (peers["shop/web"]["egress_isolated"], peers["shop/web"]["ingress_isolated"]) == (True, False)
