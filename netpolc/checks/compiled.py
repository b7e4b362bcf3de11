"""The checks of the policies that a program becomes, run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.policies import large_policy
from netpolc.ecosystem.platforms import KUBERNETES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.checks.options import CheckOptions
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.ir.model import Program
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy


def check_compiled(
    policies: Sequence[Policy], program: Program, options: CheckOptions, tier_policies: Sequence[TierPolicy] = ()
) -> Iterator[Diagnostic]:
    """Yield what is doubtful about policies, and what a platform makes of them, by the statements of the program."""
    yield from large_policy.check(policies)
    if options.platform != KUBERNETES:
        from netpolc.checks.platforms.checked_platform import CheckedPlatform  # few projects name a platform
        from netpolc.checks.platforms.run import check_platform  # as above

        yield from check_platform(CheckedPlatform(options.platform, policies, program, tier_policies))
