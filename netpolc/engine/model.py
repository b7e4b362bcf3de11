"""Rule sets: what is isolated and what is let through, in each direction, by policies or by a program.

A connection from `s` to `d` on `p` is allowed when `s` is not isolated for egress or an allow rule lets it out, and `d`
is not isolated for ingress or an allow rule lets it in: see `netpolc.ir.model` for programs, and the concepts page
"Network Policies" for policies.

Other kinds of policies are decision lists around these: in each direction, tiers come `before` and `behind` what is
isolated, and the first decision of a tier that holds a connection ends it (`allow`, `deny`), or hands it on to what
comes behind the tier (`next`). What no decision holds goes on, too, and what comes out at the end is allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.regions import PodSet, Region
from netpolc.ir.model import Direction, Origin
from netpolc.sets.ports import PortSet
from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reason(msgspec.Struct, frozen=True, eq=False):
    """The reason why something is isolated or let through: a policy and the path in it, if any, and the location.

    Of a program, it is a `statement`, and reasons are equal only if they are of the same one: of two lines with one
    text, each is a reason of its own.
    """

    policy: str | None
    path: str
    location: Location | None
    text: str
    statement: Origin | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Reason)
            and self.statement is other.statement
            and (self.policy, self.path, self.text) == (other.policy, other.path, other.text)
        )

    def __hash__(self) -> int:
        place = None if self.statement is None else self.statement.location.order
        return hash((self.policy, self.path, self.text, place))


class Isolation(msgspec.Struct, frozen=True, gc=False):
    """Pods that are isolated in a direction."""

    subject: PodSet
    reason: Reason | None


class AllowRule(msgspec.Struct, frozen=True, gc=False):
    """Connections that are let through at one end: the subject's, to or from a peer, on ports of the destination."""

    subject: PodSet
    peer: Region
    ports: PortSet
    reason: Reason | None


Action = Literal["allow", "deny", "next"]


class Decision(msgspec.Struct, frozen=True, gc=False):
    """Connections at one end, as in an allow rule, and what becomes of those that get as far as this."""

    subject: PodSet
    peer: Region
    ports: PortSet
    action: Action
    reason: Reason | None


class Tier(msgspec.Struct, frozen=True):
    """Decisions in order, of which the first that holds a connection counts; what it is called, for answers."""

    name: str
    decisions: tuple[Decision, ...]


class DirectionRules(msgspec.Struct, frozen=True):
    """The isolations and the allow rules of one direction, and the tiers around them, in order.

    Pods that are `exempt` are judged by no tier behind, as if they were isolated, and all is let through that comes so
    far: where NetworkPolicies are final for a pod, these are the ones that any of them isolates in the other direction.
    """

    isolations: tuple[Isolation, ...]
    allow_rules: tuple[AllowRule, ...]
    before: tuple[Tier, ...] = ()
    behind: tuple[Tier, ...] = ()
    exempt: tuple[Isolation, ...] = ()

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """All tiers, in order."""
        return self.before + self.behind

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions of all tiers, in order."""
        return tuple(decision for tier in self.tiers for decision in tier.decisions)

    def peers(self) -> Iterator[Region]:
        """Yield the peer of each rule and decision."""
        for allow_rule in self.allow_rules:
            yield allow_rule.peer
        for decision in self.decisions:
            yield decision.peer


class RuleSet(msgspec.Struct, frozen=True):
    """The rules of both directions, and the labels of the namespaces that are known, by their names."""

    ingress: DirectionRules
    egress: DirectionRules
    namespaces: dict[str, dict[str, str]]

    @property
    def isolates(self) -> bool:
        """Whether any pods are isolated in any direction, or judged by a tier: else everything is allowed."""
        return bool(self.ingress.isolations or self.egress.isolations or self.is_tiered)

    @property
    def is_tiered(self) -> bool:
        """Whether there are any tiers."""
        return bool(self.ingress.before or self.ingress.behind or self.egress.before or self.egress.behind)

    def of(self, direction: Direction) -> DirectionRules:
        """Return the rules of a direction."""
        return self.ingress if direction == "ingress" else self.egress


def without_tiers(ruleset: RuleSet) -> RuleSet:
    """Return rules with no tiers around them."""
    ingress, egress = (
        msgspec.structs.replace(rules, before=(), behind=(), exempt=()) for rules in (ruleset.ingress, ruleset.egress)
    )
    return RuleSet(ingress, egress, ruleset.namespaces)


def both(one: RuleSet, other: RuleSet) -> RuleSet:
    """Add the isolations and the allow rules of another rule set to those of one, which keeps its tiers."""
    ingress, egress = (
        msgspec.structs.replace(
            rules,
            isolations=rules.isolations + more.isolations,
            allow_rules=rules.allow_rules + more.allow_rules,
        )
        for rules, more in ((one.ingress, other.ingress), (one.egress, other.egress))
    )
    return RuleSet(ingress, egress, one.namespaces)
