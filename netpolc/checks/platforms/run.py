"""The checks of platforms, run: on those alone that do something of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.registry import PLATFORMS, PLATFORMS_BESIDE
from netpolc.ecosystem.platforms import KUBERNETES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.diagnostics.model import Diagnostic


def check_platform_beside(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield what a platform makes of policies beside the workloads, Services and nodes that there are."""
    if checked.platform.name != KUBERNETES.name:
        for each in PLATFORMS_BESIDE:
            yield from each.check(checked)


def check_platform(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield what a platform makes of policies, where that is not what they say."""
    if checked.platform.name != KUBERNETES.name:
        for each in PLATFORMS:
            yield from each.check(checked)
