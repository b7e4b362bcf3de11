"""DOT, read by the grammar that Graphviz documents: https://graphviz.org/doc/info/lang.html."""

import re

import pytest

import netpolc
from netpolc.diagnostics.visible import visible
from netpolc.report.pictures.dot import LEGEND_OF_EVERY_POD, WAYS, as_dot
from tests.rows import each_row
from tests.unit.queries.pictures.test_drawing import texts
from tests.unit.report.pictures.hostile import TEXTS, picture

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|->|[{}\[\];=,]|\s+')


def parsed(text):
    """The nodes and edges of a graph, and the labels of its clusters, of which every character is some token."""
    tokens = []
    place = 0
    while place < len(text):
        found = TOKEN.match(text, place)
        assert found, text[place : place + 80]
        tokens += [] if found[0].isspace() else [found[0]]
        place = found.end()
    assert tokens[:3] == ["digraph", "netpolc", "{"]
    nodes, edges, clusters = {}, [], []
    tokens = iter(tokens[3:-1])
    for token in tokens:
        if token == "subgraph":
            assert next(tokens).startswith("cluster_")
            assert next(tokens) == "{"
        elif token in ("graph", "node", "edge"):
            attributes(tokens, next(tokens))
        elif token == "label":
            assert next(tokens) == "="
            clusters.append(shown(next(tokens)))
        elif re.fullmatch(r"n\d+", token):
            following = next(tokens)
            other = next(tokens) if following == "->" else None
            known = attributes(tokens, following if other is None else next(tokens))
            if other is None:
                nodes[token] = known
            else:
                edges.append((token, other, known))
    return nodes, edges, clusters


def attributes(tokens, opening):
    assert opening == "["
    found = {}
    while (name := next(tokens)) != "]":
        if name == ",":
            name = next(tokens)
        assert next(tokens) == "="
        found[name] = shown(next(tokens))
    assert next(tokens) == ";"
    return found


def shown(token):
    """What Graphviz shows of a string: it knows backslashes, and entities of HTML."""
    if not token.startswith('"'):
        return token
    assert not re.search(r"&(?!amp;)", token)
    text = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), token[1:-1])
    assert not re.search(r'(?<!\\)(?:\\\\)*\\[^n"\\]', token)
    return text.replace("&amp;", "&")


@each_row("text", TEXTS)
def test_every_text_is_shown_as_it_stands(text):
    nodes, edges, clusters = parsed("".join(as_dot(picture(text))))
    safe = visible(text)
    assert {number: node["label"] for number, node in nodes.items()} == {"n0": f"a{safe}", "n1": f"b{safe}"}
    assert clusters == [safe]
    ((source, destination, known),) = edges
    assert (source, destination) == ("n0", "n1")
    assert known["label"] == f'TCP "{safe}"'
    assert known["tooltip"] == known["labeltooltip"] == f"{safe} {safe}, from {safe}:1: {safe}"


def test_what_leads_further_looks_different():
    given = texts("web -> {db:1, lab/db:2, 10.0.0.0/8:3, 0.0.0.0/0:4}", "web db")
    _, edges, _ = parsed("".join(as_dot(netpolc.graph(given, tuple(given), source="web"))))
    looks = {edge["label"]: (edge.get("style"), edge.get("color")) for _, _, edge in edges}
    assert looks["TCP 1"] == (None, None)
    assert looks["TCP 2"] == (None, "#1f5fbf")
    assert {looks["TCP 4"], looks["TCP 3-4"]} == {("dashed", "#c0202a"), ("dashed", "#b35900")}
    assert len(WAYS) == 4


@pytest.mark.parametrize(
    ("line", "legend"),
    [
        ("web -> db:1", None),
        ("web -> 10.0.0.0/8:1", "dashed orange: addresses outside of the cluster"),
        (
            "web -> any:1",
            "thick blue: between namespaces\ndashed red: most addresses outside of the cluster\n" + LEGEND_OF_EVERY_POD,
        ),
        ("* -> 10.0.0.0/8:1", f"dashed orange: addresses outside of the cluster\n{LEGEND_OF_EVERY_POD}"),
    ],
)
def test_the_legend_says_the_marks_that_are_used(line, legend):
    text = "".join(as_dot(netpolc.graph({"a.netpol": f"namespace shop\nbaseline deny all\n{line}\n"})))
    tokens = re.search(r"graph \[(.*)\];", text)[1]
    found = re.search(r', label=("(?:[^"\\]|\\.)*")', tokens)
    assert (found and shown(found[1])) == legend


def test_the_legend_of_a_change_says_what_it_does():
    old, new = ({"a.netpol": f"namespace shop\nbaseline deny all\n{each} -> db:1\n"} for each in ("web", "batch"))
    assert 'label="red: opened\\ndashed green: closed\\nwhat stays as it is, is not drawn"' in "".join(
        as_dot(netpolc.diff(old, new).picture)
    )
