"""NP604: policies that client-side apply may refuse, though the API server would take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.objects import too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.policy.model import Policy


def check(policies: Iterable[Policy]) -> Iterator[Diagnostic]:
    """Yield a warning for each policy that is larger than `kubectl apply` can be sure to take."""
    for policy in policies:
        size = too_large(policy)
        if size is not None:
            yield Diagnostic(
                code="NP604",
                severity="warning",
                message=f"the policy `{policy.name}` is {size // 1024} KiB large",
                location=policy.location,
                label="it begins here",
                help="apply it with `kubectl apply --server-side`, or select peers by a label that they share",
            )
