"""Pictures as SVG: what Graphviz drew, with titles that say what is behind each node and edge."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from netpolc.report.pictures.words import PictureWords

if TYPE_CHECKING:
    from netpolc.report.changes import Naming
    from netpolc.results import Picture

_TITLE = re.compile(r'(<g id="(?P<kind>node|edge|clust)(?P<number>\d+)" class="\w+">\s*<title>)[^<]*')
"""The title of a part; Graphviz numbers nodes, edges and clusters from 1, in the order in which DOT has them."""
_WRAPPER = re.compile(r'<g id="a_[^"]*"><a [^>]*>|</a>\s*</g>')
"""What Graphviz makes of tooltips: links that lead nowhere."""
_ROOT = re.compile(r"<svg\b[^>]*(?=>)")


def titled(svg: str, picture: Picture, naming: Naming | None = None) -> str:
    """Return a drawing whose titles, which browsers show on hovering, are words in the place of Graphviz's names."""
    words, drawing = PictureWords(picture, naming), picture.drawing

    def title(found: re.Match[str]) -> str:
        number = int(found["number"]) - 1
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
