"""Whether the policies of a program fit the objects that they are delivered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics import ignores
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.program.model import InNamespace, Pods
from netpolc.reach import words
from netpolc.reach.members import Members
from netpolc.reach.peers import pod_of
from netpolc.reach.regions import UNNAMED, PodSet, in_any_of
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.loading import Loaded
    from netpolc.manifests.model import Workload
    from netpolc.pipeline import Compilation
    from netpolc.policy.model import Policy
    from netpolc.program.model import Program
    from netpolc.sets.labels import LabelSelector

NOTHING = "NP506"


def misfits(
    compilation: Compilation, loaded: Loaded, policies: Iterable[Policy], workloads: tuple[Workload, ...]
) -> tuple[Diagnostic, ...]:
    """What is wrong or doubtful about a compilation beside the policies and workloads of others."""
    comments = {source: [comment.span for comment in comments] for source, comments in loaded.comments.items()}
    said = ignores.apply(_unmatched(compilation.program, workloads), comments)
    return collect([*_rivals(compilation.policies, policies), *(one for one in said if one.code == NOTHING)])


def _rivals(ours: Iterable[Policy], others: Iterable[Policy]) -> Iterator[Diagnostic]:
    """Policies of others with the namespace and name of one of ours: whichever is applied last would count."""
    known = {(policy.namespace, policy.name): policy for policy in ours}
    for policy in others:
        same = known.get((policy.namespace, policy.name))
        if same is not None:
            yield Diagnostic(
                code="NP417",
                severity="error",
                message=f"a policy `{policy.name}` is there already, and the program becomes another of that name",
                location=same.location,
                label="becomes a policy of that name",
                help="leave one of the two out, or rename it",
            )


def _unmatched(program: Program, workloads: tuple[Workload, ...]) -> Iterator[Diagnostic]:
    """Pods that the program speaks of and that no workload makes, in a namespace of which workloads are there."""
    homes = {workload.namespace for workload in workloads}
    members = Members([pod_of(workload, {}) for workload in workloads])
    for name, pods in _spoken_of(program).items():
        where = _places(name[0], program, homes)
        if where is None or next(members.of(PodSet(where, pods.selector)), None) is not None:
            continue
        within = "" if name[0] is None else f" in namespace `{name[0]}`"
        yield Diagnostic(
            code=NOTHING,
            severity="warning",
            message=f"no workload{within} has pods `[{words.selector(pods.selector)}]`",
            location=pods.location,
            help="correct the labels, or the name; a workload that others deploy is none of these",
        )


def _spoken_of(program: Program) -> dict[tuple[str | None, LabelSelector], Pods]:
    """The pods of named namespaces that flows and baselines are about, each once, where it is met first."""
    found: dict[tuple[str | None, LabelSelector], Pods] = {}
    peers = [
        *(peer for flow in program.flows for peer in (*flow.sources, *(each.peer for each in flow.destinations))),
        *(baseline.on for baseline in program.baselines if baseline.on is not None),
    ]
    for peer in peers:
        if isinstance(peer, Pods) and isinstance(peer.namespaces, InNamespace) and peer.selector.requirements:
            found.setdefault((peer.namespaces.name, peer.selector), peer)
    return found


def _places(name: str | None, program: Program, homes: set[str | None]) -> LabelSelector | None:
    """Where the workloads of a namespace may be found among others; None where there are none to be judged by.

    Objects without a namespace will be in the one of their release, which may be any that the program opens.
    """
    if name is None:
        return EVERYTHING if homes else None
    owned = any(namespace.name == name for namespace in program.namespaces)
    names = [name] * (name in homes) + [UNNAMED] * (None in homes and owned)
    return in_any_of(names).namespaces if names else None
