"""The kinds of policies that a program becomes: each line the kind that can say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import TierPolicy
from netpolc.targets import networkpolicy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from netpolc.ir.isolation import IsolatedPods
    from netpolc.ir.model import Origin, Program
    from netpolc.project.model import ApiVersion, Target


class TargetSettings(msgspec.Struct, frozen=True):
    """The labels on each object, the one kind that all are to be, and the version of those of the cluster.

    Where an exception denies (`exceptions_deny`), what it leaves out gets an entry of its own beside what lets it in.
    With a `guard`, lists that are empty are written, as null: who applies a list by server-side apply owns it.
    """

    labels: Mapping[str, str]
    target: Target | None = None
    api_version: ApiVersion = "v1alpha2"
    exceptions_deny: bool = False
    guard: bool = False


class LoweredProgram(msgspec.Struct, frozen=True):
    """The objects of each kind that a program becomes, and what could not be said."""

    policies: tuple[Policy, ...] = ()
    tier_policies: tuple[TierPolicy, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def lower(
    program: Program,
    isolations: IsolatedPods,
    settings: TargetSettings,
    only: Collection[str | None] | None = None,
) -> LoweredProgram:
    """Return the objects of a program: those of `only` some namespaces, and of guardrails.

    Each line becomes what can say it. Where there is one `target`, a line that it cannot say is an error (NP450).
    """
    lowered = networkpolicy.lower(program, isolations, settings.labels, only)
    policies = lowered.policies
    if settings.exceptions_deny:
        from netpolc.targets.own_ranges import with_own_ranges  # one platform needs it

        policies = with_own_ranges(policies)
    if settings.guard:
        replace = msgspec.structs.replace
        policies = tuple(replace(each, ingress=each.ingress or (), egress=each.egress or ()) for each in policies)
    found = (*lowered.diagnostics, *_unsayable(program, settings.target))
    if not program.guardrails:
        return LoweredProgram(policies, (), found)
    from netpolc.targets import clusternetworkpolicy  # few programs have guardrails

    guarding = clusternetworkpolicy.lower(program.guardrails, settings.labels, settings.api_version)
    return LoweredProgram(policies, guarding.policies, (*found, *guarding.diagnostics))


def _unsayable(program: Program, target: Target | None) -> Iterator[Diagnostic]:
    """Yield an error for each line of a program that a target cannot say."""
    if target == "cluster-network-policy":
        origins = [each.origin for each in program.flows] + [each.origin for each in program.policy_names]
        stated = [each.origin for each in program.baselines if each.origin is not None]
        for origin in dict.fromkeys((*stated, *origins)):
            yield _error(origin, target, "networkpolicy")
    if target == "networkpolicy":
        for origin in dict.fromkeys(each.origin for each in program.guardrails):
            yield _error(origin, target, "cluster-network-policy")


def _error(origin: Origin, chosen: Target, needed: Target) -> Diagnostic:
    return Diagnostic(
        code="NP450",
        severity="error",
        message=f"the target `{chosen}` cannot say this",
        location=origin.location,
        help=f"leave the target out, and this becomes what says it; or move it to a program with the target `{needed}`",
    )
