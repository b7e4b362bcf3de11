"""The whole way to a plan: the program compiled and verified, the cluster looked at, and both held against each other.

For Python programs, too: nothing is printed, and nothing is changed in a cluster.
"""

from __future__ import annotations

import gc
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.compiler.output import faults_of
from netpolc.compiler.pipeline import compile_program
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.ir.isolation import IsolatedPods
from netpolc.live.kubectl import Kubectl
from netpolc.live.texts import in_json
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.project.discovery import sources_of
from netpolc.results import Difference
from netpolc.rollout.comparing import RESTORED, Comparison, WantedPolicies
from netpolc.rollout.model import by_key
from netpolc.rollout.plan import Permissions, Rollout, plan
from netpolc.rollout.situation import look
from netpolc.source import STREAM, Source
from netpolc.targets.render import Renderer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netpolc.compiler.workspace import Workspace
    from netpolc.policy.model import Policy
    from netpolc.rollout.model import Document, Key
    from netpolc.rollout.saved import Replaced
    from netpolc.rollout.situation import Seen

NOTHING = "cluster.json"
"""The text of a cluster that has nothing at all."""


class RolloutRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The sources, context and environment that `plan`, `apply` and `drift` are asked about, and what is allowed."""

    paths: tuple[str, ...] = ()
    context: str | None = None
    environment: str | None = None
    namespace: str | None = None
    permissions: Permissions = Permissions()


class Prepared(msgspec.Struct, frozen=True):
    """A plan, with what it opens and closes, and the cluster that it is for."""

    kubectl: Kubectl
    rollout: Rollout
    difference: Difference


def prepare(here: Workspace, kubectl: Kubectl, request: RolloutRequest, *, drifted: bool = False) -> Prepared:
    """Plan how the program of a workspace comes into a cluster.

    What is `drifted` is compared the other way round: from what the program says to what the cluster has.

    Raises:
        InputError: the program has errors.
        ClusterError: something cannot be asked of the cluster.
        UsageError: the project has no name in clusters, or there is no such environment.
    """
    name = set_name_of(here, request.environment)
    wanted = _compiled(here, request)
    seen = _looked(here, kubectl, request, name, wanted.documents)
    return _prepared(here, kubectl, request, seen, wanted, drifted=drifted)


def prepare_return(here: Workspace, kubectl: Kubectl, request: RolloutRequest, replaced: Replaced) -> Prepared:
    """Plan the way back to what an apply replaced; all else of the set stays as it is.

    Raises:
        ClusterError, UsageError: as above.
    """
    name = set_name_of(here, request.environment)
    if name != replaced.set_name:
        raise UsageError(f"the file is of `{replaced.set_name}`, and this project is `{name}`", "--restore")
    if kubectl.context != replaced.context:
        raise UsageError(f"the file is of the context `{replaced.context}`", "--restore")
    seen = _looked(here, kubectl, request, name)
    own = {key: each.policy for key, each in seen.situation.stored.items() if each.set_name == name}
    for key in replaced.absent:
        own.pop(key, None)
    read = combine([read_manifests(Source(RESTORED, in_json(replaced.objects)))])
    own |= {**by_key(read.policies), **by_key(read.tier_policies)}
    return _prepared(here, kubectl, request, seen, WantedPolicies(own))


def _prepared(
    here: Workspace,
    kubectl: Kubectl,
    request: RolloutRequest,
    seen: Seen,
    wanted: WantedPolicies,
    *,
    drifted: bool = False,
) -> Prepared:
    """Plan, and compare; where no object changes what it means, no connection does, and most plans are of that kind."""
    name = set_name_of(here, request.environment)
    rollout = plan(wanted.documents.values(), name, seen.situation, request.permissions)
    if not rollout.order.steps:
        nothing = api.workspace({NOTHING: in_json(())}, remembers=False)
        none = api.diff(nothing, nothing, old_paths=(NOTHING,), new_paths=(NOTHING,))
        return Prepared(kubectl, rollout, none)
    options = here.options(here.environment(request.environment), request.namespace)
    return Prepared(kubectl, rollout, Comparison(here, options, seen, rollout, wanted).difference(drifted=drifted))


def set_name_of(here: Workspace, environment: str | None) -> str:
    """Return what the objects of a project are called in clusters, in an environment.

    Raises:
        UsageError: the project says no name, or there is no such environment.
    """
    project = here.project
    if project is None or project.cluster.name is None:
        raise UsageError(
            "this project has no name in clusters, by which its objects are told from those of others",
            advice='add `[cluster]` with `name = "shop"` to netpolc.toml',
        )
    chosen = here.environment(environment)
    return project.cluster.name if chosen is None else f"{project.cluster.name}.{chosen}"


def _looked(
    here: Workspace,
    kubectl: Kubectl,
    request: RolloutRequest,
    name: str,
    wanted: Mapping[Key, Document] = MappingProxyType({}),
) -> Seen:
    checks = here.options(here.environment(request.environment), request.namespace).checks
    before = request.permissions.renamed_from
    return look(kubectl, name, wanted, renamed_from=before, final_for_pod=checks.finality == "pod")


def _compiled(here: Workspace, request: RolloutRequest) -> WantedPolicies:
    """Compile and verify a program."""
    if STREAM in request.paths:
        raise UsageError("a program that goes to a cluster is read from files", "PATH")
    sources = sources_of([*map(Path, request.paths)], here.cwd, here.project, here.files, here.leaves_out)
    if errors_in(sources.diagnostics):
        raise InputError(sources.diagnostics)
    options = here.options(here.environment(request.environment), request.namespace)
    loaded = here.loaded(sources.files)
    compilation = compile_program(loaded, options)
    faults = faults_of(compilation, Renderer(None, here.cache))
    said = (*compilation.diagnostics, *faults, *_unplaced(compilation.policies))
    if not compilation.ok or errors_in(said):
        raise InputError(said)
    # What was found on the way is not asked again; it takes as much memory as the policies.
    lean = msgspec.structs.replace(compilation, isolations=IsolatedPods(compilation.program))
    wanted = WantedPolicies(by_key(compilation.documents), loaded, lean)
    del compilation
    gc.collect()  # a compiler's leavings would stay beside the lists of a large cluster
    return wanted


def _unplaced(policies: Sequence[Policy]) -> list[Diagnostic]:
    """Find policies that name no namespace: in a cluster, each is in one."""
    return [
        Diagnostic(
            code="NP847",
            severity="error",
            message=f"policy `{each.name}` is in no namespace",
            location=each.location,
            help="open one with `namespace NAME`, or give `--namespace NAME`",
        )
        for each in policies
        if each.namespace is None
    ][:1]
