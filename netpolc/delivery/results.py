"""Diagnostics as the results of a KRM function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.delivery.writing import mapping_node, sequence_node, text_node
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.diagnostics.visible import in_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.manifests.nodes import Node

SEVERITIES = {"error": "error", "warning": "warning", "note": "info"}


def results(diagnostics: Iterable[Diagnostic]) -> Node | None:
    """Return the list of results by position, or None where there are none."""
    found = collect(diagnostics)
    return sequence_node(map(_result, found)) if found else None


def _result(diagnostic: Diagnostic) -> Node:
    tags: dict[str, Node] = {"code": text_node(diagnostic.code)}
    fields: dict[str, Node] = {"message": text_node(_message(diagnostic))}
    fields["severity"] = text_node(SEVERITIES[diagnostic.severity])
    if diagnostic.location is not None:
        source = diagnostic.location.source
        line, column = source.position(diagnostic.location.span.start)
        tags |= {"line": text_node(str(line)), "column": text_node(str(column))}
        fields["file"] = mapping_node({"path": text_node(source.name)})
    return mapping_node({**fields, "tags": mapping_node(tags)})


def _message(diagnostic: Diagnostic) -> str:
    position = ""
    if diagnostic.location is not None:
        line, column = diagnostic.location.source.position(diagnostic.location.span.start)
        position = f"{diagnostic.location.source.name}:{line}:{column}: "
    advice = "" if diagnostic.advice is None else f" (help: {in_one_line(diagnostic.advice)})"
    return f"{position}{in_one_line(diagnostic.message)}{advice}"
