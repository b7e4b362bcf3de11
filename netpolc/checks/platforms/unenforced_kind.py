"""NP679: cluster-wide policies of kinds that nothing on a platform enforces, or only if it is told to.

OVN-Kubernetes of 2026-08 serves AdminNetworkPolicy alone, Amazon's plugin has a group of its own (agent v1.4.1, both
source read), and Cilium 1.20 has to be told (its documentation, "Cluster Network Policy").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield the first policy of each such kind."""
    said = set[str]()
    for policy in checked.tier_policies:
        unenforced = checked.platform.unenforced.get(policy.kind)
        if unenforced is not None and policy.kind not in said:
            said.add(policy.kind)
            yield Diagnostic(
                code="NP679",
                severity="warning" if unenforced.never else "note",
                message=f"{checked.platform.shown} {unenforced.why}",
                location=policy.location,
                help=unenforced.instead,
            )
