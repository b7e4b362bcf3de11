"""The checks of YAML, run while manifests are read: errors get their fixes, and what is doubtful is said at all."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from netpolc.checks.registry import FIXERS, NAMESPACES, YAML
from netpolc.checks.yaml.checked_policy import CheckedPolicy, WrittenPolicy
from netpolc.checks.yaml.layout import ObjectLayout
from netpolc.manifests.namespaces import read_namespace
from netpolc.manifests.policies import decode_policy, is_accepted
from netpolc.manifests.reading import CheckingReaders
from netpolc.policy.validity import validate

if TYPE_CHECKING:
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.manifests.fields import Object
    from netpolc.manifests.model import Namespace
    from netpolc.policy.model import Policy

MOST = 200
"""The findings of checks on one policy: those that somebody silences count, too."""

_FIXER_OF = {code: fixer for fixer in FIXERS for code in fixer.codes}


def read_and_check_policy(item: Object, editable: bool) -> Policy | None:  # noqa: FBT001 -- of `CheckingReaders`, which name nothing
    """Read a policy as `read_policy` does, and check it; there are no fixes where it is not `editable`."""
    policy = decode_policy(item)
    decoded = not item.rejected
    accepted = is_accepted(policy, item)
    written = WrittenPolicy(item, ObjectLayout(item.root, item.source, editable=editable))
    item.diagnostics = [_fixed(found, written) for found in item.diagnostics]
    if decoded:
        checked = CheckedPolicy(written, policy)
        item.diagnostics += islice((found for each in YAML for found in each.check(checked)), MOST)
    # What is only ambiguous, older servers take, and it is checked as they would have it.
    return policy if accepted or (decoded and not validate(policy, strict=False)) else None


def read_and_check_namespace(item: Object) -> Namespace | None:
    """Read a namespace as `read_namespace` does, and check it."""
    namespace = read_namespace(item)
    item.diagnostics += (found for each in NAMESPACES for found in each.check(item))
    return namespace


CHECKING_READERS = CheckingReaders(read_and_check_policy, read_and_check_namespace)
"""The readers of `netpolc check`."""


def _fixed(found: Diagnostic, written: WrittenPolicy) -> Diagnostic:
    """Return a finding of the reader's, with its fix."""
    fixer = _FIXER_OF.get(found.code)
    return found if fixer is None or found.location is None else fixer.fixed(found, written)
