"""The manifests that source is made of, read for `init`, `import` and `suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.compiler.inputs import read_inputs
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.manifests.model import DOCUMENT
from netpolc.manifests.namespace_default import in_namespace
from netpolc.source import STREAM, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.workspace import Workspace
    from netpolc.manifests.model import Manifests, Workload
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy

SHOWN_KINDS = 4
"""How many kinds of objects are named where what is wanted is not among them."""


class Wanted(NamedTuple):
    """The objects that source is made of: how one and several are called, where manifests have them, and who asks.

    `command` is what is typed before the manifests.
    """

    one: str
    several: str
    among: Callable[[Manifests], Sequence[Policy | TierPolicy | Workload]]
    command: str


POLICIES = Wanted(
    "NetworkPolicy",
    "policies",
    lambda manifests: manifests.policies or manifests.tier_policies,
    "import",
)
WORKLOADS = Wanted(
    "workload",
    "workloads",
    lambda manifests: manifests.workloads,
    "suggest",
)
EITHER = Wanted(
    "workload or NetworkPolicy",
    "objects",
    lambda manifests: (*manifests.workloads, *(manifests.policies or manifests.tier_policies)),
    "init --from",
)


class ReadManifests(NamedTuple):
    """Inputs as they were read, their manifests in the namespace that was given, and what is doubtful of them."""

    inputs: Inputs
    manifests: Manifests
    diagnostics: tuple[Diagnostic, ...]


def manifests_with(
    here: Workspace,
    paths: Sequence[str],
    namespace: str | None,
    wanted: Wanted,
    *,
    apart: bool,
    wide: bool = False,
) -> ReadManifests:
    """Read manifests, in which there is what is wanted.

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
    if inputs.are_nothing:
        raise InputError((*_no_errors(inputs), lack_of(wanted, f"there are no manifests in {_places(named)}")))
    found = in_namespace(inputs.manifests, namespace, inputs.variants)
    said = (*inputs.diagnostics, *found.diagnostics[len(inputs.manifests.diagnostics) :])
    if errors_in(said):
        raise InputError(tuple(_piped_to(each, wanted) for each in said))
    if not wanted.among(found):
        counted = listed(contents_of(found))
        only = f", only {counted}" if counted else ""
        raise InputError((*inputs.diagnostics, lack_of(wanted, f"there is no {wanted.one} in {_places(named)}{only}")))
    if not apart and len({each.namespace is None for each in wanted.among(found)}) > 1:
        message = f"{wanted.several} that name no namespace share no file with others"
        raise UsageError(f"{message}: name theirs, or give a folder with `-o`", "--namespace")
    return ReadManifests(inputs, found, said)


def lack_of(wanted: Wanted, message: str) -> Diagnostic:
    """Return NP820, and how a cluster is asked for what is wanted."""
    advice = f"name the manifests that have some, or ask a cluster: `netpolc {wanted.command} cluster:`"
    return Diagnostic(code="NP820", severity="error", message=message, help=advice)


def contents_of(manifests: Manifests) -> dict[str, int]:
    """Return the number of objects of each kind, those first that programs are made of; others are together."""
    counts: dict[str, int] = {}
    for kind, count in _kinds(manifests):
        counts[kind] = counts.get(kind, 0) + count
    counts.pop(DOCUMENT, None)
    return counts


def listed(counts: dict[str, int]) -> str:
    """Return counts of kinds in words, as `3 Services, 1 ConfigMap and 5 others`."""
    shown = [(kind, count) for kind, count in counts.items() if count][:SHOWN_KINDS]
    rest = sum(counts.values()) - sum(count for _, count in shown)
    words = [f"{count} {_plural(kind) if count > 1 else kind}" for kind, count in shown]
    words += [f"{rest} other{'s' * (rest > 1)}"] if rest else []
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _kinds(manifests: Manifests) -> Iterator[tuple[str, int]]:
    yield from ((each.kind, 1) for each in manifests.workloads)
    yield "NetworkPolicy", len(manifests.policies)
    yield from ((each.kind, 1) for each in manifests.tier_policies)
    yield "Service", len(manifests.services)
    yield "ConfigMap", len(manifests.config_maps)
    yield "Namespace", len(manifests.namespaces)
    yield from ((each.kind, 1) for each in manifests.routes)
    yield from ((each.kind, 1) for each in manifests.monitors)
    yield from ((each.kind, 1) for each in manifests.bindings)
    yield from ((kind.rpartition("/")[2], count) for kind, count in manifests.skipped.items())


def _plural(kind: str) -> str:
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return f"{kind}{'es' if kind.endswith('s') else 's'}"


def _places(named: Sequence[str]) -> str:
    return ", ".join("standard input" if path == STREAM else f"`{path}`" for path in named)


def _no_errors(inputs: Inputs) -> Iterator[Diagnostic]:
    return (each for each in inputs.diagnostics if each.severity != "error")


def _piped_to(found: Diagnostic, wanted: Wanted) -> Diagnostic:
    """Return advice to pipe what a chart makes with the command that is run."""
    if found.help is None:
        return found
    return msgspec.structs.replace(found, help=found.help.replace("| netpolc check -", f"| netpolc {wanted.command} -"))
