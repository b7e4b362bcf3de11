"""Questions of what policies allow, and of what a change of them opens and closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from netpolc.api.reading import Where, opened
from netpolc.diagnostics.model import errors_in
from netpolc.diagnostics.usage import InputError
from netpolc.results import Basis, Difference, Picture, Relation, Verdict

if TYPE_CHECKING:
    from netpolc.cluster.cluster import Cluster
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.model import CompileOptions
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.queries.pictures.drawing import Unit
    from netpolc.queries.traffic.changed import SeenChanges


def reach(
    where: Where,
    paths: Sequence[str] = (),
    *,
    source: str | None = None,
    destination: str | None = None,
    ports: str | None = None,
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> Relation:
    """Relate everybody who can be told apart: who may reach whom, and on which ports.

    Args:
        where: a workspace, or texts by their names.
        paths: sources, manifests and folders of them; without any, what the project names, else all sources.
        source: only connections from there, an endpoint as in the language.
        destination: only connections to there.
        ports: only these, as `5432`, `53/udp` or `8000-8100`.
        hypothetical: whether pods that no manifest shows are among the peers.
        env: the environment that is asked about; one has to be chosen where the project has several.
        namespace: the namespace of what names none.
        keep_going: whether errors in manifests are warnings, and the answer is given without what has them.

    Raises:
        InputError: an input has an error.
        UsageError: an endpoint, a port or an environment that cannot be meant so.
    """
    from netpolc.cluster.sides import cluster_for
    from netpolc.engine.relation import relation_of
    from netpolc.queries.left_out import left_out
    from netpolc.queries.plugin_differences import first_difference, plugin_warnings, undeclared_rules
    from netpolc.queries.relevant import relevant
    from netpolc.queries.selection import select

    here = opened(where)
    cluster = cluster_for(here, paths, env, namespace, keep_going=keep_going)
    selection = select(cluster, source=source, destination=destination, ports=ports, hypothetical=hypothetical)
    related = relation_of(selection.population, selection.ruleset)
    related = related if selection.ports is None else related.on(selection.ports)
    warnings = plugin_warnings(cluster, first_difference(cluster, selection))
    warnings = (*warnings, *undeclared_rules(cluster))
    said = (
        *relevant(cluster.diagnostics, selection.asked()),
        *selection.diagnostics,
        *warnings,
        *left_out(selection.population),
    )
    if cluster.ingress_controllers is not None:
        from netpolc.queries.unknown_controllers import unknown_controllers  # few manifests show routes

        said = (*said, *unknown_controllers(cluster, cluster.ingress_controllers))
    roles = cluster.roles(selection.population.peers)
    return Relation(related, cluster.nets(), roles, here.standards.applied(said), Basis(cluster, selection))


def graph(
    where: Where,
    paths: Sequence[str] = (),
    *,
    around: str | None = None,
    hops: int = 1,
    by: Unit | None = None,
    source: str | None = None,
    destination: str | None = None,
    ports: str | None = None,
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> Picture:
    """Draw the relation: peers that reach the same and are reached by the same as nodes, and why they may as edges.

    Args:
        where: a workspace, or texts by their names.
        paths: sources, manifests and folders of them; without any, what the project names, else all sources.
        around: only connections of these, an endpoint as in the language, or `namespace/name` of a workload.
        hops: how far around: 1 for their own connections, 2 for those of the workloads at the other end, too.
        by: `workload`, `namespace`, or None for namespaces where a picture of workloads would have too much in it.
        source: only connections from there, an endpoint as in the language.
        destination: only connections to there.
        ports: only these, as `5432`, `53/udp` or `8000-8100`.
        hypothetical: whether pods that no manifest shows are among the peers.
        env: the environment that is asked about; one has to be chosen where the project has several.
        namespace: the namespace of what names none.
        keep_going: whether errors in manifests are warnings, and the answer is given without what has them.

    Raises:
        InputError: an input has an error.
        UsageError: an endpoint, a port or an environment that cannot be meant so.
    """
    from netpolc.queries.pictures.drawing import draw
    from netpolc.queries.pictures.model import NameSources
    from netpolc.queries.pictures.naming import called

    relation = reach(
        where,
        paths,
        source=source,
        destination=destination,
        ports=ports,
        hypothetical=hypothetical,
        env=env,
        namespace=namespace,
        keep_going=keep_going,
    )
    said, notes = relation.diagnostics, () if relation.basis is None else relation.basis.selection.notes
    related, centre = relation.related, 0
    if around is not None and relation.basis is not None:
        from netpolc.queries.pictures.focus import focus  # most pictures are of everything

        near = focus(relation.basis.cluster, related, around, hops)
        related, centre = near.related, near.centre
        said, notes = (*said, *near.diagnostics), (*notes, *near.notes)
    everybody = around is source is destination is ports is None
    drawing = draw(related, relation.explanations(), by, everybody=everybody, centre=centre)
    program = None if relation.basis is None else relation.basis.cluster.program
    names = NameSources(related.peers, relation.nets, relation.roles, called(related.peers, program))
    return Picture(drawing, names, said, notes)


def can(
    where: Where,
    source: str,
    destination: str,
    paths: Sequence[str] = (),
    *,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> Verdict:
    """Tell whether one may reach another, proved for every pod that the question is about.

    Args:
        where: a workspace, or texts by their names.
        source: an endpoint as in the language, `namespace/name` of a workload, or an address.
        destination: the same, with ports: `shop/database:5432`.
        paths: sources, manifests and folders of them; without any, what the project names, else all sources.
        env: the environment that is asked about; one has to be chosen where the project has several.
        namespace: the namespace of what names none.
        keep_going: whether errors in manifests are warnings, and the answer is given without what has them.

    Raises:
        InputError: an input has an error.
        UsageError: an endpoint, a port or an environment that cannot be meant so.
    """
    from netpolc.cluster.sides import cluster_for
    from netpolc.queries.answers import answer
    from netpolc.queries.endpoints import Endpoints
    from netpolc.queries.plugin_differences import plugin_warnings, undeclared_rules
    from netpolc.queries.relevant import relevant
    from netpolc.queries.unplaced_ends import unplaced_ends

    here = opened(where)
    cluster = cluster_for(here, paths, env, namespace, keep_going=keep_going)
    endpoints = Endpoints(cluster)
    found = answer(cluster, endpoints, source, destination)
    warnings = plugin_warnings(cluster, found.plugin_difference)
    said = (
        *relevant(cluster.diagnostics, endpoints.named.asked),
        *unplaced_ends(cluster, endpoints.named.asked),
    )
    undeclared = undeclared_rules(cluster, found.source, found.destination)
    return Verdict(found, here.standards.applied((*said, *endpoints.diagnostics, *warnings, *undeclared)))


def diff(
    old: Where,
    new: Where,
    *,
    old_paths: Sequence[str] = (),
    new_paths: Sequence[str] = (),
    workloads: Where | None = None,
    workload_paths: Sequence[str] = (".",),
    logs: Sequence[str] | DistinctFlows = (),
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> Difference:
    """Compare two sides: the connections that a change opens and closes, and the lines that do it.

    A side in which there is nothing to read has no policies: everything is allowed there.

    Args:
        old: the side before, a workspace or texts by their names.
        new: the side after.
        old_paths: what is read of the old side; without any, what its project names, else all that there is.
        new_paths: the same of the new side.
        workloads: manifests of workloads, namespaces and services that both sides have.
        workload_paths: the files and folders of these.
        logs: files of flows that were recorded, in the folder of the new side, or what `seen_flows` read of some: they
            tell what of a change was used.
        hypothetical: whether connections of pods that no manifest shows are compared.
        env: the environment of both; one has to be chosen where a project has several.
        namespace: the namespace of what names none.
        keep_going: whether errors in manifests are warnings, and sides are compared without what has them.

    Raises:
        InputError: a side has an error, or the manifests of the workloads have one; or one side names no namespace, and
            the other all of its own, so that they have no pods in common.
        UsageError: an environment that cannot be meant so, or sources among the workloads.
    """
    from netpolc.cluster.cluster import clusters_of
    from netpolc.cluster.comparable import incomparable
    from netpolc.cluster.sides import shared_by_sides, side_of
    from netpolc.compiler.inputs import NO_INPUTS, with_workloads
    from netpolc.compiler.keeping_going import LEFT_OUT, of_side
    from netpolc.compiler.views import SEVERAL
    from netpolc.queries.review import review

    shared = None if workloads is None else shared_by_sides(opened(workloads), workload_paths, keep_going=keep_going)
    passed = {} if shared is None else {"workloads": of_side("the manifests of workloads", shared.passed_over)}
    parts: list[tuple[Inputs, CompileOptions]] = []
    empty: list[str] = []
    for name, where, paths in (("old", old, old_paths), ("new", new, new_paths)):
        here = opened(where)
        inputs = side_of(here, paths, keep_going=keep_going)
        if inputs is None:
            empty.append(name)
        held = with_workloads(inputs or NO_INPUTS, None if shared is None else shared.manifests)
        parts.append((held, here.options(here.environment(env), namespace)))
    clusters = dict(zip(("old", "new"), clusters_of(parts, keep_going=keep_going), strict=True))
    if keep_going:
        for (name, cluster), (held, _) in zip(clusters.items(), parts, strict=True):
            passed[name] = of_side(f"the {name} side", held.passed_over, cluster.diagnostics)
    wrong = {name: each.diagnostics for name, each in clusters.items() if errors_in(each.diagnostics)}
    wrong = wrong or incomparable(clusters, hypothetical=hypothetical)
    if wrong:
        raise InputError(**wrong)
    standards = opened(new).standards
    found = review(clusters["old"], clusters["new"], hypothetical=hypothetical)
    found = found.without_marks(standards.off) if standards.off else found
    said = tuple(each for each in clusters["new"].diagnostics if each.code != LEFT_OUT)
    # The two may be about different environments.
    shown = {each.message for each in said if each.code == SEVERAL}
    said += tuple(each for each in clusters["old"].diagnostics if each.code == SEVERAL and each.message not in shown)
    unclosed = tuple(name for name, each in clusters.items() if not each.ruleset.isolates)
    seen = None
    if not isinstance(logs, Sequence) or logs:
        from netpolc.api.observing import flows_of  # few reviews have logs

        seen = flows_of(opened(new), logs)
    said = standards.applied(said if seen is None else (*said, *seen.diagnostics))
    passed = {name: each for name, each in passed.items() if each}
    programs = clusters["old"].program, clusters["new"].program
    return Difference(found, said, tuple(empty), unclosed, passed, _changes_seen(clusters, seen), programs)


def _changes_seen(clusters: Mapping[str, Cluster], seen: DistinctFlows | None) -> SeenChanges | None:
    """Return what logs saw of what changed between two clusters."""
    if seen is None:
        return None
    from netpolc.queries.traffic.changed import changed_traffic

    return changed_traffic(clusters["old"], clusters["new"], seen)
