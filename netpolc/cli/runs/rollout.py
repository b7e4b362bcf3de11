"""What `plan`, `apply` and `drift` begin with: the program, compiled and verified, and the cluster, held against it."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.cli.exits import EndedError
from netpolc.cli.output import report
from netpolc.cli.progress import working
from netpolc.cli.session import Session
from netpolc.compiler.model import Run
from netpolc.compiler.pipeline import build
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.live.kubectl import Kubectl, find
from netpolc.live.refusals import ClusterError
from netpolc.live.rights import roles_of_rollout
from netpolc.live.texts import in_json
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.model import Policy
from netpolc.results import Difference
from netpolc.rollout.inventory import NAMESPACE as INVENTORY_NAMESPACE
from netpolc.rollout.inventory import name_of
from netpolc.rollout.model import Document, by_key
from netpolc.rollout.objects import in_words_of_api
from netpolc.rollout.plan import Permissions, Rollout, plan
from netpolc.rollout.saved import Replaced
from netpolc.rollout.situation import Seen, look
from netpolc.source import STREAM, Source
from netpolc.targets.render import Renderer

if TYPE_CHECKING:
    from collections.abc import Sequence

AROUND = "workloads.json"
NOTHING = "cluster.json"
"""Texts beside the policies that a cluster has: what else it has, or nothing at all."""
RESTORED = "restored.json"


class RolloutRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The sources, context and environment that `plan`, `apply` and `drift` are asked about, and what is allowed."""

    paths: tuple[str, ...] = ()
    context: str | None = None
    environment: str | None = None
    namespace: str | None = None
    permissions: Permissions = Permissions()


def asked(
    paths: Sequence[str] | None,
    context: str | None,
    environment: str | None,
    namespace: str | None,
    *,
    force_conflicts: Sequence[str] | None,
    adopt: bool,
    prune_max: int,
    create_namespaces: bool,
    renamed_from: str | None,
) -> RolloutRequest:
    """Return what a command line asks for that plans changes."""
    allowed = Permissions(
        force_conflicts=frozenset(force_conflicts or ()),
        adopt=adopt,
        prune_max=prune_max,
        create_namespaces=create_namespaces,
        renamed_from=renamed_from,
    )
    return RolloutRequest(
        paths=tuple(paths or ()), context=context, environment=environment, namespace=namespace, permissions=allowed
    )


def print_roles(session: Session, command: str, environment: str | None, *, watches: bool = False) -> int:
    """Print the rights that a command takes for the set of a project, and return how the run is to end."""
    inventory = INVENTORY_NAMESPACE, name_of(set_name_of(session, environment))
    sys.stdout.write(roles_of_rollout(command, inventory, writes=command == "apply", watches=watches))
    return 0


class Prepared(msgspec.Struct, frozen=True):
    """A plan, with what it opens and closes, and the cluster that it is for."""

    kubectl: Kubectl
    rollout: Rollout
    difference: Difference


def prepared(session: Session, request: RolloutRequest, *, drifted: bool = False) -> Prepared:
    """Compile the program, look at the cluster, and plan; errors of either end the run with 2.

    What is `drifted` is compared the other way round: from what the program says to what the cluster has.
    """
    with working("planning", session.style):
        name = set_name_of(session, request.environment)
        policies, paths = _compiled(session, request)
        kubectl, seen = _looked(session, request, name, request.context)
        rollout = plan(policies, name, seen.situation, request.permissions)
        difference = _difference(session, request, seen, rollout, _Wanted(paths), drifted=drifted)
    return Prepared(kubectl, rollout, difference)


