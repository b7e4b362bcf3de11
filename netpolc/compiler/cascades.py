"""Findings that only follow from a statement which could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.compiler.loading import Loaded
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.language.resolve.modules import LoadedFile
    from netpolc.source import Source


def without_cascades(loaded: Loaded, resolved: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    """Yield what resolution found, but for what statements may have caused that could not be read.

    Such findings are not said where these statements would count, until the syntax is right.
    """
    if not resolved:
        return
    from netpolc.diagnostics.codes import BY_CODE  # most programs are resolved without a finding

    lacking = _lacking(loaded)
    for found in resolved:
        blamed = lacking if found.location is None else found.location.source in lacking
        if not blamed or not BY_CODE[found.code].cascades:
            yield found


def _lacking(loaded: Loaded) -> set[Source]:
    """Find the files in which statements count that could not be read: their own, or those of what they import."""
    importers: dict[str, list[LoadedFile]] = {}
    for file in loaded.files:
        for key in file.imports.values():
            importers.setdefault(key or "", []).append(file)
    waiting = [file for file in loaded.files if file.outline.source in loaded.incomplete]
    lacking: dict[str, Source] = {}
    while waiting:
        file = waiting.pop()
        if file.key not in lacking:
            lacking[file.key] = file.outline.source
            waiting += importers.get(file.key, ())
    return set(lacking.values())
