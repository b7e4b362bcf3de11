"""The forms of a picture: texts of their own, and those that Graphviz lays out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from netpolc.report.pictures.d2 import as_d2
from netpolc.report.pictures.dot import as_dot
from netpolc.report.pictures.mermaid import as_mermaid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netpolc.report.changes import Naming
    from netpolc.results import Picture

    class PictureWriter(Protocol):
        """A form of a picture."""

        def __call__(self, picture: Picture, naming: Naming | None = None) -> Iterator[str]:
            """Write a picture; that of a change with what its files are called."""


FORMS: Mapping[str, PictureWriter] = {"d2": as_d2, "dot": as_dot, "mermaid": as_mermaid}
LAID_OUT = ("html", "svg")
PICTURES = (*FORMS, *LAID_OUT)
SUFFIXES: Mapping[str, str] = {
    ".d2": "d2",
    ".dot": "dot",
    ".gv": "dot",
    ".htm": "html",
    ".html": "html",
    ".mermaid": "mermaid",
    ".mmd": "mermaid",
    ".svg": "svg",
}
"""The forms by what the names of files end with."""
IMAGES = frozenset({".bmp", ".eps", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".ps", ".tif", ".tiff", ".webp"})
"""What the names of files with images end with that only other programs draw."""
