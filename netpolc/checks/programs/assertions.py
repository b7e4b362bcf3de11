"""NP701 and NP702: assertions that do not hold over every pod that could exist, or that cannot be decided.

Pods of namespaces that the program does not own are their owners' to check. So where `deny` or `only` speaks of every
namespace (`*/[pci]`), connections to pods elsewhere, or from there to addresses, count only where a line of this
program lets them through. A namespace that is named counts as it is, at either end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine import words
from netpolc.engine.boxes import TooComplexError
from netpolc.engine.enforced import as_enforced
from netpolc.engine.from_policies import PolicyCache, rules_of_policies
from netpolc.engine.from_program import regions_of, rules_of_program, with_pods_in
from netpolc.engine.model import both
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.port_names import names_on
from netpolc.engine.proofs import Allowed, Denied, Prover, boxes
from netpolc.engine.regions import ANYTHING, UNNAMED, PodSet, in_any_of, meet, names_of, subtract
from netpolc.engine.witness import witness
from netpolc.identity import IdentitySet
from netpolc.policy.constants import NAME_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.boxes import Box
    from netpolc.engine.model import Reason, RuleSet
    from netpolc.engine.regions import Region
    from netpolc.ir.model import Assertion, Origin

ENDS = {"egress": "source", "ingress": "destination"}


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each assertion that does not hold, with a connection that shows it.

    Where pods have their addresses from known blocks, some network plugins let pods through by rules for addresses,
    and some do not: what is asserted has to hold for either.
    """
    ruleset = _enforced(checked)
    owned = in_any_of(namespace.name or UNNAMED for namespace in checked.program.namespaces)
    widest = with_pods_in(ruleset, held_by(checked.options.pod_addresses or ()))
    failed: IdentitySet[Origin] = IdentitySet()
    for assertion in checked.program.assertions:
        if assertion.origin in failed:
            continue  # one in a section of several namespaces is said of the first
        prover = Prover(ruleset if assertion.quantifier == "allow" else widest)
        try:
            found = next(counterexamples(assertion, prover, owned), None)
        except TooComplexError:
            failed.add(assertion.origin)
            yield _undecided(assertion)
        else:
            if found is not None:
                failed.add(assertion.origin)
                yield _told(assertion, found, prover)


def _enforced(checked: CheckedProgram) -> RuleSet:
    """Return what is enforced of a program; with the policies of others where some of these take anything away."""
    options = checked.options
    final_for_pod, beside, platform = options.finality == "pod", options.beside, options.platform
    said = rules_of_program(checked.program, final_for_pod=final_for_pod)
    cache = PolicyCache(platform.undeclared, names_on(platform))
    if beside is None:
        return as_enforced(said, platform, (), cache, final_for_pod=final_for_pod)
    known = {
        name or UNNAMED: {key: value for key, value in carried.items() if key != NAME_LABEL}
        for name, carried in options.namespaces.items()
    }
    others = rules_of_policies(beside.policies, {**said.namespaces, **known}, cache)
    policies, tiers = (*beside.compiled, *beside.policies), (beside.tier_policies, beside.nodes)
    return as_enforced(
        both(others, said),
        platform,
        policies,
        cache,
        tiers,
        final_for_pod=final_for_pod,
        pods_in_blocks=options.pod_addresses != (),
    )


def counterexamples(assertion: Assertion, prover: Prover, owned: PodSet | None = None) -> Iterator[Allowed | Denied]:
    """Yield connections against what is asserted: denied ones against `allow`, allowed ones against the others.

    `owned` are the pods of the namespaces that the program owns: those that the prover knows, unless it knows more.
    """
    owned = in_any_of(prover.namespaces.known) if owned is None else owned
    sources = [region for source in assertion.sources for region in regions_of(source)]
    if assertion.quantifier == "allow":
        for box in _boxes(assertion, sources):
            yield from prover.denied(box)
        return
    for whole in _boxes(assertion, sources if assertion.quantifier == "deny" else _all_but(sources)):
        for box, ours in _parted(whole, owned, named=assertion.quantifier == "deny"):
            for allowed in prover.allowed(box):
                if ours or allowed.egress is not None or allowed.ingress is not None:
                    yield allowed


def _boxes(assertion: Assertion, sources: list[Region]) -> Iterator[Box]:
    for destination in assertion.destinations:
        yield from boxes(sources, regions_of(destination.peer), destination.ports)