def prepared_return(session: Session, request: RolloutRequest, replaced: Replaced) -> Prepared:
    """Plan the way back to what an apply replaced; all else of the set stays as it is."""
    with working("planning", session.style):
        name = set_name_of(session, request.environment)
        if name != replaced.set_name:
            raise UsageError(f"the file is of `{replaced.set_name}`, and this project is `{name}`", "--restore")
        kubectl, seen = _looked(session, request, name, request.context or replaced.context)
        if kubectl.context != replaced.context:
            raise UsageError(f"the file is of the context `{replaced.context}`", "--restore")
        own = {key: each.policy for key, each in seen.situation.stored.items() if each.set_name == name}
        for key in replaced.absent:
            own.pop(key, None)
        text = in_json(replaced.objects)
        read = combine([read_manifests(Source(RESTORED, text))])
        own |= {**by_key(read.policies), **by_key(read.tier_policies)}
        rollout = plan(own.values(), name, seen.situation, request.permissions)
        wanted = in_json([in_words_of_api(each) for each in own.values()])
        difference = _difference(session, request, seen, rollout, _Wanted((RESTORED,), {RESTORED: wanted}))
    return Prepared(kubectl, rollout, difference)


def _looked(session: Session, request: RolloutRequest, name: str, context: str | None) -> tuple[Kubectl, Seen]:
    environment = session.workspace.environment(request.environment)
    checks = session.workspace.options(environment, request.namespace).checks
    try:
        kubectl = find(context)
        return kubectl, look(kubectl, name, final_for_pod=checks.finality == "pod")
    except ClusterError as error:
        raise _failed(session, [error.diagnostic()]) from error


def set_name_of(session: Session, environment: str | None) -> str:
    """Return what the objects of a project are called in clusters, in an environment."""
    project = session.project
    if project is None or project.cluster.name is None:
        raise UsageError(
            "this project has no name in clusters, by which its objects are told from those of others",
            advice='add `[cluster]` with `name = "shop"` to netpolc.toml',
        )
    chosen = session.workspace.environment(environment)
    return project.cluster.name if chosen is None else f"{project.cluster.name}.{chosen}"


def _failed(session: Session, diagnostics: Sequence[Diagnostic]) -> EndedError:
    """Report why nothing can be planned, and return what ends the run."""
    report(diagnostics, session.style.without_result)
    return EndedError(2)


def _compiled(session: Session, request: RolloutRequest) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """Compile and verify, and return the policies and the paths of their sources."""
    sources = session.sources(request.paths)
    if isinstance(sources, Source):
        raise UsageError("a program that goes to a cluster is read from files", "PATH")
    environment = session.workspace.environment(request.environment)
    options = session.workspace.options(environment, request.namespace)
    run = Run(options=options, layout="single", renderer=Renderer(None, session.cache), single=STREAM)
    (outcome,) = build(partial(session.load, sources), [run]).outcomes
    compilation, output = outcome.compilation, outcome.output
    said = (*compilation.diagnostics, *output.faults, *_unplaced(compilation.policies))
    if not compilation.ok or errors_in(said):
        raise _failed(session, said)
    return (*compilation.policies, *compilation.tier_policies), tuple(each.name for each in sources)


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
    session: Session, request: RolloutRequest, seen: Seen, rollout: Rollout, side: _Wanted, *, drifted: bool = False
) -> Difference:
    """Compare what the cluster has with what it will have, over the workloads that run in it.

    Where no object changes what it means, no connection does: most plans are of that kind, and need no comparison.
    """
    if not rollout.order.steps:
        nothing = api.workspace({NOTHING: in_json(())}, remembers=False)
        return api.diff(nothing, nothing, old_paths=(NOTHING,), new_paths=(NOTHING,))
    others = seen.texts_without(key for key in seen.policies if _is_replaced(key, rollout))
    stored = seen.texts_without(()) or {NOTHING: in_json(())}
    has = session.workspace.edited(stored), tuple(stored)
    shall = session.workspace.edited(side.texts | others), (*side.paths, *others)
    (old, old_paths), (new, new_paths) = (shall, has) if drifted else (has, shall)
    try:
        return api.diff(
            old,
            new,
            old_paths=old_paths,
            new_paths=new_paths,
            workloads=api.workspace({AROUND: seen.around}, remembers=False),
            workload_paths=(AROUND,),
            env=session.workspace.environment(request.environment),
            namespace=request.namespace,
        )
    except InputError as error:
        raise _failed(session, error.diagnostics) from error


def _is_replaced(key: tuple[str, str], rollout: Rollout) -> bool:
    """Tell whether what is stored under a key is replaced or deleted by the program."""
    return key in rollout.wanted or any(step.key == key and step.after is None for step in rollout.order.steps)
