"""What denies pods: the isolations of policies that let nothing through in that direction.

Each policy isolates the pods that it selects, and so does one that lets something through. Where another one only
denies, that is what closes them, for whoever looks for the cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from netpolc.engine.model import AllowRule, Decision, Isolation


def admitting(allow_rules: Iterable[AllowRule]) -> frozenset[str | None]:
    """Return the policies that let something through."""
    return frozenset(each.reason.policy for each in allow_rules if each.reason is not None)


def denies(isolation: Isolation | Decision, admitting: Collection[str | None]) -> bool:
    """Tell whether an isolation is of none of the policies that are `admitting`."""
    return isolation.reason is None or isolation.reason.policy not in admitting


def denying(isolations: Iterable[Isolation], admitting: Collection[str | None]) -> list[Isolation]:
    """Return those of some isolations that deny, or all, where none does."""
    found = list(isolations)
    return [each for each in found if denies(each, admitting)] or found
