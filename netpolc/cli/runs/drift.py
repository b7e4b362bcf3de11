"""The work of `netpolc drift`: what a cluster has that the program does not say, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.cli.output import paint_for, report
from netpolc.cli.results import write_result
from netpolc.cli.runs.rollout import prepared
from netpolc.diagnostics.model import collect
from netpolc.rollout.drift import drifted
from netpolc.rollout.text import drift_as_json, drift_as_markdown, drift_as_text

if TYPE_CHECKING:
    from netpolc.cli.runs.rollout import RolloutRequest
    from netpolc.cli.session import Session


def run(session: Session, request: RolloutRequest, *, form: str, output: str | None) -> int:
    """Print what has drifted, and return 1 if anything has."""
    found = prepared(session, request, drifted=True)
    objects = list(drifted(found.rollout))
    left_over = [each for each in found.rollout.noted if each.code == "NP849"]
    report(collect([*left_over]), session.style)
    if form == "text":
        paint = paint_for(session.style, output)
        parts = drift_as_text(found.rollout, found.difference, objects, paint)
    else:
        write = drift_as_markdown if form == "md" else drift_as_json
        parts = write(found.rollout, found.difference, objects)
    write_result(parts, output, session)
    return int(bool(objects or left_over))
