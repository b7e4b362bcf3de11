"""The whole way to a plan: the program compiled and verified, the cluster looked at, and both held against each other.

For Python programs, too: nothing is printed, and nothing is changed in a cluster.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.compiler.loading import load_files
from netpolc.compiler.model import Run
from netpolc.compiler.pipeline import build
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.live.kubectl import Kubectl
from netpolc.live.texts import in_json
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.project.discovery import sources_of
from netpolc.results import Difference
from netpolc.rollout.model import by_key
from netpolc.rollout.objects import in_words_of_api
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

AROUND = "workloads.json"
NOTHING = "cluster.json"
"""Texts beside the policies that a cluster has: what else it has, or nothing at all."""
RESTORED = "restored.json"
OF_FILES = frozenset({"NP517"})
"""What is asked of files, whose namespace may be another than is meant; a cluster says which ones it has."""


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
    policies, paths = _compiled(here, request)
    seen = _looked(here, kubectl, request, name, by_key(policies))
    rollout = plan(policies, name, seen.situation, request.permissions)
    return Prepared(kubectl, rollout, _difference(here, request, seen, rollout, _Wanted(paths), drifted=drifted))


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
    rollout = plan(own.values(), name, seen.situation, request.permissions)
    wanted = in_json([in_words_of_api(each) for each in own.values()])
    difference = _difference(here, request, seen, rollout, _Wanted((RESTORED,), {RESTORED: wanted}))
    return Prepared(kubectl, rollout, difference)


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
    return look(kubectl, name, wanted, final_for_pod=checks.finality == "pod")


def _compiled(here: Workspace, request: RolloutRequest) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """Compile and verify, and return the policies and the paths of their sources."""
    if STREAM in request.paths:
        raise UsageError("a program that goes to a cluster is read from files", "PATH")
    sources = sources_of([*map(Path, request.paths)], here.cwd, here.project, here.files, here.leaves_out)
    if errors_in(sources.diagnostics):
        raise InputError(sources.diagnostics)
    options = here.options(here.environment(request.environment), request.namespace)
    load = partial(
        load_files, files=here.files, memory=here.memory, processes=here.processes, platform=here.platform_name
    )
    run = Run(options=options, layout="single", renderer=Renderer(None, here.cache), single=STREAM)
    (outcome,) = build(partial(load, sources.files, here.cwd, here.cache), [run]).outcomes
    compilation, output = outcome.compilation, outcome.output
    said = (*compilation.diagnostics, *output.faults, *_unplaced(compilation.policies))
    if not compilation.ok or errors_in(said):
        raise InputError(said)
    return (*compilation.policies, *compilation.tier_policies), tuple(each.name for each in sources.files)


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


class _Wanted(msgspec.Struct, frozen=True):
    """The paths of what the cluster shall have of the set, and texts in the place of some of their files."""

    paths: tuple[str, ...]
    texts: dict[str, str] = {}


def _difference(
    here: Workspace, request: RolloutRequest, seen: Seen, rollout: Rollout, side: _Wanted, *, drifted: bool = False
) -> Difference:
    """Compare what the cluster has with what it will have, over the workloads that run in it.

    Where no object changes what it means, no connection does: most plans are of that kind, and need no comparison.
    """
    if not rollout.order.steps:
        nothing = api.workspace({NOTHING: in_json(())}, remembers=False)
        return api.diff(nothing, nothing, old_paths=(NOTHING,), new_paths=(NOTHING,))
    others = seen.texts_without(key for key in seen.policies if _is_replaced(key, rollout))
    stored = seen.texts_without(()) or {NOTHING: in_json(())}
    has = here.edited(stored), tuple(stored)
    shall = here.edited(side.texts | others), (*side.paths, *others)
    (old, old_paths), (new, new_paths) = (shall, has) if drifted else (has, shall)
    found = api.diff(
        old,
        new,
        old_paths=old_paths,
        new_paths=new_paths,
        workloads=api.workspace({AROUND: seen.around}, remembers=False),
        workload_paths=(AROUND,),
        env=here.environment(request.environment),
        namespace=request.namespace,
    )
    told = tuple(each for each in found.diagnostics if each.code not in OF_FILES)
    return msgspec.structs.replace(found, diagnostics=told)


def _is_replaced(key: tuple[str, str], rollout: Rollout) -> bool:
    """Tell whether what is stored under a key is replaced or deleted by the program."""
    return key in rollout.wanted or any(step.key == key and step.after is None for step in rollout.order.steps)
