"""Policies read with a second look: what is wrong is said with its fix, and what is doubtful is said at all."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from netpolc.checks.yaml import (
    blocks,
    empties,
    misplaced,
    mistyped,
    namespace,
    peers,
    ports,
    selectors,
    spellings,
    types,
)
from netpolc.checks.yaml.annotations import read_judged_namespace
from netpolc.checks.yaml.layout import Layout
from netpolc.checks.yaml.subject import Subject
from netpolc.checks.yaml.tree import Tree
from netpolc.manifests.policies import decode_policy, is_accepted
from netpolc.manifests.reading import CheckingReaders
from netpolc.policy.validity import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netpolc.checks.yaml.tree import Value
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.manifests.fields import Object
    from netpolc.policy.model import Policy

MOST = 200
"""How many remarks are made on one policy: those that somebody silences count, too."""

REMARKS: tuple[Callable[[Subject], Iterable[Diagnostic]], ...] = (
    empties.judge,
    types.judge,
    selectors.judge,
    ports.judge,
    peers.judge,
    blocks.judge,
    namespace.judge,
)

MENDS: dict[str, Callable[[Diagnostic, Value, Layout], Diagnostic]] = {
    "NP406": spellings.mended,
    "NP407": spellings.mended,
    "NP409": blocks.mended,
    "NP410": spellings.mended,
    "NP411": mistyped.mended,
    "NP416": empties.mended,
}


def read_judged(item: Object, editable: bool) -> Policy | None:  # noqa: FBT001 -- of `CheckingReaders`, which name nothing
    """Read a policy as `read_policy` does, and judge it; there are no fixes where it is not `editable`."""
    policy = decode_policy(item)
    decoded = not item.rejected
    accepted = is_accepted(policy, item)
    tree, layout = Tree(item.root), Layout(item.root, item.source, editable=editable)
    item.diagnostics = [_mended(found, item, tree, layout) for found in item.diagnostics]
    if decoded:
        subject = Subject(item, policy, tree, layout)
        found = (one for judge in REMARKS for one in judge(subject))
        item.diagnostics += islice(found, MOST)
    # What is only ambiguous, older servers take, and it is judged as they would have it.
    return policy if accepted or (decoded and not validate(policy, strict=False)) else None


CHECKING_READERS = CheckingReaders(read_judged, read_judged_namespace)
"""The readers of `check`: what they find has its fix, and what is doubtful is said at all."""


def _mended(found: Diagnostic, item: Object, tree: Tree, layout: Layout) -> Diagnostic:
    """A finding of the reader's, with its fix."""
    if found.location is None:
        return found
    span = found.location.span
    if found.code == "NP412" and (unknown := tree.unknown_at(span)) is not None:
        return misplaced.mended(found, item, *unknown, layout)
    value = tree.value_at(span)
    mend = MENDS.get(found.code)
    return found if mend is None or value is None else mend(found, value, layout)