def _parted(box: Box, owned: PodSet, *, named: bool) -> Iterator[tuple[Box, bool]]:
    """Divide a box by whether all that it holds counts, or what lines of this program let through.

    All of it does where an end is of a namespace that the assertion names, or the one that is judged of one that the
    program owns: the destination or, where that is an address, the source. Sources are `named` unless they are all but
    those that the assertion names.
    """
    from_named = named and _is_named(box.source)
    for source, from_ours in _split(box.source, owned):
        for destination, to_ours in _split(box.destination, owned):
            judged = to_ours if isinstance(destination, PodSet) else from_ours
            counts = judged or from_named or _is_named(box.destination)
            yield msgspec.structs.replace(box, source=source, destination=destination), counts


def _is_named(region: Region) -> bool:
    """Tell whether the namespaces of pods are listed."""
    return isinstance(region, PodSet) and names_of(region.namespaces) is not None


def _split(region: Region, owned: PodSet) -> Iterator[tuple[Region, bool]]:
    """Divide a region by whether its pods are of namespaces that the program owns."""
    if not isinstance(region, PodSet):
        yield region, False
        return
    ours = meet(region, owned)
    if ours is not None:
        yield ours, True
    for others in subtract(region, owned):
        yield others, False


def _all_but(sources: Iterable[Region]) -> list[Region]:
    """Return everything that is not among some sources, in or out of the cluster."""
    rest = list(ANYTHING)
    for source in sources:
        rest = [part for each in rest for part in subtract(each, source)]
    return rest


def _told(assertion: Assertion, found: Allowed | Denied, prover: Prover) -> Diagnostic:
    if isinstance(found, Denied):
        return _denied(assertion, found, prover)
    return _allowed(assertion, found, prover)


def _allowed(assertion: Assertion, allowed: Allowed, prover: Prover) -> Diagnostic:
    source, destination, port = _example(allowed.box, prover)
    reasons = (("egress", allowed.egress), ("ingress", allowed.ingress))
    open_ends = [end for end, reason in reasons if reason is None and _is_pods(allowed.box, end)]
    remark = "".join(f"; {end} of the {ENDS[end]} is open" for end in open_ends)
    lines = tuple(_labels(reasons))
    return Diagnostic(
        code="NP701",
        severity="error",
        message=f"this does not hold: {source} may reach {destination} on {port}{remark}",
        location=assertion.origin.location,
        labels=lines,
        help="narrow what lets it through" if lines else "close an end with `baseline deny`",
    )


def _denied(assertion: Assertion, denied: Denied, prover: Prover) -> Diagnostic:
    source, destination, port = _example(denied.box, prover)
    end = ENDS[denied.direction]
    if denied.reason is not None and denied.reason.policy is not None:
        return _denied_by(assertion, denied, denied.reason, prover)
    closed = (
        ()
        if denied.reason is None or denied.reason.location is None
        else (Label(denied.reason.location, "closed here"),)
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


def _denied_by(assertion: Assertion, denied: Denied, reason: Reason, prover: Prover) -> Diagnostic:
    """Say what policy of somebody else denies what should be allowed."""
    source, destination, port = _example(denied.box, prover)
    end = ENDS[denied.direction]
    return Diagnostic(
        code="NP701",
        severity="error",
        message=(
            f"this does not hold: {source} may not reach {destination} on {port}; "
            f"{denied.direction} of the {end} is closed by `{reason.policy}`"
        ),
        location=assertion.origin.location,
        labels=() if reason.location is None else (Label(reason.location, "closed here"),),
        help="let it through there, or assert less",
    )


def _is_pods(box: Box, end: str) -> bool:
    return isinstance(box.source if end == "egress" else box.destination, PodSet)


def _labels(reasons: Iterable[tuple[str, Reason | None]]) -> Iterator[Label]:
    """Yield the lines that let a connection through, each once."""
    places: dict[tuple[str, int, int], tuple[Reason, list[str]]] = {}
    for end, reason in reasons:
        if reason is not None and reason.location is not None:
            places.setdefault(reason.location.order, (reason, []))[1].append(end)
    for reason, ends in places.values():
        if reason.location is not None:
            yield Label(reason.location, f"this lets it through ({' and '.join(ends)})")


def _example(box: Box, prover: Prover) -> tuple[str, str, str]:
    connection = witness(box, prover.namespaces)
    return words.end(connection.source), words.end(connection.destination), words.port(connection)


def _undecided(assertion: Assertion) -> Diagnostic:
    return Diagnostic(
        code="NP702",
        severity="error",
        message="this takes too long to decide: too many selectors overlap",
        location=assertion.origin.location,
        help="assert it of fewer pods at a time",
    )
