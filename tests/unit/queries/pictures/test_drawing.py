"""Relations drawn: who is one node, how far edges lead, and what is folded or left out."""

import json

import pytest

import netpolc
from netpolc.diagnostics.usage import UsageError
from netpolc.queries.pictures import drawing

HEAD = "namespace shop\nbaseline deny all\n"


def workload(name, namespace="shop"):
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
    return json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        }
    )


def texts(lines, names):
    ids = [name if "/" in name else f"shop/{name}" for name in names.split()]
    known = {f"{each.replace('/', '-')}.json": workload(each.split("/")[1], each.split("/")[0]) for each in ids}
    return {"shop.netpol": f"{HEAD}{lines}\n", **known}


def picture(lines, names, **options):
    given = texts(lines, names)
    return netpolc.graph(given, tuple(given), **options).drawing


def edges(found):
    ids = [" ".join(node.places or [peer.id for peer in node.peers]) for node in found.nodes]
    return {f"{ids[each.source]} -> {ids[each.destination]}": each for each in found.edges}


def test_peers_that_are_alike_are_one_node_in_the_box_of_their_namespace():
    found = picture("{web, api} -> db:1\napi -> cache:2\njob -> db:1", "web api db cache job")
    assert [(node.box, [peer.id for peer in node.peers]) for node in found.nodes] == [
        ("shop", ["shop/api"]),
        ("shop", ["shop/cache"]),
        ("shop", ["shop/db"]),
        ("shop", ["shop/job", "shop/web"]),
    ]
    assert list(edges(found)) == [
        "shop/api -> shop/cache",
        "shop/api -> shop/db",
        "shop/job shop/web -> shop/db",
    ]
    assert found.boxes == ("shop",)


@pytest.mark.parametrize(
    ("line", "edge", "way"),
    [
        ("web -> db:1", "shop/web -> shop/db", "inside"),
        ("web -> lab/db:1", "shop/web -> lab/db", "across"),
        ("web -> 10.0.0.0/8:1", "shop/web -> 10.0.0.0/8", "outside"),
        ("web -> 0.0.0.0/0:1", "shop/web -> 0.0.0.0/0", "world"),
        ("web -> 0.0.0.0/0 except 10.0.0.0/8:1", "shop/web -> 0.0.0.0/0 except 10.0.0.0/8", "world"),
        ("* -> db:1", "shop/* -> shop/db", "inside"),
        ("*/* -> db:1", "[kubernetes.io/metadata.name!=shop]/* -> shop/db", "across"),
    ],
)
def test_how_far_an_edge_leads(line, edge, way):
    assert edges(picture(line, "web db lab/db"))[edge].way == way


def test_an_edge_has_the_rules_of_both_ends():
    (edge,) = edges(picture("web -> db:1", "web db")).values()
    assert [(rule.policy, rule.source.line) for rule in edge.rules] == [("shop/web", 3), ("shop/db", 3)]
    assert not edge.open


def test_a_workload_without_connections_is_drawn_and_what_nobody_closes_between_others_is_not():
    found = picture("web -> db:1", "web db idle")
    assert [node.peers[0].id for node in found.nodes] == ["shop/db", "shop/idle", "shop/web"]
    assert found.left_out == 3  # other namespaces among each other, and from and to what is outside


def test_an_edge_that_no_policy_closes_is_open():
    given = {"a.json": workload("a"), "b.json": workload("b")}
    found = netpolc.graph(given, tuple(given), hypothetical=False).drawing
    assert {(edge.open, edge.rules) for edge in found.edges} == {(True, ())}


def test_all_workloads_of_a_namespace_are_one_node():
    found = picture("* -> lab/db:1", "a b c d lab/db", hypothetical=False)
    assert "shop/a shop/b shop/c shop/d -> lab/db" in edges(found)


def test_folded_by_namespace():
    found = picture(
        "web -> {db:1, lab/db:2}\napi -> lab/db:3",
        "web db api lab/db",
        by="namespace",
        hypothetical=False,
        source="shop/*",
    )
    assert found.folded
    assert not found.too_much
    assert {name: edge.way for name, edge in edges(found).items()} == {
        "shop -> shop": "inside",
        "shop -> lab": "across",
    }
    assert [(len(node.peers), node.places) for node in found.nodes] == [(1, ("lab",)), (3, ("shop",))]
    lines = {name: {rule.source.line for rule in edge.rules} for name, edge in edges(found).items()}
    assert lines == {"shop -> shop": {3}, "shop -> lab": {3, 4}}


