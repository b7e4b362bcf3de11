"""Rule sets: what is isolated and what is let through, in each direction, by policies or by a program.

A connection from `s` to `d` on `p` is allowed when `s` is not isolated for egress or an allow rule lets it out, and `d`
is not isolated for ingress or an allow rule lets it in: see `netpolc.ir.model` for programs, and the concepts page
"Network Policies" for policies.
"""

from __future__ import annotations

import msgspec

from netpolc.engine.regions import PodSet, Region
from netpolc.ir.model import Direction, Origin
from netpolc.sets.ports import PortSet
from netpolc.source import Location


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


class DirectionRules(msgspec.Struct, frozen=True):
    """The isolations and the allow rules of one direction."""

    isolations: tuple[Isolation, ...]
    allow_rules: tuple[AllowRule, ...]


class RuleSet(msgspec.Struct, frozen=True):
    """The rules of both directions, and the labels of the namespaces that are known, by their names."""

    ingress: DirectionRules
    egress: DirectionRules
    namespaces: dict[str, dict[str, str]]

    @property
    def isolates(self) -> bool:
        """Whether any pods are isolated in any direction: else everything is allowed."""
        return bool(self.ingress.isolations or self.egress.isolations)

    def of(self, direction: Direction) -> DirectionRules:
        """Return the rules of a direction."""
        return self.ingress if direction == "ingress" else self.egress
