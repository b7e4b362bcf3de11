"""Assertions, proved over every pod that could exist.

Pods of namespaces that the program does not own are judged by their owners. So where `deny` or `only` speaks of the
destinations of every namespace (`*/[pci]`), those elsewhere count only where a line of this program opens the way to
them; a namespace that is named counts as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.reach import words
from netpolc.reach.boxes import TooComplexError
from netpolc.reach.of_program import halves_of_program, regions_of
from netpolc.reach.proofs import Prover, boxes
from netpolc.reach.regions import ANYTHING, PodSet, in_any_of, meet, names_of, subtract
from netpolc.reach.witness import witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.program.model import Assertion, Program
    from netpolc.reach.boxes import Box
    from netpolc.reach.model import Cause
    from netpolc.reach.proofs import Allowed, Denied
    from netpolc.reach.regions import Region

ENDS = {"egress": "source", "ingress": "destination"}


def failures(program: Program) -> Iterator[Diagnostic]:
    """Each assertion that does not hold, with a connection that shows it."""
    halves = halves_of_program(program)
    for assertion in program.assertions:
        try:
            failure = next(_failures(assertion, Prover(halves)), None)
        except TooComplexError:
            yield _undecided(assertion)
        else:
            if failure is not None:
                yield failure


def _failures(assertion: Assertion, prover: Prover) -> Iterator[Diagnostic]:
    sources = [region for source in assertion.sources for region in regions_of(source)]
    if assertion.quantifier == "allow":
        for box in _boxes(assertion, sources):
            for denied in prover.denied(box):
                yield _denied(assertion, denied, prover)
        return
    for whole in _boxes(assertion, sources if assertion.quantifier == "deny" else _all_but(sources)):
        for box, ours in _parted(whole, prover):
            for allowed in prover.allowed(box):
                if ours or allowed.egress is not None:
                    yield _allowed(assertion, allowed, prover)


def _boxes(assertion: Assertion, sources: list[Region]) -> Iterator[Box]:
    for destination in assertion.destinations:
        yield from boxes(sources, regions_of(destination.peer), destination.ports)


def _parted(box: Box, prover: Prover) -> Iterator[tuple[Box, bool]]:
    """A box by destinations that this program, or its assertion by name, speaks of, and by the others."""
    destination = box.destination
    if not isinstance(destination, PodSet) or names_of(destination.namespaces) is not None:
        yield box, True
        return
    owned = in_any_of(prover.namespaces.known)
    ours = meet(destination, owned)
    if ours is not None:
        yield msgspec.structs.replace(box, destination=ours), True
    for others in subtract(destination, owned):
        yield msgspec.structs.replace(box, destination=others), False


def _all_but(sources: Iterable[Region]) -> list[Region]:
    """Everything that is not among some sources, in or out of the cluster."""
    rest = list(ANYTHING)
    for source in sources:
        rest = [part for each in rest for part in subtract(each, source)]
    return rest


def _allowed(assertion: Assertion, allowed: Allowed, prover: Prover) -> Diagnostic:
    source, destination, port = _example(allowed.box, prover)
    causes = (("egress", allowed.egress), ("ingress", allowed.ingress))
    open_ends = [end for end, cause in causes if cause is None]
    remark = "".join(f"; {end} of the {ENDS[end]} is open" for end in open_ends)
    return Diagnostic(
        code="NP701",
        severity="error",
        message=f"this does not hold: {source} may reach {destination} on {port}{remark}",
        location=assertion.origin.location,
        labels=tuple(_labels(causes)),
        help="narrow what lets it through" if len(open_ends) < len(causes) else "close an end with `baseline deny`",
    )


def _denied(assertion: Assertion, denied: Denied, prover: Prover) -> Diagnostic:
    source, destination, port = _example(denied.box, prover)
    end = ENDS[denied.direction]
    closed = (
        () if denied.cause is None or denied.cause.location is None else (Label(denied.cause.location, "closed here"),)
    )
    default = "" if closed else ", as it is where no baseline says otherwise"
    return Diagnostic(
        code="NP701",
        severity="error",
        message=(
            f"this does not hold: {source} may not reach {destination} on {port}; "
            f"{denied.direction} of the {end} is closed{default}, and no flow opens it to the other end"
        ),
        location=assertion.origin.location,
        labels=closed,
        help="write the flow, or assert less",
    )


def _labels(causes: Iterable[tuple[str, Cause | None]]) -> Iterator[Label]:
    """The lines that let a connection through, each once."""
    places: dict[tuple[str, int, int], tuple[Cause, list[str]]] = {}
    for end, cause in causes:
        if cause is not None and cause.location is not None:
            places.setdefault(cause.location.order, (cause, []))[1].append(end)
    for cause, ends in places.values():
        if cause.location is not None:
            yield Label(cause.location, f"this lets it through ({' and '.join(ends)})")


def _example(box: Box, prover: Prover) -> tuple[str, str, str]:
    connection = witness(box, prover.namespaces)
    return words.end(connection.source), words.end(connection.destination), f"{connection.protocol} {connection.port}"


def _undecided(assertion: Assertion) -> Diagnostic:
    return Diagnostic(
        code="NP702",
        severity="error",
        message="this takes too long to decide: too many selectors overlap",
        location=assertion.origin.location,
        help="assert it of fewer pods at a time",
    )
