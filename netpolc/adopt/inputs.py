"""The manifests that source is made of, read for `import` and `suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.compiler.inputs import read_inputs
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.manifests.namespace_default import in_namespace
from netpolc.source import STREAM, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netpolc.compiler.workspace import Workspace
    from netpolc.manifests.model import Manifests, Workload
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy


class Wanted(NamedTuple):
    """The objects that source is made of: what one and several are called, and where manifests have them."""

    one: str
    several: str
    among: Callable[[Manifests], Sequence[Policy | TierPolicy | Workload]]


POLICIES = Wanted("NetworkPolicy", "policies", lambda manifests: manifests.policies or manifests.tier_policies)
WORKLOADS = Wanted("workload", "workloads", lambda manifests: manifests.workloads)


def manifests_with(
    here: Workspace,
    paths: Sequence[str],
    namespace: str | None,
    wanted: Wanted,
    *,
    apart: bool,
    wide: bool = False,
) -> tuple[Manifests, tuple[Diagnostic, ...]]:
    """Read manifests, in which there is what is wanted, and say what is doubtful of them.

    Raises:
        InputError: a manifest has an error, or there is nothing of what is wanted.
        UsageError: source is named in the place of manifests, or one file would hold objects with and without a
            namespace.
    """
    for path in paths:
        if path.endswith(SUFFIX):
            raise UsageError(f"`{path}` is netpol source already")
    named = paths or (".",)
    inputs = read_inputs(named, here.without_project(), wide=wide)
    found = in_namespace(inputs.manifests, namespace, inputs.variants)
    said = (*inputs.diagnostics, *found.diagnostics[len(inputs.manifests.diagnostics) :])
    if errors_in(said):
        raise InputError(said)
    if not wanted.among(found):
        where = ", ".join("standard input" if path == STREAM else f"`{path}`" for path in named)
        lack = Diagnostic(code="NP807", severity="error", message=f"there is no {wanted.one} in {where}")
        raise InputError((*inputs.diagnostics, lack))
    if not apart and len({each.namespace is None for each in wanted.among(found)}) > 1:
        message = f"{wanted.several} that name no namespace share no file with others"
        raise UsageError(f"{message}: name theirs, or give a folder with `-o`", "--namespace")
    return found, said
