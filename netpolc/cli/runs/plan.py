"""The work of `netpolc plan`: what would change in a cluster, and whether it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.cli.output import paint_for, report
from netpolc.cli.results import write_result
from netpolc.cli.runs.rollout import prepared
from netpolc.diagnostics.model import collect
from netpolc.rollout.saved import SavedPlan
from netpolc.rollout.text import as_json, as_markdown, as_text

if TYPE_CHECKING:
    from netpolc.cli.session import Session
    from netpolc.rollout.planning import RolloutRequest


def run(
    session: Session,
    request: RolloutRequest,
    *,
    form: str,
    output: str | None,
    save: str | None,
    detailed: bool,
    full: bool,
) -> int:
    """Print the plan, and return how the run is to end."""
    found = prepared(session, request)
    rollout, difference = found.rollout, found.difference
    report(collect([*difference.diagnostics, *rollout.noted, *rollout.refused]), session.style)
    if form == "text":
        parts = as_text(rollout, difference, paint_for(session.style, output), full=full)
    else:
        parts = as_markdown(rollout, difference) if form == "md" else as_json(rollout, difference)
    write_result(parts, output, session)
    if rollout.refused:
        return 2
    if save is not None:
        write_result([SavedPlan.of(found.rollout).text()], save, session)
    return int(detailed and not rollout.is_nothing)
