"""The argument that each check of connections takes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from netpolc.ecosystem.private_networks import LOCAL_BLOCKS
from netpolc.engine.halves import Halves
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import EVERY_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.model import AllowRule, Isolation, RuleSet
    from netpolc.engine.regions import PodSet
    from netpolc.ir.model import Direction, Program
    from netpolc.manifests.model import Workload
    from netpolc.policy.model import Policy
    from netpolc.sets.addresses import AddressSet
    from netpolc.source import Location


class CheckedConnections:
    """Policies that somebody wrote, what a program says, and what is enforced by both.

    `pod_addresses` are the blocks that pods have their addresses from, if that is known; `workloads` are those there.
    `mistaken` are the places of ports and labels that are known to be others than those of the pods. The `program` is
    the one that says something.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        said: RuleSet | None,
        ruleset: RuleSet,
        pod_addresses: Sequence[str] | None = None,
        workloads: Sequence[Workload] = (),
        mistaken: Sequence[Location] = (),
        program: Program | None = None,
    ) -> None:
        """Keep what is written, and what it comes to."""
        self._sources = {policy.location.source for policy in policies if policy.location is not None}
        self._said = said
        self.ruleset = ruleset
        self._pod_addresses = pod_addresses
        self.workloads = workloads
        self._mistaken = mistaken
        self._owned = {} if program is None else {each.name or UNNAMED: each.location for each in program.namespaces}
        baselines = () if program is None else program.baselines
        self._assumed = {each.origin.location.order for each in baselines if each.assumed and each.origin is not None}

    @cached_property
    def halves(self) -> Halves:
        """What is closed and let through at either end."""
        return Halves(self.ruleset, self.addresses_of_pods)

    @property
    def addresses_of_pods(self) -> AddressSet:
        """The addresses that pods may have."""
        if self._pod_addresses is None:
            return EVERY_ADDRESS - held_by(LOCAL_BLOCKS)
        return held_by(self._pod_addresses)

    def opened_in(self, pods: PodSet) -> Location | None:
        """Return where a program opens the namespace of some pods, which it closes without a word."""
        names = names_of(pods.namespaces) or ()
        return next((place for name in names if (place := self._owned.get(name)) is not None), None)

    def is_assumed(self, isolation: Isolation) -> bool:
        """Tell whether a deny is left to others, who may let through what nobody here can see."""
        reason = isolation.reason
        return reason is not None and reason.location is not None and reason.location.order in self._assumed

    def is_mistaken(self, place: Location) -> bool:
        """Tell whether a port or a label is known to be mistaken in a rule or a statement at a place."""
        span = place.span
        return any(each.source is place.source and span.start <= each.span.start < span.end for each in self._mistaken)

    @property
    def are_placed(self) -> bool:
        """Whether it is known where all rules count: those without a namespace may land in any that has some."""
        names = _closed(self.ruleset, "ingress") | _closed(self.ruleset, "egress")
        return UNNAMED not in names or names == {UNNAMED}

    def written(self) -> Iterator[tuple[Direction, AllowRule]]:
        """Yield the rules of policies as they are written, and the flows of programs by their halves."""
        for direction in DIRECTIONS:
            for allow_rule in self.ruleset.of(direction).allow_rules:
                reason = allow_rule.reason
                if reason is not None and reason.location is not None and reason.location.source in self._sources:
                    yield direction, allow_rule
        if self._said is not None:
            for direction in DIRECTIONS:
                closed = _closed(self._said, direction)
                for allow_rule in self._said.of(direction).allow_rules:
                    names = names_of(allow_rule.subject.namespaces)
                    # Where no baseline closes, a program writes no rule.
                    if names is None or not closed.isdisjoint(names):
                        yield direction, allow_rule


def _closed(ruleset: RuleSet, direction: Direction) -> frozenset[str]:
    """Return the namespaces of which any pods are isolated."""
    isolations = ruleset.of(direction).isolations
    return frozenset(name for each in isolations for name in names_of(each.subject.namespaces) or ())