def test_a_picture_of_too_much_is_told_in_words_and_folded_where_even_these_are_too_many(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_NODES", 2)
    names = "web db lab/db"
    for lines in ("web -> {db:1, lab/db:2}", "web -> {db:1, api:2}"):
        told = picture(lines, names)
        assert (told.too_much, told.listed, told.folded) == (True, True, False)
        every = picture(lines, names, by="workload")
        assert (every.too_much, every.listed, every.nodes, every.edges) == (False, False, told.nodes, told.edges)
    monkeypatch.setattr(drawing, "MOST_LISTED", 3)
    folded = picture("web -> {db:1, lab/db:2}", names)
    assert (folded.too_much, folded.listed, folded.folded) == (True, True, True)
    alone = picture("web -> {db:1, api:2}", "web db api")
    assert (alone.too_much, alone.listed, alone.folded) == (True, True, False)
    monkeypatch.setattr(drawing, "MOST_NODES", 80)
    monkeypatch.setattr(drawing, "MOST_EDGES", 1)
    assert not picture("web -> {db:1, lab/db:2}", names).listed


def test_all_namespaces_are_one_node():
    found = picture("*/* -> db:1", "db a/x b/x c/x d/x", by="namespace", hypothetical=False, destination="db")
    assert [(node.every, node.places) for node in found.nodes] == [
        (True, ("a", "b", "c", "d", "shop")),
        (False, ("shop",)),
    ]


def test_more_than_any_picture_holds(monkeypatch):
    monkeypatch.setattr(drawing, "joined", lambda *_: None)
    with pytest.raises(UsageError, match="more to draw than any picture holds"):
        picture("web -> db:1", "web db", by="workload")


NEAR = "api sync " + " ".join(f"team-{number}/{name}" for number in range(5) for name in ("web", "job"))


def test_around_one_workloads_of_many_namespaces_with_the_same_edges_are_one_node():
    lines = "api -> db:1\n" + "\n".join(f"team-{number}/web -> db:1" for number in range(5))
    found = picture(lines, f"{NEAR} db", around="shop/db", hypothetical=False)

    assert [(node.box, len(node.peers)) for node in found.nodes] == [("shop", 1), ("shop", 1), (None, 5)]
    assert {name: edge.way for name, edge in edges(found).items()} == {
        "shop/api -> shop/db": "inside",
        " ".join(f"team-{number}/web" for number in range(5)) + " -> shop/db": "across",
    }
    assert len(edges(picture(lines, f"{NEAR} db", destination="shop/db", hypothetical=False))) == 6


def test_around_one_all_workloads_of_many_namespaces_are_one_node():
    lines = "\n".join(f"db -> team-{number}/*:1" for number in range(5))
    found = picture(lines, f"{NEAR} db", around="shop/db", hypothetical=False)

    assert [(node.box, len(node.peers)) for node in found.nodes] == [("shop", 1), (None, 10)]


def test_a_node_of_many_namespaces_has_the_lines_of_all():
    lines = "\n".join(f"team-{number}/web -> db:1" for number in range(5))
    (edge,) = picture(lines, f"{NEAR} db", around="shop/db", hypothetical=False).edges

    assert [rule.source.text for rule in edge.rules] == [f"team-{number}/web -> db:1" for number in range(5)]


def test_what_leads_from_namespace_to_namespace_everywhere_is_told_in_words(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_ACROSS", 1)
    lines, names = "web -> lab/x:1\nweb -> lab/y:2\nweb -> api:3\n", "web api lab/x lab/y"

    assert picture(lines, names, hypothetical=False).listed
    assert not picture(lines, names, hypothetical=False, by="workload").listed
    assert not picture(lines, names, hypothetical=False, around="shop/web").listed
    assert not picture("web -> api:3\nweb -> lab/x:1", names, hypothetical=False).listed
