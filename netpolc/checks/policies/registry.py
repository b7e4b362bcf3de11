"""All checks of policies, in the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.policies import blocks_with_pods, no_dns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.model import RuleSet
    from netpolc.policy.model import Policy


def judge(policies: Sequence[Policy], ruleset: RuleSet, pod_addresses: tuple[str, ...] | None) -> Iterator[Diagnostic]:
    """What is doubtful about valid policies, and only shows where all are looked at.

    `halves` are what is enforced, be it by other policies, too. `pod_addresses` are the blocks that pods have their
    addresses from, if that is known.
    """
    yield from no_dns.check(policies, ruleset)
    yield from blocks_with_pods.check(policies, pod_addresses or ())
