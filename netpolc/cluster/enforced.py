"""What the policies of a cluster enforce, made of them once somebody asks: of all, or of those that matter to a pod."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from netpolc.engine.enforced import as_enforced
from netpolc.engine.from_policies import PolicyCache, rules_of_policies, terms_of
from netpolc.engine.from_program import with_assumed
from netpolc.engine.model import both
from netpolc.engine.narrowing import let_through
from netpolc.engine.pod_addresses import in_question
from netpolc.engine.port_names import names_on
from netpolc.engine.regions import UNNAMED
from netpolc.engine.verdicts import Pod, is_of
from netpolc.identity import IdentitySet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from netpolc.compiler.model import CompileOptions
    from netpolc.engine.from_policies import PolicyTerms
    from netpolc.engine.model import RuleSet
    from netpolc.engine.verdicts import End
    from netpolc.ir.model import Program
    from netpolc.manifests.model import ClusterNode, Workload
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy
    from netpolc.sets.addresses import AddressSet


class Enforced:
    """Policies of all kinds, and the rules that they come down to.

    Most questions about a large cluster are about few of its policies, and need no rules of all others.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        tier_policies: tuple[TierPolicy, ...],
        program: Program | None,
        namespaces: Mapping[str, dict[str, str]],
        nodes: tuple[ClusterNode, ...],
        options: CompileOptions,
        workloads: tuple[Workload, ...] = (),
    ) -> None:
        """Take policies, the program that some are of, the labels of namespaces, and the nodes that tiers may name.

        Of `workloads` are the names of ports that some platforms look up for all pods at once.
        """
        self.namespaces = namespaces
        self._policies = policies
        self._tier_policies = tier_policies
        self._program = program
        self._nodes = nodes
        self._options = options
        self._workloads = workloads
        platform = options.checks.platform
        self._cache = PolicyCache(platform.undeclared, names_on(platform, workloads))
        # What others than NetworkPolicies say, and what one decides beside others, is read as a whole.
        self._as_whole = bool(tier_policies) or program is not None or platform.denies_exceptions
        self._as_whole = self._as_whole or platform.hides_labels

    @cached_property
    def rules(self) -> RuleSet:
        """All rules."""
        return self._read(self._policies)

    def about(self, source: End | None, destination: End | None) -> RuleSet:
        """Return rules that hold all that decide on connections from one end, or to one; None stands for any end."""
        ends = [end for end in (source, destination) if end is not None]
        if self._as_whole or not ends or not all(isinstance(end, Pod) for end in ends):
            return self.rules
        names = {end.namespace or UNNAMED for end in ends if isinstance(end, Pod)}
        held = [
            policy
            for policy, subject in self._cache.subjects(self._policies, names)
            if any(is_of(end, subject) for end in ends)
        ]
        if len(ends) == 1:
            met = let_through(self._read(self._among(held)).of("egress" if destination is None else "ingress"), ends)
            if met is None:
                return self.rules
            others = self._cache.subjects(self._policies, met.names)
            held += [policy for policy, subject in others if met.may_be(subject)]
        return self._read(self._among(held))

    def among(self, kept: Callable[[Policy], bool]) -> Enforced:
        """Return the same of some of the policies."""
        return Enforced(
            [each for each in self._policies if kept(each)],
            self._tier_policies,
            self._program,
            self.namespaces,
            self._nodes,
            self._options,
            self._workloads,
        )

    def with_more(self, added: RuleSet) -> Enforced:
        """Return the same with some rules added."""
        from copy import copy  # few reviews ask for it, and it loads others

        found = copy(self)
        vars(found).update(rules=both(self.rules, added), _as_whole=True)
        return found

    def telling_apart(self, workloads: Sequence[Workload]) -> RuleSet | None:
        """Return all rules where they may tell apart pods of one workload, or of one owner."""
        if self._as_whole or any(each.owner is not None or each.apart for each in workloads):
            return self.rules
        varying = {label.key for each in workloads for label in each.varying}
        return None if varying.isdisjoint(self._terms.keys) else self.rules

    def name_any_of(self, blocks: AddressSet) -> bool:
        """Tell whether any rule is for addresses among some blocks; one for anybody is for pods as it is."""
        return (self._as_whole or bool(self._terms.blocks)) and in_question(self.rules, blocks)

    @cached_property
    def _terms(self) -> PolicyTerms:
        return terms_of(self._policies)

    def _among(self, some: Iterable[Policy]) -> list[Policy]:
        """Return some of the policies, each once, in the order in which all were given."""
        held = IdentitySet(some)
        return [policy for policy in self._policies if policy in held]

    def _read(self, policies: Sequence[Policy]) -> RuleSet:
        """Return what policies enforce, with what a program assumes that something else does, and the tiers around."""
        platform = self._options.checks.platform
        read = rules_of_policies(policies, self.namespaces, self._cache)
        whole = read if self._program is None else with_assumed(read, self._program)
        tiers = (self._tier_policies, self._nodes)
        checks = self._options.checks
        return as_enforced(
            whole,
            platform,
            policies,
            self._cache,
            tiers,
            final_for_pod=checks.finality == "pod",
            pods_in_blocks=checks.pod_addresses != (),
        )
