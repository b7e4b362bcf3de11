"""Diagnostics one a line, for editors and `grep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.diagnostics.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterable


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write all diagnostics by place: `shop.netpol:7:11: error[NP203]: unknown name (help: use another)`."""
    return "".join(_line(diagnostic) + "\n" for diagnostic in collect(diagnostics))


def _line(diagnostic: Diagnostic) -> str:
    place = ""
    if diagnostic.location is not None:
        source = diagnostic.location.source
        line, column = source.position(diagnostic.location.span.start)
        place = f"{visible(source.name)}:{line}:{column}: "
    advice = ""
    if diagnostic.help:
        # What goes on over several lines is an example, which no single line can show.
        advice = f" (help: {sentence(diagnostic.help.splitlines()[0])})"
    return f"{place}{diagnostic.severity}[{diagnostic.code}]: {sentence(diagnostic.message)}{advice}"
