"""Label selectors of policies as sets of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.sets.labels import LabelRequirement, LabelSelector, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.policy.model import Selector


def selected_by(selector: Selector) -> LabelSelector | None:
    """Return what a valid selector selects, or None where its requirements contradict each other."""
    return selector_of(_requirements(selector))


def _requirements(selector: Selector) -> Iterator[LabelRequirement]:
    for key, value in selector.match_labels:
        yield LabelRequirement(key, "In", (value,))
    for expression in selector.match_expressions:
        yield LabelRequirement(
            expression.key,
            expression.operator,  # type: ignore[arg-type]  # checked by validity
            tuple(sorted(set(expression.values))),
        )
