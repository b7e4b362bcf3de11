"""Pictures as SVG: what Graphviz drew, with titles that say what is behind each node and edge."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from netpolc.report.pictures.cards import in_rows
from netpolc.report.pictures.words import PictureWords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.report.changes import Naming
    from netpolc.report.pictures.cards import Card
    from netpolc.results import Picture

_TITLE = re.compile(r'(<g id="(?P<kind>node|edge|clust)(?P<number>\d+)" class="\w+">\s*<title>)[^<]*')
"""The title of a part; Graphviz numbers nodes, edges and clusters from 1, in the order in which DOT has them."""
_WRAPPER = re.compile(r'<g id="a_[^"]*"><a [^>]*>|</a>\s*</g>')
"""What Graphviz makes of tooltips: links that lead nowhere."""
_ROOT = re.compile(r"<svg\b[^>]*(?=>)")


def titled(svg: str, picture: Picture, naming: Naming | None = None) -> str:
    """Return a drawing whose titles, which browsers show on hovering, are words in the place of Graphviz's names."""
    words, drawing = PictureWords(picture, naming), picture.drawing
    cards = [card for row in in_rows(drawing, words) for card in row] if drawing.listed else None

    def title(found: re.Match[str]) -> str:
        number = int(found["number"]) - 1
        if cards is not None:
            return found[1] + escape(_told(cards, found["kind"], number), quote=False)
        match found["kind"]:
            case "node":
                lines = words.ids(drawing.nodes[number])
            case "edge":
                lines = words.edge(drawing, drawing.edges[number])
            case _:
                lines = (f"namespace {words.box(drawing.boxes[number])}",)
        return found[1] + escape("\n".join(lines), quote=False)

    label = escape(words.summary(drawing))
    body = _TITLE.sub(title, _WRAPPER.sub("", svg))
    return _ROOT.sub(lambda found: f'{found[0]} role="img" aria-label="{label}"', body, count=1)


def _told(cards: Sequence[Card], kind: str, number: int) -> str:
    """Return what is told of a part of a picture of cards."""
    return "\n".join(cards[number].told) if kind == "node" else cards[number].head
