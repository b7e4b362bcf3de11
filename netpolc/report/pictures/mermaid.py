"""Pictures in Mermaid, which GitHub, GitLab and many editors draw in Markdown.

Texts of users stand in quotes, and of them only characters that mean nothing there; all others are written by their
numbers, as https://mermaid.js.org/syntax/flowchart.html has it: `#35;` is a `#`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.engine.verdicts import Address
from netpolc.report.pictures.cards import in_rows
from netpolc.report.pictures.words import PictureWords, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.queries.pictures.model import DrawnEdge, DrawnNode, Way
    from netpolc.report.changes import Naming
    from netpolc.report.pictures.cards import Card
    from netpolc.results import Picture

_UNSAFE = re.compile(r"[^A-Za-z0-9 .,:/()=+\[\]{}!@?'^|~_-]")
ARROWS: Mapping[Way, tuple[str, str]] = {
    "inside": ("-->", "stroke:#555"),
    "across": ("==>", "stroke:#1f5fbf"),
    "outside": ("-.->", "stroke:#b35900"),
    "world": ("-.->", "stroke:#c0202a,stroke-width:3px"),
}
"""How an edge is written that leads so far, and its colour."""
PAIR, MOST = 2, 40
"""The nodes that a line of text shows as well, and the edges beyond which a picture is too large for a comment."""
MOST_DRAWN = 500
"""The edges that Mermaid draws unless its `maxEdges` says otherwise."""
LONGEST = 50_000
"""The characters that Mermaid takes for a picture unless its `maxTextSize` says otherwise."""
MOST_COMMENTED = LONGEST // 2
"""The characters of comments, of which there are more around them."""
EVERY_POD = "  classDef every fill:#fff7c2,color:#1c2330,stroke-width:2px,stroke-dasharray:5\n"
"""The look of nodes that stand for others beside them, too."""
OPENED, CLOSED = ("==>", "stroke:#c0202a"), ("-.->", "stroke:#2a7a3a")


def as_mermaid(picture: Picture, naming: Naming | None = None) -> Iterator[str]:
    """Write a flowchart: a subgraph for each namespace, and before each edge, as a comment, why it is there."""
    words = PictureWords(picture, naming)
    drawing = picture.drawing
    yield from (f"---\ntitle: {quoted((line,))}\n---\n" for line in folded(drawing))
    if drawing.listed:
        yield from _listed(in_rows(drawing, words))
        return
    yield "flowchart LR\n"
    numbered = list(enumerate(drawing.nodes))
    for place, box in enumerate(drawing.boxes):
        yield f"  subgraph b{place}[{quoted((words.box(box),))}]\n"
        yield from (f"    {_node(number, node, words)}" for number, node in numbered if node.box == box)
        yield "  end\n"
    yield from (f"  {_node(number, node, words)}" for number, node in numbered if node.box is None)
    reasons = _reasons(drawing.edges, words)
    colors: dict[str, list[int]] = {}
    for number, edge in enumerate(drawing.edges):
        arrow, color = _look(edge)
        colors.setdefault(color, []).append(number)
        yield from (f"  %% {_comment(line)}\n" for line in reasons[number])
        yield f"  n{edge.source} {arrow}|{quoted(words.label(edge))}| n{edge.destination}\n"
    if any(node.is_every_pod for node in drawing.nodes):
        yield EVERY_POD
    for color, edges in colors.items():
        if color != ARROWS["inside"][1]:
            yield f"  linkStyle {','.join(map(str, edges))} {color}\n"


def _listed(rows: list[list[Card]]) -> Iterator[str]:
    """Write cards in rows: a link that nobody sees leads from each to the one below it."""
    yield "flowchart TB\n"
    cards = [card for row in rows for card in row]
    for number, card in enumerate(cards):
        yield f"  subgraph b{number}[{quoted((card.head,))}]\n"
        yield f"    n{number}[{quoted(line.strip() for line in card.lines)}]\n  end\n"
    yield from (f"  n{number - len(rows[0])} ~~~ n{number}\n" for number in range(len(rows[0]), len(cards)))


def in_comment(picture: Picture, naming: Naming) -> str:
    """Write a flowchart for a comment in Markdown, where it helps: something is opened, and not for one pair alone."""
    nodes, edges = picture.drawing.nodes, picture.drawing.edges
    if len(nodes) <= PAIR or len(edges) > MOST or not any(edge.opened for edge in edges):
        return ""
    text = "".join(as_mermaid(picture, naming))
    return f"\n```mermaid\n{text}```\n"


def quoted(lines: Iterable[str]) -> str:
    """Write the lines of a text as one of Mermaid that is shown as it stands."""
    return f'"{"<br>".join(_UNSAFE.sub(lambda found: f"#{ord(found[0])};", line) for line in lines)}"'


def _reasons(edges: Iterable[DrawnEdge], words: PictureWords) -> list[tuple[str, ...]]:
    """Return the lines behind edges; where they would take the room of the picture, the first of each, or none."""
    reasons = [words.reasons(edge) for edge in edges]
    for most in (None, 1):
        kept = [lines[:most] for lines in reasons]
        if sum(len(line) for lines in kept for line in lines) <= MOST_COMMENTED:
            return kept
    return [() for _ in reasons]


def _comment(line: str) -> str:
    """Write a line of a comment; Mermaid takes `%%{` for a directive wherever it stands."""
    return line.replace("%%", "% %")


def _node(number: int, node: DrawnNode, words: PictureWords) -> str:
    outside = any(isinstance(peer.end, Address) for peer in node.peers)
    opening, closing = ("([", "])") if outside else ("[", "]")
    look = ":::every" if node.is_every_pod else ""
    return f"n{number}{opening}{quoted(words.node(node))}{closing}{look}\n"


def _look(edge: DrawnEdge) -> tuple[str, str]:
    if edge.opened is None:
        return ARROWS[edge.way]
    return OPENED if edge.opened else CLOSED
