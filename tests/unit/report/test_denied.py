import csv
import json

import msgspec

import netpolc
from netpolc.report import explained
from netpolc.report.denied import FORMS, MOST_NAMED
from tests.unit.queries.test_explained import workload

PROGRAM = "namespace shop\nbaseline deny all on db\nweb -> db:1\napi -> cache:2 egress\n"
NAMES = ("web", "api", "db")


def written(form, names=NAMES, program=PROGRAM, *, pairs=False, **options):
    given = {"shop.netpol": program, **{f"{name}.json": workload(name) for name in names}}
    return "".join(FORMS[form](netpolc.reach(given, tuple(given), hypothetical=False, **options), pairs=pairs))


def test_text():
    assert written("text", destination="db") == (
        "shop/api may not reach shop/db on any port\n"
        "  egress is open: no policy closes it\n"
        "  ingress is closed, and lets others in, but not these; it is closed by\n"
        "    shop/db spec.podSelector, from shop.netpol:2: baseline deny all on db\n"
        "shop/db may not reach shop/db on any port\n"
        "  egress is closed, and lets them out to nobody; it is closed by\n"
        "    shop/db spec.podSelector, from shop.netpol:2: baseline deny all on db\n"
        "  ingress is closed, and lets others in, but not these; it is closed by\n"
        "    shop/db spec.podSelector, from shop.netpol:2: baseline deny all on db\n"
    )


def test_ports_that_are_asked_for():
    program = "namespace shop\nbaseline deny all\nweb -> db:{1, 2} egress\nweb -> db:{2, 3} ingress\n"
    text = written("text", program=program, source="web", destination="db", ports="1-2")
    assert [line for line in text.splitlines() if "spec." not in line] == [
        "shop/web may not reach shop/db on TCP 1",
        "  egress is closed, and lets them out to these",
        "  ingress is closed, and lets others in, but not these; it is closed by",
    ]
    text = written("text", program=program, source="web", destination="db", ports="1,3,4")
    assert [line for line in text.splitlines() if "spec." not in line] == [
        "shop/web may not reach shop/db on TCP 1, 3-4",
        "  egress is closed, and lets them out to these on TCP 1 only; it is closed by",
        "  ingress is closed, and lets them in on TCP 3 only; it is closed by",
    ]


def test_most_workloads_are_said_by_those_that_are_not_among_them():
    names = [f"app-{number:02}" for number in range(16)]
    program = "namespace shop\nbaseline deny ingress\n{app-00, app-01} -> app-02:1\n"
    assert written("text", names, program, source="app-01").startswith(
        "shop/app-01 may not reach all 16 workloads but shop/app-02 on any port\n"
    )


def test_few_of_many_policies_are_named_in_text():
    names = [f"app-{number:02}" for number in range(16)]
    program = "namespace shop\n" + "".join(f"baseline deny ingress on {name}\n" for name in names)
    text = written("text", names, program, source="app-00")
    assert text.count(" spec.podSelector") == MOST_NAMED
    assert text.endswith(f"    and {16 - MOST_NAMED} more\n")
    assert written("csv", names, program, source="app-00").count(" spec.podSelector") == 16


def test_json():
    (found,) = json.loads(written("json", source="api", destination="db"))["denied"]
    source = {"file": "shop.netpol", "line": 2, "text": "baseline deny all on db"}
    assert found == {
        "sources": ["shop/api"],
        "destinations": ["shop/db"],
        "ports": [{"protocol": "ANY", "first": 1, "last": 65535}],
        "egress": {
            "closed": False,
            "passes": [{"protocol": "ANY", "first": 1, "last": 65535}],
            "admits_others": False,
            "closed_by": [],
        },
        "ingress": {
            "closed": True,
            "passes": [],
            "admits_others": True,
            "closed_by": [{"policy": "shop/db", "path": "spec.podSelector", "source": source}],
        },
    }
    pairs = json.loads(written("json", pairs=True))["denied"]
    assert [(each["source"], each["destination"]) for each in pairs] == [
        ("shop/api", "shop/db"),
        ("shop/db", "shop/api"),
        ("shop/db", "shop/web"),
        ("shop/db", "shop/db"),
    ]


def test_peers_of_documents_have_what_they_are_known_as():
    given = {"shop.netpol": PROGRAM, "web.json": workload("web"), "db.json": workload("db")}
    found = netpolc.reach(given, tuple(given), hypothetical=False)
    known = msgspec.structs.replace(found, roles={"shop/web": "ingress-controller"})
    for forms in (FORMS, explained.FORMS):
        peers = json.loads("".join(forms["json"](known)))["peers"]
        assert {each["id"]: each.get("role") for each in peers if each["type"] == "workload"} == {
            "shop/web": "ingress-controller",
            "shop/db": None,
        }
    assert "ingress-controller (shop/web)" in "".join(explained.FORMS["text"](known))
    assert "ingress-controller (shop/web)" in "".join(FORMS["text"](known))


def test_tables():
    rows = list(csv.reader(written("csv", source="api", pairs=True).splitlines(keepends=True), strict=True))
    closed = "ingress is closed, and lets others in, but not these; it is closed by"
    rule = "shop/db spec.podSelector, from shop.netpol:2: baseline deny all on db"
    opened = "egress is open: no policy closes it"
    assert rows == [
        ["source", "destination", "ports", "egress", "ingress"],
        ["shop/api", "shop/db", "ANY", opened, f"{closed}; {rule}"],
    ]
    assert written("md", source="api").splitlines() == [
        "| sources | destinations | ports | egress | ingress |",
        "|---|---|---|---|---|",
        f"| `shop/api` | `shop/db` | ANY | {opened} | {closed}<br>`{rule}` |",
    ]
