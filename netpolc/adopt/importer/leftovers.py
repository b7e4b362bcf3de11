"""The content of policies that is left out: labels and annotations, rules without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.comments import is_note
from netpolc.adopt.importer.facts import label_selector
from netpolc.adopt.importer.keeping import annotations_kept, labels_kept
from netpolc.ecosystem.tool_annotations import LAST_APPLIED, is_of_tool
from netpolc.policy.constants import POLICY_TYPES
from netpolc.policy.names import MANAGED_BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.policy.model import Policy

SHOWN = 8


def common_labels(policies: Sequence[Policy]) -> dict[str, str]:
    """Return the labels that all policies carry, which `[labels]` of a project puts on each that it builds."""
    each = [frozenset(policy.labels) for policy in policies]
    return {key: value for key, value in sorted(each[0].intersection(*each)) if key != MANAGED_BY[0]} if each else {}


def left_out(policies: Sequence[Policy], *, names_kept: bool) -> Iterator[str]:
    """Yield a line for each kind of content that is left out; where names are kept, most labels and annotations are."""
    yield from _labels(policies, names_kept=names_kept)
    yield from _annotations(policies, names_kept=names_kept)
    inert = [policy.name for policy in policies if _is_inert(policy)]
    if inert:
        why = "Kubernetes ignores rules of a direction that their policy does not name"
        yield f"left out, since {why}: in {_listed(inert)}"
    empty = [policy.name for policy in policies if label_selector(policy.pod_selector) is None]
    if empty:
        yield f"left out, since they select no pod: the policies {_listed(empty)}"


def _labels(policies: Sequence[Policy], *, names_kept: bool) -> Iterator[str]:
    common = {*common_labels(policies).items(), MANAGED_BY}
    sayable: dict[str, None] = {}
    unsayable: dict[str, None] = {}
    for policy, kept in labels_kept(policies):
        sayable |= {key: None for key, value in policy.labels if (key, value) in kept - common}
        unsayable |= {key: None for key, value in policy.labels if (key, value) not in kept | common}
    if sayable and not names_kept:
        yield f"left out, unless `netpolc import --keep-names` keeps them: labels {_listed(sayable)}"
    if unsayable:
        yield f"left out, since source has no word for them: labels {_listed(unsayable)}"


def _annotations(policies: Sequence[Policy], *, names_kept: bool) -> Iterator[str]:
    sayable: dict[str, None] = {}
    unsayable: dict[str, None] = {}
    of_tools: dict[str, None] = {}
    for policy, kept in annotations_kept(policies):
        for key, value in policy.annotations:
            if key == LAST_APPLIED or is_note(key, value):
                continue  # a copy of the object, and what is written as `@owner` and the like
            if is_of_tool(key):
                of_tools[key] = None
            else:
                (sayable if (key, value) in kept else unsayable)[key] = None
    if sayable and not names_kept:
        yield f"left out, unless `netpolc import --keep-names` keeps them: annotations {_listed(sayable)}"
    if of_tools:
        yield f"left out, since tools set them by themselves: annotations {_listed(of_tools)}"
    if unsayable:
        yield f"left out, since source has no word for them: annotations {_listed(unsayable)}"


def _is_inert(policy: Policy) -> bool:
    """Tell whether a policy has rules of a direction that it does not name."""
    rules = {"ingress": policy.ingress, "egress": policy.egress}
    return any(rules[direction] and name not in policy.policy_types for direction, name in POLICY_TYPES.items())


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
