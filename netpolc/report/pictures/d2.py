"""Pictures in D2, which `d2` and many editors draw.

Texts of users stand in double quotes, in which D2 knows backslashes and, with a dollar, variables
(https://d2lang.com/tour/strings).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.verdicts import Address
from netpolc.report.pictures.cards import in_rows
from netpolc.report.pictures.words import PictureWords, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.queries.pictures.model import DrawnEdge, DrawnNode, Way
    from netpolc.report.changes import Naming
    from netpolc.results import Picture

LOOKS: Mapping[Way, str] = {
    "inside": "",
    "across": 'style: {stroke: "#1f5fbf"; stroke-width: 4}',
    "outside": 'style: {stroke: "#b35900"; stroke-dash: 4}',
    "world": 'style: {stroke: "#c0202a"; stroke-dash: 4; stroke-width: 4}',
}
"""How an edge looks that leads so far."""
EVERY_POD = ' {style: {fill: "#fff7c2"; stroke-dash: 4; stroke-width: 2}}'
"""The look of nodes that stand for others beside them, too."""
OPENED, CLOSED = 'style: {stroke: "#c0202a"; stroke-width: 4}', 'style: {stroke: "#2a7a3a"; stroke-dash: 4}'


def as_d2(picture: Picture, naming: Naming | None = None) -> Iterator[str]:
    """Write a diagram: a container for each namespace, and before each edge, as a comment, why it is there."""
    words = PictureWords(picture, naming)
    drawing = picture.drawing
    yield from (f"folded: {quoted((line,))} {{near: top-center; shape: text}}\n" for line in folded(drawing))
    if drawing.listed:
        rows = in_rows(drawing, words)
        yield f"grid-columns: {len(rows[0])}\n"
        cards = [card for row in rows for card in row]
        yield from (f"c{at}: {quoted((card.head, *card.lines))}\n" for at, card in enumerate(cards))
        return
    yield "direction: right\n"
    numbered = list(enumerate(drawing.nodes))
    places = {box: f"b{place}" for place, box in enumerate(drawing.boxes)}
    for box, key in places.items():
        yield f"{key}: {quoted((words.box(box),))} {{\n"
        yield from (f"  {_node(number, node, words)}" for number, node in numbered if node.box == box)
        yield "}\n"
    yield from (_node(number, node, words) for number, node in numbered if node.box is None)
    keys = [f"n{number}" if node.box is None else f"{places[node.box]}.n{number}" for number, node in numbered]
    for edge in drawing.edges:
        yield from (f"# {line}\n" for line in words.reasons(edge))
        yield _edge(edge, keys, words)


def quoted(lines: Iterable[str]) -> str:
    """Write the lines of a text as a string of D2 that is shown as it stands."""
    text = "\\n".join(map(_escaped, lines))
    return f'"{text}"'


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")


def _node(number: int, node: DrawnNode, words: PictureWords) -> str:
    outside = any(isinstance(peer.end, Address) for peer in node.peers)
    look = " {shape: oval}" if outside else EVERY_POD if node.is_every_pod else ""
    return f"n{number}: {quoted(words.node(node))}{look}\n"


def _edge(edge: DrawnEdge, keys: list[str], words: PictureWords) -> str:
    look = LOOKS[edge.way] if edge.opened is None else OPENED if edge.opened else CLOSED
    label = quoted(words.label(edge))
    return f"{keys[edge.source]} -> {keys[edge.destination]}: {label}{f' {{{look}}}' if look else ''}\n"
