"""The gate `--fail-on used` where records do not tell that nothing was used: then it stays closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.verdicts import Pod
from netpolc.report.traffic import counts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from netpolc import api
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.queries.traffic.model import Unjoined

_READ_IN_PART = frozenset({"NP870", "NP872"})
"""What is said of logs of which something is missing, nobody knows what."""

_LOGS = "see how they were written, or leave `--fail-on used` out"
_INPUTS = "say by `--workloads` what runs there, in manifests or a dump, or leave `--fail-on used` out"


def untold(logs: DistinctFlows, found: Collection[api.Difference]) -> Iterator[Diagnostic]:
    """Yield NP861 where something may have been used, unless something surely was."""
    if any(each.seen is not None and each.seen.used for each in found):
        return
    if not logs.flows:
        yield _no_telling("the records hold no flow", _LOGS)
    if any(each.code in _READ_IN_PART for each in logs.diagnostics):
        yield _no_telling("the records were read in part", _LOGS)
    if any(_are_of_others(logs, each) for each in found):
        yield _no_telling("the records are of other namespaces than what is closed", _LOGS)
    doubts: dict[Unjoined, None] = {}
    for each in found:
        doubts |= dict.fromkeys(_doubts(each))
    for reason, count in counts_of(doubts).items():
        several = f"{count:,} records" if count > 1 else "1 record"
        message = f"{several} may be of what is closed, and nobody can tell: {reason}"
        yield Diagnostic(code="NP861", severity="error", message=message, help=_INPUTS)


def _doubts(found: api.Difference) -> tuple[Unjoined, ...]:
    """Return what may be of connections that are closed; of all where not every change is shown."""
    review, seen = found.review, found.seen
    if seen is None or not review.closed:
        return ()
    return seen.doubts([each.change for each in review.findings] if review.complete else None)


def _are_of_others(logs: DistinctFlows, found: api.Difference) -> bool:
    """Tell whether no record is of a namespace that either side speaks of, as those of another cluster are."""
    seen = {end.namespace for flow in logs.flows for end in (flow.source, flow.destination)} - {None}
    ours = {each.end.namespace for each in found.review.peers if isinstance(each.end, Pod)} - {None}
    return found.review.closed and bool(seen and ours) and seen.isdisjoint(ours)


def _no_telling(why: str, way_out: str) -> Diagnostic:
    message = f"{why}, so that nobody can tell what was used"
    return Diagnostic(code="NP861", severity="error", message=message, help=way_out)
