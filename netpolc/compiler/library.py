"""The library that comes with netpolc, as `netpolc explain` shows it: what each name means on which platform."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from netpolc.compiler.loading import BUNDLED
from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.usage import UsageError
from netpolc.language.resolve.outline import outline
from netpolc.language.syntax.parser import parse
from netpolc.source import Source

if TYPE_CHECKING:
    from netpolc.language.resolve.outline import PlacedDeclaration

LIBRARY = "std"
EVERYWHERE = "on every platform"


def is_library(word: str) -> bool:
    """Tell whether a word is the library, or a name of it: `std`, `std.dns`."""
    return word.partition(".")[0] == LIBRARY


def library_page(word: str) -> str:
    """Return the library's own text, or what one of its names means on which platform.

    Raises:
        UsageError: it has no such name; the message has one that is close.
    """
    file = BUNDLED[LIBRARY]
    source = Source(LIBRARY, file.read_text("utf-8"))
    _, dot, name = word.partition(".")
    if not dot:
        return source.text
    declarations = outline(source, parse(source).tree).declarations
    found = [each for each in declarations if each.statement.name.text == name]
    if not found:
        near = closest(name, {each.statement.name.text for each in declarations})
        advice = f"did you mean `{LIBRARY}.{near}`?" if near else f"`netpolc explain {LIBRARY}` shows all"
        raise UsageError(f"the library has no `{name[:40]}`", "CODE", advice=advice)
    return "\n".join(_shown(each, source) for each in found)


def _shown(placed: PlacedDeclaration, source: Source) -> str:
    platforms = placed.placement.environments
    where = EVERYWHERE if platforms is None else f"on {', '.join(sorted(platforms))}"
    start, end = placed.statement.span.start, placed.statement.span.end
    line = source.text.rfind("\n", 0, start) + 1
    return f"# {where}\n{dedent(source.text[line:end])}\n"
