"""The kinds of policies that a program becomes: each line the kind that can say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.cluster_policy import ClusterPolicy
from netpolc.policy.model import Policy
from netpolc.targets import networkpolicy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from netpolc.ir.isolation import IsolatedPods
    from netpolc.ir.model import Origin, Program

Target = Literal["networkpolicy", "cluster-network-policy"]
ALL: tuple[Target, ...] = ("networkpolicy", "cluster-network-policy")


class Lowered(msgspec.Struct, frozen=True):
    """The objects of each kind that a program becomes, and what could not be said."""

    policies: tuple[Policy, ...] = ()
    cluster_policies: tuple[ClusterPolicy, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def lower(
    program: Program,
    isolations: IsolatedPods,
    labels: Mapping[str, str],
    only: Collection[str | None] | None = None,
    targets: Collection[Target] | None = None,
) -> Lowered:
    """Return the objects of a program, each with some labels; those of `only` some namespaces, and of guardrails.

    A line that none of the `targets` can say is an error (NP450); without any, all are there.
    """
    lowered = networkpolicy.lower(program, isolations, labels, only)
    found = (*lowered.diagnostics, *_unsayable(program, targets or ALL))
    if not program.guardrails:
        return Lowered(lowered.policies, (), found)
    from netpolc.targets import clusternetworkpolicy  # few programs have guardrails

    guarding = clusternetworkpolicy.lower(program.guardrails, labels)
    return Lowered(lowered.policies, guarding.policies, (*found, *guarding.diagnostics))


def _unsayable(program: Program, targets: Collection[Target]) -> Iterator[Diagnostic]:
    """Yield an error for each line of a program that none of the targets can say."""
    if "networkpolicy" not in targets:
        origins = [each.origin for each in program.flows] + [each.origin for each in program.policy_names]
        stated = [each.origin for each in program.baselines if each.origin is not None]
        for origin in dict.fromkeys((*stated, *origins)):
            yield _error(origin, "cluster-network-policy", "networkpolicy")
    if "cluster-network-policy" not in targets:
        for origin in dict.fromkeys(each.origin for each in program.guardrails):
            yield _error(origin, "networkpolicy", "cluster-network-policy")


def _error(origin: Origin, chosen: Target, needed: Target) -> Diagnostic:
    return Diagnostic(
        code="NP450",
        severity="error",
        message=f"the target `{chosen}` cannot say this",
        location=origin.location,
        help=f"build it with the target `{needed}` as well, or in a program of its own",
    )
