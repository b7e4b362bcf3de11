"""Changes drawn: what is opened and closed, by which lines, and folded where there is too much."""

import pytest

import netpolc
from netpolc.queries.pictures import changed, drawing
from tests.unit.queries.pictures.test_drawing import texts, workload

HEAD = "namespace shop\nbaseline deny all\n"


def drawn(old, new, names="", **options):
    sides = [{"shop.netpol": f"{HEAD}{lines}\n"} for lines in (old, new)]
    shared = {name: text for name, text in texts("", names).items() if name != "shop.netpol"} if names else None
    return netpolc.diff(*sides, workloads=shared, workload_paths=tuple(shared or ()), **options).picture.drawing


def edges(found):
    ids = ["+".join(node.places or [peer.id.removeprefix("shop/") for peer in node.peers]) for node in found.nodes]
    return [
        (
            f"{ids[edge.source]} {'+' if edge.opened else '-'}> {ids[edge.destination]}",
            [line.line for line in edge.lines],
        )
        for edge in found.edges
    ]


def test_what_is_opened_and_closed_with_the_lines_that_do_it():
    found = drawn("web -> db:1\njob -> db:1", "web -> db:1\n{web, api} -> cache:2\n", "web db job api cache")
    assert edges(found) == [("api+web +> cache", [4]), ("job -> db", [4])]
    assert found.boxes == ("shop",)


def test_another_port_is_two_edges():
    found = drawn("web -> db:1", "web -> db:2", "web db")
    assert edges(found) == [("web +> db", [3]), ("web -> db", [3])]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("web -> lab/[app=db]:1", {"across": ("NP621",)}),
        ("web -> 0.0.0.0/0:1", {"world": ("NP620",)}),
        ("web -> {0.0.0.0/0, lab/[app=db]}:1", {"world": ("NP620",), "across": ("NP621",)}),
        ("web -> [app=db]:*", {"inside": ("NP622",)}),
    ],
)
def test_risks_are_those_of_the_edge(line, expected):
    assert {edge.way: edge.risks for edge in drawn("", line, "web").edges} == expected


def test_a_new_workload_has_its_connections():
    side = {"shop.netpol": f"{HEAD}web -> db:1\n"}
    new = side | {f"{name}.json": workload(name) for name in ("web", "db")}
    old = side | {"db.json": new["db.json"]}
    found = netpolc.diff(old, new, old_paths=tuple(old), new_paths=tuple(new), hypothetical=False).picture.drawing
    assert ("web +> db", []) in edges(found)


def test_a_change_of_too_much_is_folded(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_NODES", 2)
    found = drawn("web -> db:1", "web -> db:1\nweb -> {api:2, lab/db:3}\napi -> lab/db:4", "web db api lab/db")
    assert edges(found) == [("shop +> lab", [4, 5]), ("shop +> shop", [4])]
    assert found.folded
    assert found.too_much
    assert not found.listed
    assert found.stand_for == 3


@pytest.mark.parametrize(("most", "folded"), [(100, False), (-100, True)])
def test_a_tangle_is_told_in_words_of_workloads_where_these_are_not_too_many(most, folded, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_NODES", 1)
    monkeypatch.setattr(changed, "MOST_LISTED", most)
    found = drawn("web -> db:1", "web -> db:1\nweb -> {api:2, lab/db:3}\napi -> lab/db:4", "web db api lab/db")
    assert (found.too_much, found.listed, found.folded, bool(found.stand_for)) == (True, True, folded, folded)


def test_a_change_within_namespaces_is_told_in_words_for_arrows_to_themselves_would_not_say_who(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_EDGES", 0)
    found = drawn("web -> db:1", "web -> db:2", "web db")
    assert edges(found) == [("web +> db", [3]), ("web -> db", [3])]
    assert found.listed
