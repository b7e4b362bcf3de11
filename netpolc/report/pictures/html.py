"""Pictures as a page: the drawing, and below it all connections as a table, for those who read it otherwise.

Users' texts are escaped, and the page itself forbids scripts and everything that is not in it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from netpolc.report.pictures.svg import titled
from netpolc.report.pictures.words import PictureWords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.report.changes import Naming
    from netpolc.results import Picture

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; color: #1c2330; background: #fff; }
figure { margin: 0; overflow: auto; background: #fff; }
svg { max-width: 100%; height: auto; }
.edge:hover path, .edge:hover polygon { stroke-width: 4; }
table { border-collapse: collapse; margin-top: 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem; border-bottom: 1px solid #d5dae2; }
code, pre { font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e9ef; background: #14181f; }
  figure { border-radius: 8px; }
  th, td { border-color: #38404d; }
}
"""
HEADS = ("from", "to", "ports", "because of")


def as_html(picture: Picture, svg: str | None, dot: str, naming: Naming | None = None) -> Iterator[str]:
    """Write a page with a drawing, or with its text in DOT where it could not be laid out."""
    words, drawing = PictureWords(picture, naming), picture.drawing
    title = "Who reaches whom" if naming is None else "What a change opens and closes"
    yield f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{escape(words.summary(drawing))}</p>\n"
    yield f"<figure>\n{titled(svg, picture, naming)}</figure>\n" if svg else f"<pre>{escape(dot)}</pre>\n"
    heads = HEADS if naming is None else ("", *HEADS)
    yield "<table>\n<tr>"
    yield from (f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr>\n"
    for edge in drawing.edges:
        change = () if edge.opened is None else ("opened" if edge.opened else "closed",)
        cells = (*change, *words.ends(drawing, edge), words.ports(edge))
        why = "<br>".join(f"<code>{escape(line)}</code>" for line in words.reasons(edge))
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}<td>{why}</td></tr>\n"
    yield "</table>\n</body>\n</html>\n"
