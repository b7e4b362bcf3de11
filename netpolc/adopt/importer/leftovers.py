"""The content of policies that source cannot express: labels and annotations of others, rules without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.comments import is_note
from netpolc.adopt.importer.facts import label_selector
from netpolc.adopt.importer.keeping import labels_kept
from netpolc.policy.constants import POLICY_TYPES
from netpolc.policy.names import MANAGED_BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.policy.model import Policy

OF_TOOLS = frozenset(("kubectl.kubernetes.io/last-applied-configuration",))
SHOWN = 8


def common_labels(policies: Sequence[Policy]) -> dict[str, str]:
    """Return the labels that all policies carry, which `[labels]` of a project puts on each that it builds."""
    each = [frozenset(policy.labels) for policy in policies]
    return {key: value for key, value in sorted(each[0].intersection(*each)) if key != MANAGED_BY[0]} if each else {}


def left_out(policies: Sequence[Policy], *, names_kept: bool) -> Iterator[str]:
    """Yield a line of text for each kind of content that is left out; with names of policies, most labels are kept."""
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
    notes = {
        key: None
        for policy in policies
        for key, value in policy.annotations
        if key not in OF_TOOLS and not is_note(key, value)
    }
    if notes:
        yield f"left out, since source has no word for them: annotations {_listed(notes)}"
    inert = [policy.name for policy in policies if _is_inert(policy)]
    if inert:
        why = "Kubernetes ignores rules of a direction that their policy does not name"
        yield f"left out, since {why}: in {_listed(inert)}"
    empty = [policy.name for policy in policies if label_selector(policy.pod_selector) is None]
    if empty:
        yield f"left out, since they select no pod: the policies {_listed(empty)}"


def _is_inert(policy: Policy) -> bool:
    """Tell whether a policy has rules of a direction that it does not name."""
    rules = {"ingress": policy.ingress, "egress": policy.egress}
    return any(rules[direction] and name not in policy.policy_types for direction, name in POLICY_TYPES.items())


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
