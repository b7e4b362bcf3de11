import csv
import json

import netpolc
from netpolc.report.explained import FORMS
from tests.unit.queries.test_explained import workload

PROGRAM = "namespace shop\nbaseline deny egress on web\nbaseline deny ingress on db\n{web, api} -> db:1\n"
GIVEN = {"shop.netpol": PROGRAM, **{f"{name}.json": workload(name) for name in ("web", "api", "db")}}


def written(form, *, pairs=False, **options):
    options = {"source": "{web, api}", "destination": "db", **options}
    found = netpolc.reach(GIVEN, tuple(GIVEN), hypothetical=False, **options)
    return "".join(FORMS[form](found, pairs=pairs))


def test_text():
    assert written("text") == (
        "shop/api, shop/web -> shop/db : TCP 1\n"
        "  egress of shop/api is open; that of others is closed, and admits it by\n"
        "    shop/web spec.egress[0], from shop.netpol:4: {web, api} -> db:1\n"
        "  ingress is closed, and admits it by\n"
        "    shop/db spec.ingress[0], from shop.netpol:4: {web, api} -> db:1\n"
    )
    assert written("text", pairs=True).splitlines()[:4] == [
        "shop/api -> shop/db : TCP 1",
        "  egress is open: no policy closes it",
        "  ingress is closed, and admits it by",
        "    shop/db spec.ingress[0], from shop.netpol:4: {web, api} -> db:1",
    ]


def test_json_has_both_ends_as_can_has_them():
    document = json.loads(written("json"))
    (found,) = document["groups"]
    source = {"file": "shop.netpol", "line": 4, "text": "{web, api} -> db:1"}
    assert found == {
        "sources": ["shop/api", "shop/web"],
        "destinations": ["shop/db"],
        "ports": [{"protocol": "TCP", "first": 1, "last": 1}],
        "egress": {
            "closed": True,
            "open": ["shop/api"],
            "rules": [{"policy": "shop/web", "path": "spec.egress[0]", "source": source}],
        },
        "ingress": {"closed": True, "rules": [{"policy": "shop/db", "path": "spec.ingress[0]", "source": source}]},
    }
    first, second = json.loads(written("json", pairs=True))["connections"]
    assert (first["source"], first["destination"], first["egress"]) == (
        "shop/api",
        "shop/db",
        {"closed": False, "rules": []},
    )
    assert second["egress"] == {"closed": True, "rules": found["egress"]["rules"]}


def test_tables():
    rows = list(csv.reader(written("csv").splitlines(keepends=True), strict=True))
    rule = "from shop.netpol:4: {web, api} -> db:1"
    assert rows == [
        ["sources", "destinations", "ports", "egress", "ingress"],
        [
            "shop/api; shop/web",
            "shop/db",
            "TCP 1",
            f"open for shop/api; shop/web spec.egress[0], {rule}",
            f"shop/db spec.ingress[0], {rule}",
        ],
    ]
    assert written("md", pairs=True).splitlines() == [
        "| source | destination | ports | egress | ingress |",
        "|---|---|---|---|---|",
        f"| `shop/api` | `shop/db` | TCP 1 | open | `shop/db spec.ingress[0], {rule}` |",
        f"| `shop/web` | `shop/db` | TCP 1 | `shop/web spec.egress[0], {rule}` | `shop/db spec.ingress[0], {rule}` |",
    ]


def test_each_line_that_is_printed_is_one_that_is_printed_without_reasons():
    found = netpolc.reach(GIVEN, tuple(GIVEN))
    plain = "".join(netpolc.report.relation.FORMS["text"](found)).splitlines()
    reasoned = "".join(FORMS["text"](found)).splitlines()
    assert [line for line in reasoned if not line.startswith("  ")] == plain
