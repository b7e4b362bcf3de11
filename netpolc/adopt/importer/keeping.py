"""The names, labels and annotations of policies, where what is built would have others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.facts import is_name, label_selector
from netpolc.adopt.importer.model import NamedPolicy
from netpolc.adopt.importer.names import free
from netpolc.ecosystem.tool_annotations import is_of_tool
from netpolc.policy.names import MANAGED_BY, NOTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import NamespaceSection
    from netpolc.policy.model import Policy
    from netpolc.sets.labels import LabelSelector

    Label = tuple[str, str]
    Subject = tuple[str | None, LabelSelector]


def with_names(
    sections: Iterable[NamespaceSection], policies: Sequence[Policy], built: Sequence[Policy], common: Iterable[str]
) -> tuple[NamespaceSection, ...]:
    """Return sections that name the policies which would be `built` as those that they come from.

    Labels that are `common` to all policies are said elsewhere.
    """
    given = _by_subject(policies)
    names = _by_subject(built)
    left = {MANAGED_BY[0], *common}
    return tuple(
        msgspec.structs.replace(section, policy_names=tuple(_named(section.namespace, given, names, left)))
        for section in sections
    )


def has_more(built: Sequence[Policy], policies: Sequence[Policy]) -> bool:
    """Tell whether a policy would be built on pods that none of the policies is on."""
    return not _by_subject(built).keys() <= _by_subject(policies).keys()


def not_kept(policies: Sequence[Policy]) -> Iterator[str]:
    """Yield a line for policies on the same pods, which are built as one, and for a name that source cannot write."""
    for same in _by_subject(policies).values():
        listed = ", ".join(f"`{policy.name}`" for policy in same)
        if len(same) > 1:
            yield f"{listed} are on the same pods, and become one policy"
        elif not is_name(same[0].name):
            yield f"{listed} is called otherwise, since source can write no name with dots, and none that is a number"


def labels_kept(policies: Sequence[Policy]) -> Iterator[tuple[Policy, frozenset[Label]]]:
    """Yield policies with those of their labels that source can say; netpolc's own it cannot."""
    for same in _by_subject(policies).values():
        kept = frozenset(label for label in _shared(same) if label[0] != MANAGED_BY[0])
        yield from ((policy, kept) for policy in same)


def annotations_kept(policies: Sequence[Policy]) -> Iterator[tuple[Policy, frozenset[Label]]]:
    """Yield policies with those of their annotations that source can say; of tools and of netpolc it says none."""
    for same in _by_subject(policies).values():
        yield from ((policy, _annotations(same)) for policy in same)


def _shared(policies: Sequence[Policy]) -> frozenset[Label]:
    return frozenset(policies[0].labels).intersection(*(policy.labels for policy in policies))


def _annotations(policies: Sequence[Policy]) -> frozenset[Label]:
    shared = frozenset(policies[0].annotations).intersection(*(policy.annotations for policy in policies))
    return frozenset((key, value) for key, value in shared if not key.startswith(NOTES) and not is_of_tool(key))


def _named(
    namespace: str | None,
    given: dict[Subject, list[Policy]],
    built: dict[Subject, list[Policy]],
    left: set[str],
) -> Iterator[NamedPolicy]:
    taken = {policy.name for (where, _), same in given.items() if where == namespace for policy in same}
    for (where, selector), policies in given.items():
        now = [policy.name for policy in built.get((where, selector), ())]
        if where != namespace or not now:
            continue
        names = [policy.name for policy in policies if is_name(policy.name)] or [_near(policies[0], taken)]
        kept = next((name for name in names if name in now), names[0])
        taken.add(kept)
        labels = tuple(sorted((key, value) for key, value in _shared(policies) if key not in left))
        annotations = tuple(sorted(_annotations(policies)))
        if labels or annotations or now != [kept]:
            yield NamedPolicy(kept, selector, labels, annotations)


def _near(policy: Policy, taken: Collection[str]) -> str:
    """Return a name like that of a policy which source cannot write."""
    name = policy.name.replace(".", "-")
    return free((name, f"policy-{name}"), taken)


def _by_subject(policies: Iterable[Policy]) -> dict[Subject, list[Policy]]:
    found: dict[Subject, list[Policy]] = {}
    for policy in policies:
        selector = label_selector(policy.pod_selector)
        if selector is not None:
            found.setdefault((policy.namespace, selector), []).append(policy)
    return found
