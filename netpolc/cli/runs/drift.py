"""The work of `netpolc drift`: what a cluster has that the program does not say, and the other way round."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.exits import EndedError
from netpolc.cli.output import paint_for, report, say
from netpolc.cli.results import write_result
from netpolc.cli.runs.rollout import prepared
from netpolc.diagnostics.model import collect
from netpolc.diagnostics.usage import UsageError
from netpolc.extras import how_to_get
from netpolc.live.kubectl import find
from netpolc.live.refusals import ClusterError
from netpolc.live.watching import ClusterWatch, is_possible
from netpolc.rollout.drift import Drift
from netpolc.rollout.text import drift_as_json, drift_as_markdown, drift_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.cli.session import Session
    from netpolc.rollout.planning import RolloutRequest

PAUSES = (1.0, 5.0, 30.0)
"""Seconds before a cluster that could not be asked is asked again; the last of them goes on."""

SAID = frozenset({"NP418", "NP419", "NP849"})
"""What is said beside a result: what counts in no answer, and what cannot be deleted. A plan says more of the way."""


def run(session: Session, request: RolloutRequest, *, form: str, output: str | None) -> int:
    """Print what has drifted, and return 1 if anything has."""
    code, parts = _judged(session, request, form, output)
    write_result(parts, output, session)
    return code


def watch(session: Session, request: RolloutRequest, *, form: str) -> int:
    """Print what has drifted, and again after each change in the cluster that changes it, until it is ended."""
    if not is_possible():
        raise UsageError(
            "to watch a cluster takes lightkube, which is not installed",
            "--watch",
            advice=how_to_get("cluster", "lightkube"),
        )
    # Ended by whatever runs it, it leaves no proxy behind either.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    said: list[str] = []
    failures = 0
    while True:
        try:
            with ClusterWatch(find(request.context)) as changes:
                while True:
                    # A first time, what cannot be judged ends the run: nobody is told of nothing for ever.
                    _, parts = _judged(session, request, form, None)
                    if parts != said:
                        between = "\n" if said else ""
                        said = parts
                        sys.stdout.writelines([between, *parts] if form != "json" else [in_one_line(parts)])
                        sys.stdout.flush()
                    failures = 0
                    names = changes.changed()
                    say(f"{time.strftime('%H:%M:%S')} changed: {', '.join(names)}", session.style)
        except ClusterError as error:
            report([error.diagnostic()], session.style)
            if not said or error.cause == "forbidden":
                return 2
        except EndedError:
            if not said:
                raise
        time.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
        failures += 1


def in_one_line(parts: Iterable[str]) -> str:
    """Return a document as a line, of which there is one after the other."""
    return msgspec.json.encode(msgspec.json.decode("".join(parts))).decode() + "\n"


def _judged(session: Session, request: RolloutRequest, form: str, output: str | None) -> tuple[int, list[str]]:
    """Return how a run ends that looks once, and its result."""
    found = prepared(session, request, drifted=True)
    project = session.project
    drift = Drift.of(found.rollout, () if project is None else project.cluster.known_policies)
    left_over = [each for each in found.rollout.noted if each.code == "NP849"]
    report(collect(each for each in found.rollout.noted if each.code in SAID), session.style)
    if form == "text":
        paint = paint_for(session.style, output)
        parts = drift_as_text(found.rollout, found.difference, drift, paint)
    else:
        write = drift_as_markdown if form == "md" else drift_as_json
        parts = write(found.rollout, found.difference, drift)
    return int(bool(drift.objects or drift.foreign or left_over)), list(parts)
