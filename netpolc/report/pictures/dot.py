"""Pictures in DOT, the language of Graphviz.

Every text of users stands in a quoted string, in which Graphviz knows backslashes and the entities of HTML
(https://graphviz.org/doc/info/lang.html, and the types `escString` and `lblString` there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.verdicts import Address
from netpolc.report.pictures.cards import LEGEND_OF_CARDS, in_rows
from netpolc.report.pictures.words import PictureWords, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.queries.pictures.model import Drawing, DrawnEdge, DrawnNode, Way
    from netpolc.report.changes import Naming
    from netpolc.report.pictures.cards import Card
    from netpolc.results import Picture

WAYS: Mapping[Way, str] = {
    "inside": "",
    "across": ', penwidth=2, color="#1f5fbf"',
    "outside": ', style=dashed, color="#b35900"',
    "world": ', style=dashed, penwidth=2, color="#c0202a"',
}
"""How an edge looks that leads so far."""
BOX = 'style="rounded,filled"; color="#888888"; fillcolor="#f3f5f8"'
EVERY_POD = ', style="filled,dashed", penwidth=2, fillcolor="#fff7c2"'
OUTSIDE_BOX = 'style="rounded,filled"; color="#b35900"; fillcolor="#fff3e0"'
LEFT = "\\l"
"""The end of a line that begins at the left."""
OPENED, CLOSED = ', penwidth=2, color="#c0202a"', ', style=dashed, arrowhead=empty, color="#2a7a3a"'
MOST_SPLINES = 200
"""The edges beyond which Graphviz may take minutes to draw curves, and to look for the best place of each node."""
BOUNDS = "  graph [splines=line, nslimit=1, nslimit1=1, mclimit=0.2];\n"
LEGEND: Mapping[Way, str] = {
    "across": "thick blue: between namespaces",
    "outside": "dashed orange: addresses outside of the cluster",
    "world": "dashed red: most addresses outside of the cluster",
}
LEGEND_OF_EVERY_POD = "dashed yellow box: every pod of a namespace, those that are drawn there, too"
LEGEND_OF_CHANGE: Mapping[bool, str] = {True: "red: opened", False: "dashed green: closed"}
NOTHING_ELSE = "what stays as it is, is not drawn"


def as_dot(picture: Picture, naming: Naming | None = None) -> Iterator[str]:
    """Write a digraph: a cluster for each namespace, a node for peers that are alike, an edge for what they may do."""
    words = PictureWords(picture, naming)
    drawing = picture.drawing
    if drawing.listed:
        yield from _listed(in_rows(drawing, words), (*LEGEND_OF_CARDS, *folded(drawing)))
        return
    yield "digraph netpolc {\n"
    yield f'  graph [rankdir=LR, fontname="sans-serif", fontsize=11, labelloc=b, tooltip=" "{_legend(drawing)}];\n'
    yield '  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif", fontsize=11];\n'
    yield '  edge [fontname="sans-serif", fontsize=9];\n'
    yield BOUNDS if len(drawing.edges) > MOST_SPLINES else ""
    numbered = list(enumerate(drawing.nodes))
    for place, box in enumerate(drawing.boxes):
        yield f"  subgraph cluster_{place} {{\n"
        label = quoted((words.box(box),))
        yield f"    label={label}; labelloc=t; tooltip={label}; {BOX};\n"
        yield from (f"    {_node(number, node, words)}" for number, node in numbered if node.box == box)
        yield "  }\n"
    yield from (f"  {_node(number, node, words)}" for number, node in numbered if node.box is None)
    yield from (f"  {_edge(edge, words)}" for edge in drawing.edges)
    yield "}\n"


def _listed(rows: list[list[Card]], said: Iterable[str]) -> Iterator[str]:
    """Write cards in rows, as Graphviz packs parts of a graph between which there is no edge."""
    columns = len(rows[0]) if rows else 1
    yield f'digraph netpolc {{\n  graph [pack=6, packmode="array_tlu{columns}", fontname="Helvetica-Bold", '
    yield f'fontsize=12, tooltip=" "{_labelled(said)}];\n'
    yield '  node [shape=plaintext, fontname="sans-serif", fontsize=10];\n'
    for number, card in enumerate(card for row in rows for card in row):
        head, tip = quoted((card.head,)), quoted(card.told)
        yield f"  subgraph cluster_{number} {{\n    label={head}; labelloc=t; labeljust=l; tooltip={head}; "
        yield f"{OUTSIDE_BOX if card.outside else BOX}; sortv={number};\n"
        yield f"    n{number} [label={quoted((*card.lines, ''), LEFT)}, tooltip={tip}, sortv={number}];\n  }}\n"
    yield "}\n"


def _legend(drawing: Drawing) -> str:
    """Write what the marks mean that edges of a picture have, each in a line, since Graphviz widens no picture."""
    ways = {edge.way for edge in drawing.edges if edge.opened is None}
    changes = {edge.opened for edge in drawing.edges}
    said = [text for way, text in LEGEND.items() if way in ways]
    said += [LEGEND_OF_EVERY_POD] if any(node.is_every_pod for node in drawing.nodes) else []
    said += [text for opened, text in LEGEND_OF_CHANGE.items() if opened in changes]
    said += [NOTHING_ELSE] if drawing.is_of_change else []
    return _labelled([*said, *folded(drawing)])


def _labelled(said: Iterable[str]) -> str:
    lines = [*said]
    return f", label={quoted(lines)}" if lines else ""


def quoted(lines: Iterable[str], end: str = "\\n") -> str:
    """Write the lines of a text, between which there is an `end`, as a string of DOT that is shown as it stands."""
    escaped = end.join(line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return f'"{escaped}"'


def _node(number: int, node: DrawnNode, words: PictureWords) -> str:
    outside = any(isinstance(peer.end, Address) for peer in node.peers)
    shape = ', shape=ellipse, style=filled, fillcolor="#fff3e0"' if outside else EVERY_POD if node.is_every_pod else ""
    return f"n{number} [label={quoted(words.node(node))}, tooltip={quoted(words.ids(node))}{shape}];\n"


def _edge(edge: DrawnEdge, words: PictureWords) -> str:
    why = quoted(words.reasons(edge))
    look = WAYS[edge.way] if edge.opened is None else OPENED if edge.opened else CLOSED
    named = quoted(words.label(edge))
    return f"n{edge.source} -> n{edge.destination} [label={named}, tooltip={why}, labeltooltip={why}{look}];\n"
