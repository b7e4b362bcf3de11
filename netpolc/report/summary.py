"""A review in one line, and the words for what is risky in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netpolc.queries.risks import ASSERTION, DENIAL, NAMESPACES, PORTS, WORLD, is_between_namespaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from netpolc.queries.review import Denial, Review

RISKS: Mapping[str, str] = {
    WORLD: "the whole world",
    NAMESPACES: "between namespaces",
    PORTS: "every port",
    DENIAL: "no deny any longer",
    ASSERTION: "no longer proved",
}
"""What is risky, in a few words."""


def summary(found: Review) -> str:
    """Summarise a review: `3 connections opened, 1 closed, 1 namespace loses its egress deny`."""
    return ", ".join(_parts(found))


def without_policies(side: str) -> str:
    """Say that a side, `old` or `new`, has no policies."""
    return f"the {side} side has no policies: everything is allowed there"


def denied(denial: Denial, shown: Callable[[str], str] = str) -> str:
    """Describe a denial: `namespace shop loses its egress deny`."""
    if denial.namespace is None:
        return f"pods {shown(denial.pods)} {_with(2, lost=denial.lost)} {denial.direction} deny"
    subject = f"namespace {shown(denial.namespace)}" if denial.namespace else "the unnamed namespace"
    return f"{subject} {_with(1, lost=denial.lost)} {denial.direction} deny"


def counted(number: int, noun: str) -> str:
    """Write a number and a noun, which is in the plural unless there is one."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _parts(found: Review) -> Iterator[str]:
    yield f"{counted(found.widened, 'connection')} opened{_at_risk(found)}"
    yield f"{found.narrowed:,} closed"
    if found.added:
        unclosed = sum(bool(each.open) for each in found.added)
        yield f"{counted(len(found.added), 'new workload')}{f' ({unclosed:,} not closed)' if unclosed else ''}"
    if found.removed:
        yield f"{counted(len(found.removed), 'workload')} gone"
    kinds = Counter((not each.lost, each.namespace is None, each.direction) for each in found.denials)
    for (gained, is_part, direction), count in sorted(kinds.items()):
        pods = f"{counted(count, 'set')} of pods" if is_part else counted(count, "namespace")
        yield f"{pods} {_with(count, lost=not gained)} {direction} deny"
    if found.dropped:
        yield f"{counted(len(found.dropped), 'assertion')} removed"
    if found.promised:
        yield f"{counted(len(found.promised), 'assertion')} added"


def _at_risk(found: Review) -> str:
    """Count the openings that lead furthest, by the ends that they have."""
    counts = Counter(risk for finding in found.findings for risk in finding.risks)
    # A rule for other namespaces is a risk even where nobody is shown who is in one.
    counts[NAMESPACES] = bool(found.marks(NAMESPACES)) * sum(
        each.change.widened and is_between_namespaces(each.change) for each in found.findings
    )
    words = {WORLD: "to or from the whole world", NAMESPACES: RISKS[NAMESPACES], PORTS: "of every port"}
    counted_risks = [f"{counts[code]:,} {text}" for code, text in words.items() if counts[code]]
    return f" ({', '.join(counted_risks)})" if counted_risks else ""


def _with(count: int, *, lost: bool) -> str:
    verb = "lose" if lost else "gain"
    return f"{verb}s its" if count == 1 else f"{verb} their"
