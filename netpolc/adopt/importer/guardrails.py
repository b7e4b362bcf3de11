"""Cluster-wide policies as guardrails: what they decide, in lines of which the order does not count.

A tier is a list of decisions, of which the first that holds a connection counts. In netpol, the lines of a tier add
up, and deny beats allow. So from what a decision denies, all is taken that was allowed or passed on before it, and from
what it allows, all that was passed on before. The rest are boxes again, since the negation of one requirement is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.facts import is_namespace
from netpolc.adopt.importer.naming import FileNames
from netpolc.adopt.importer.terms import Terms, selector_of
from netpolc.adopt.importer.writing import printed
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.from_tier_policies import decisions_of
from netpolc.engine.regions import EVERY_POD, IDENTITY, PodSet, meet, subtract
from netpolc.engine.words import cidrs
from netpolc.language.resolve.outline import DEFAULT_KEY
from netpolc.language.syntax import tree
from netpolc.policy.constants import NAME_LABEL, WRITTEN_DIRECTIONS
from netpolc.policy.model import PodPeer
from netpolc.policy.tier_model import Networks
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, PortSet, difference, intersection
from netpolc.source import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.engine.model import Action
    from netpolc.engine.regions import Region
    from netpolc.ir.model import Direction
    from netpolc.policy.tier_model import TierName, TierPeer, TierPolicy, TierRule

WORDS: dict[TierName, tree.Tier] = {"Admin": "always", "Baseline": "default"}
SHOWN = 8
MOST_PIECES = 200
"""The lines that one decision may become: more are nothing that a person would review."""


class DecidedBox(msgspec.Struct, frozen=True):
    """Connections at one end, as in a decision: a subject, its other end, and ports."""

    subject: PodSet
    peer: Region
    ports: PortSet


class ProposedGuardrail(msgspec.Struct, frozen=True):
    """A line: what it says of whom, and the half that it is about, where it is one."""

    tier: tree.Tier
    action: tree.Action
    source: PodSet
    destination: Region
    ports: PortSet
    half: tree.Half | None


def guardrails_of(policies: Sequence[TierPolicy]) -> tuple[list[str], tuple[Diagnostic, ...]]:
    """Return the lines that say what policies decide, and what cannot be said (NP452): then there are no lines."""
    unsayable = tuple(_unsayable(policies))
    if unsayable:
        return [], unsayable
    lines: list[str] = []
    for tier in WORDS:
        ordered = sorted((each for each in policies if each.tier == tier), key=lambda each: (each.priority, each.name))
        found: dict[ProposedGuardrail, TierPolicy] = {}
        for direction in WRITTEN_DIRECTIONS:
            earlier: list[tuple[Action, DecidedBox]] = []
            for policy in ordered:
                proposed = _of_policy(policy, direction, earlier)
                if proposed is None:
                    return [], (_too_many(policy),)
                found = dict.fromkeys(proposed, policy) | found
        found = _with_whole_lines(found)
        for policy in ordered:
            own = [line for line, of in found.items() if of is policy]
            lines += ["", f"# {policy.kind} {policy.name}", *_written(own)] if own else []
    return lines[1:], ()


def _of_policy(
    policy: TierPolicy, direction: Direction, earlier: list[tuple[Action, DecidedBox]]
) -> list[ProposedGuardrail] | None:
    """Say what a policy decides in a direction, and add it to what counts before others; None where it is too much."""
    found: list[ProposedGuardrail] = []
    for decision in decisions_of(policy, direction, ()):
        box = DecidedBox(decision.subject, decision.peer, decision.ports)
        parts = _left(box, decision.action, earlier)
        if parts is None:
            return None
        earlier.append((decision.action, box))
        if decision.action != "next":
            lines = (_line(WORDS[policy.tier], decision.action, direction, part) for part in parts)
            found += (line for line in lines if line is not None)
    return found


def _with_whole_lines(found: dict[ProposedGuardrail, TierPolicy]) -> dict[ProposedGuardrail, TierPolicy]:
    """Return lines in which an allow of both halves is one line, where the first of them stood."""
    joined: dict[ProposedGuardrail, TierPolicy] = {}
    for line, policy in found.items():
        halves = [msgspec.structs.replace(line, half=each) for each in WRITTEN_DIRECTIONS]
        whole = line.action == "allow" and all(half in found for half in halves)
        joined.setdefault(msgspec.structs.replace(line, half=None) if whole else line, policy)
    return joined


def left_to_netpolc(policies: Sequence[TierPolicy]) -> Iterator[str]:
    """Yield a line of text for what becomes otherwise: names and priorities, and pods among the addresses of blocks."""
    if not policies:
        return
    yield "left out, since netpolc computes them: the names and priorities of cluster-wide policies"
    wide = list(_holding_pods(policies))
    if wide:
        listed = ", ".join(f"`{name}`" for name in wide[:SHOWN])
        more = f" and {len(wide) - SHOWN} more" if len(wide) > SHOWN else ""
        yield f"taken to be outside of the cluster, though plugins count pods, too: the networks of {listed}{more}"


def _holding_pods(policies: Sequence[TierPolicy]) -> Iterator[str]:
    """Yield the names of those whose networks may hold pods: all but where every pod has been passed on before."""
    passed: set[tuple[TierName, Region]] = set()
    for policy in sorted(policies, key=lambda each: (each.priority, each.name)):
        decisions = decisions_of(policy, "egress", ())
        are_passed = any((policy.tier, each.subject) in passed for each in decisions)
        if not are_passed and any(_has_networks(rule) for rule in policy.egress):
            yield policy.name
        for each in decisions:
            if each.action == "next" and each.peer == EVERY_POD and each.ports == EVERY_PORT:
                passed.add((policy.tier, each.subject))


def _has_networks(rule: TierRule) -> bool:
    return any(isinstance(peer, Networks) for peer in rule.peers)


def _left(box: DecidedBox, action: Action, earlier: Iterable[tuple[Action, DecidedBox]]) -> list[DecidedBox] | None:
    """Return what is left of a decision once what counts before it is taken away; None where that is too much."""
    parts = [box]
    taking = ("next", "allow") if action == "deny" else ("next",)
    for before, other in earlier:
        if before in taking:
            parts = [part for each in parts for part in _without(each, other)]
            if len(parts) > MOST_PIECES:
                return None
    return parts


def _without(box: DecidedBox, other: DecidedBox) -> Iterator[DecidedBox]:
    """Yield the parts of a box that another has not; they have nothing in common."""
    subject, peer = meet(box.subject, other.subject), meet(box.peer, other.peer)
    shared = intersection(box.ports, other.ports)
    if subject is None or peer is None or shared == PortSet():
        yield box
        return
    for each in subtract(box.subject, other.subject):
        if isinstance(each, PodSet):
            yield DecidedBox(each, box.peer, box.ports)
    if isinstance(subject, PodSet):
        for far in subtract(box.peer, other.peer):
            yield DecidedBox(subject, far, box.ports)
        rest = difference(box.ports, other.ports)
        if rest != PortSet():
            yield DecidedBox(subject, peer, rest)


def _line(tier: tree.Tier, action: tree.Action, direction: Direction, box: DecidedBox) -> ProposedGuardrail | None:
    """Say what is decided; without a half where the line by itself is about this half alone. Blocks have no ingress."""
    if direction == "egress":
        natural = not isinstance(box.peer, PodSet)
        return ProposedGuardrail(tier, action, box.subject, box.peer, box.ports, None if natural else direction)
    if not isinstance(box.peer, PodSet):
        return None
    return ProposedGuardrail(tier, action, box.peer, box.subject, box.ports, None if action == "deny" else direction)


def _written(lines: Iterable[ProposedGuardrail]) -> Iterator[str]:
    """Yield lines as text, one for those that differ in their destinations alone."""
    groups: dict[ProposedGuardrail, list[tree.Endpoint]] = {}
    for line in lines:
        # Whatever the destination is, they share all else.
        key = msgspec.structs.replace(line, destination=line.source)
        groups.setdefault(key, []).extend(_endpoints(line.destination))
    terms = Terms(FileNames(DEFAULT_KEY))
    for line, destinations in groups.items():
        (source,) = _endpoints(line.source)
        yield from printed(
            tree.Guardrail(
                line.tier,
                line.action,
                tree.Reduced(source, None, NOWHERE),
                tree.Reduced(_one_of(destinations), None, NOWHERE),
                terms.items(line.ports),
                line.half,
                NOWHERE,
            )
        )


def _one_of(endpoints: Sequence[tree.Endpoint]) -> tree.Endpoint:
    if len(endpoints) == 1:
        return endpoints[0]
    return tree.SetOf(tuple(tree.Target(each, None, NOWHERE) for each in endpoints), NOWHERE)


def _endpoints(region: Region) -> list[tree.Endpoint]:
    """Write pods by the labels of both, or addresses block by block."""
    if not isinstance(region, PodSet):
        return [tree.Cidr(tree.Block(each, NOWHERE), (), NOWHERE) for held in region.ranges for each in cidrs(held)]
    inner = selector_of(region.pods) if region.pods.requirements else tree.Star(NOWHERE)
    return [tree.Scoped(_namespaces(region.namespaces), inner, NOWHERE)]


def _namespaces(namespaces: LabelSelector) -> tree.Word | tree.Selector | tree.Star:
    match namespaces.requirements:
        case ():
            return tree.Star(NOWHERE)
        case (LabelRequirement(key, "In", (name,)),) if key == IDENTITY and is_namespace(name):
            return tree.Word(name, NOWHERE)
        case asked:
            named = tuple(msgspec.structs.replace(each, key=each.key or NAME_LABEL) for each in asked)
            return selector_of(LabelSelector(named))


def _unsayable(policies: Iterable[TierPolicy]) -> Iterator[Diagnostic]:
    """Yield an error for each rule that the language has no words for."""
    for policy in policies:
        for rule in (*policy.ingress, *policy.egress):
            why = _why_not(rule)
            if why is not None:
                yield Diagnostic(
                    code="NP452",
                    severity="error",
                    message=f"netpol cannot say {why}, as a rule of `{policy.name}` does",
                    location=rule.location or policy.location,
                    help="leave this policy as it is, and import the others",
                )


def _why_not(rule: TierRule) -> str | None:
    if any(each.name is not None for each in rule.ports):
        return "a port by its name for the whole cluster"
    kinds = {type(each): _words(each) for each in rule.peers if not isinstance(each, PodPeer | Networks)}
    return next(iter(kinds.values()), None)


def _words(peer: TierPeer) -> str:
    return "nodes by their labels" if type(peer).__name__ == "Nodes" else "domain names"


def _too_many(policy: TierPolicy) -> Diagnostic:
    return Diagnostic(
        code="NP452",
        severity="error",
        message=f"what policies before `{policy.name}` leave to it is more than {MOST_PIECES} lines",
        location=policy.location,
        help="leave this policy as it is, and import the others",
    )
