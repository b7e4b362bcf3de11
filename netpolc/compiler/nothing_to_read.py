"""Inputs with nothing in them, of which it would be true, and of no use, that nothing is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Severity
from netpolc.source import STREAM, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.language.resolve.modules import LoadedFile

MOST_OF_A_TABLE = 1024 * 1024
"""The characters of a text up to which it is looked at as what a tool prints for people."""

LIKE_DATA = ("Name: ", "error: ", "Error: ")
"""How such a text may begin, which is YAML by its letters."""


def nothing_in(
    named: Sequence[str], *, has_manifests: bool, severity: Severity = "error", kind: str = "networkpolicies"
) -> Diagnostic:
    """Return NP817 for inputs that say nothing; manifests may be what a tool wrote that was not allowed to see more.

    What was looked for is of a `kind`, as `kubectl` has it.
    """
    places = ", ".join("standard input" if path == STREAM else f"`{path}`" for path in dict.fromkeys(named))
    listing = f"if `kubectl get` wrote it, see whether it may list them: `kubectl auth can-i list {kind} -A`"
    return Diagnostic(
        code="NP817",
        severity=severity,
        message=f"there is nothing to read in {places}",
        help=listing if has_manifests else "name another file or folder",
    )


def is_blank(source: Source) -> bool:
    """Tell whether a text has nothing but blanks."""
    return not source.text or source.text.isspace()


def says_anything(file: LoadedFile) -> bool:
    """Tell whether a file of netpol has any statement."""
    outline = file.outline
    said = (outline.statements, outline.declarations, outline.imports, outline.namespaces, outline.diagnostics)
    return any(said)


def unusable(source: Source) -> Diagnostic | None:
    """Return NP818 for a text that is no manifests, and no netpol either, if it is one."""
    if len(source.text) > MOST_OF_A_TABLE:
        return None
    from netpolc.manifests.printed import not_objects  # few texts are none

    return not_objects(source)
