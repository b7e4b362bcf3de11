"""Charts and kustomizations among the inputs, rendered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.usage import UsageError
from netpolc.project.discovery import CHART, RenderedFolder
from netpolc.project.rendering import PATIENCE_SECONDS, not_rendered, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.compiler.workspace import Workspace
    from netpolc.source import Source

MOST_SECONDS = 300.0
"""How long all charts may take that were only found; who names one may wait for it."""


def rendered(
    folders: Sequence[RenderedFolder], workspace: Workspace, *, limit: int
) -> tuple[list[tuple[RenderedFolder, Source]], list[Diagnostic]]:
    """Return the texts that folders make, at most `limit` bytes each, and why others make none.

    That is an error for a folder that is named, and a warning for those that were only found.

    Raises:
        UsageError: an option says how to render charts, and there is none.
    """
    idle = workspace.charts.idle_option
    if idle is not None and not any(folder.marker == CHART for folder in folders):
        raise UsageError("no chart is among the inputs", idle)
    ends = time.monotonic() + MOST_SECONDS
    texts: list[tuple[RenderedFolder, Source]] = []
    failures: list[tuple[RenderedFolder, Diagnostic]] = []
    for folder in folders:
        left = PATIENCE_SECONDS if folder.named else ends - time.monotonic()
        found = _rendered(folder, workspace, max(0.0, min(PATIENCE_SECONDS, left)), limit)
        if isinstance(found, Diagnostic):
            failures.append((folder, found))
        else:
            texts.append((folder, found))
    named = [failure for folder, failure in failures if folder.named]
    return texts, [*named, *_of_found(each for each in failures if not each[0].named)]


def _rendered(folder: RenderedFolder, workspace: Workspace, seconds: float, limit: int) -> Source | Diagnostic:
    if not (workspace.programs and workspace.files.holds(folder.path / folder.marker)):
        return not_rendered(folder)
    return render(folder, workspace.charts_in_namespace, seconds=seconds, limit=limit)


def _of_found(failures: Iterable[tuple[RenderedFolder, Diagnostic]]) -> Iterator[Diagnostic]:
    """Yield a warning for folders that were found; one for all with the same cause."""
    by_cause: dict[str, list[Diagnostic]] = {}
    for folder, failure in failures:
        by_cause.setdefault(failure.message.replace(f"`{folder.name}`", ""), []).append(failure)
    for first, *more in by_cause.values():
        also = f"; {len(more)} more {'is' if len(more) == 1 else 'are'} left out likewise" if more else ""
        yield msgspec.structs.replace(first, severity="warning", message=f"{first.message}{also}")
