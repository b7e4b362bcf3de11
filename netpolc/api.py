"""The Python API: what the commands do, as functions over texts and folders, with results as data.

A *workspace* says what is read: texts that the caller holds, a folder with its netpolc.toml, or texts over a folder,
as an editor has them. Every function takes one, or just a mapping of texts by their names. Nothing is written, no
process is forked and no other program run unless a workspace says so, and nothing is kept but in a workspace's memory.

What is wrong with sources and manifests are diagnostics, as values. What is wrong with a request is a `UsageError`. A
question about inputs that have errors is an `InputError`, so that no answer rests on a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.compiler.memory import Memory
from netpolc.compiler.workspace import Workspace, encoded
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.project.filesystem import DISK, Overlay
from netpolc.results import Basis, Difference, Page, Relation, Result, SeenTraffic, Verdict
from netpolc.source import STREAM, Source

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator

    from netpolc.adopt.importer.importing import Imported
    from netpolc.adopt.suggest.suggesting import Suggested
    from netpolc.cluster.check import Asked, Checked
    from netpolc.cluster.cluster import Cluster
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import CompileOptions
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.language.formatting import Formatted
    from netpolc.queries.traffic.changed import SeenChanges

__all__ = [
    "Difference",
    "Page",
    "Relation",
    "Result",
    "SeenTraffic",
    "Verdict",
    "can",
    "check",
    "compile",
    "compile_paths",
    "compile_text",
    "diff",
    "explain",
    "flows",
    "format",
    "import_policies",
    "reach",
    "seen_flows",
    "suggest",
    "workspace",
]

Where = Workspace | Mapping[str, str]
"""What is read: a workspace, or texts by their names, as `{"shop.netpol": "web -> db:5432"}`."""

SEALED = Path("/")
"""The folder that names of texts are relative to where nothing is read from disk."""


def workspace(
    texts: Mapping[str, str] | None = None, root: str | PathLike[str] | None = None, *, remembers: bool = True
) -> Workspace:
    """Return what a caller reads from: texts, a folder, or texts over a folder.

    Args:
        texts: what files hold, by their paths relative to the root, with `/`. A `netpolc.toml` among them counts.
        root: the folder whose files are read where no text is given; its project is that of the nearest netpolc.toml,
            in it or above. Without one, there are only the texts.
        remembers: whether the workspace, and those that `edited` makes of it, keep what they read and compiled.

    Raises:
        InputError: the project file has errors.
    """
    cwd = SEALED if root is None else Path(root).absolute()
    held = encoded(texts or {}, cwd)
    files = Overlay(held, sealed=root is None) if held or root is None else DISK
    return Workspace(cwd, files=files, memory=Memory() if remembers else None).with_project()


def compile_text(text: str, *, name: str = "<text>", env: str | None = None, namespace: str | None = None) -> Result:
    """Compile one program.

    Args:
        text: netpol source.
        name: what diagnostics and comments call it. Imports are relative to the working folder.
        env: the environment whose `env` blocks count.
        namespace: the namespace of statements that stand in none.
    """
    from netpolc.cache import private_cache
    from netpolc.compiler.loading import load_text
    from netpolc.project.reading import decode

    # Not every `str` is text: a null byte or half of a surrogate pair is reported as it is in a file.
    source = decode(text.encode(errors="surrogatepass"), name)
    if not isinstance(source, Source):
        return Result(diagnostics=(source,))
    here = Workspace(Path.cwd(), cache=private_cache())
    return _built(partial(load_text, source, here.cwd, here.cache), here, env, namespace, "single")


def compile_paths(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    env: str | None = None,
    namespace: str | None = None,
) -> Result:
    """Compile files, and the `*.netpol` files of folders, as one program.

    Args:
        paths: files and folders, or one of them. What cannot be read, or holds no sources, is a diagnostic, not an
            exception.
        env: the environment whose `env` blocks count.
        namespace: the namespace of statements that stand in none.
    """
    from netpolc.cache import private_cache

    named = [paths] if isinstance(paths, str | PathLike) else list(paths)
    if not named:
        return Result(diagnostics=(Diagnostic(code="NP807", severity="error", message="no path is given"),))
    here = Workspace(Path.cwd(), cache=private_cache())
    return _compile(here, [Path(path) for path in named], env, namespace, "single")


def compile(  # noqa: A001 -- as in `re.compile`
    where: Where,
    paths: Sequence[str] = (),
    *,
    env: str | None = None,
    namespace: str | None = None,
    layout: str = "object",
) -> Result:
    """Compile the sources of a workspace.

    With a memory, a second call pays for what has changed: a text that is the same is not parsed again, and of a
    program in which only flows have changed, only the namespaces that these touch are compiled and verified.

    Args:
        where: a workspace, or texts by their names.
        paths: files and folders of sources; without any, those of the project, else every `*.netpol` file.
        env: the environment to compile for; one has to be chosen where the project has several.
        namespace: the namespace of statements that stand in none, in the place of the project's.
        layout: `object`, `namespace` or `single`: how policies are spread over files.

    Raises:
        UsageError: an environment that there is not, or several of which none is chosen.
    """
    here = _workspace(where)
    return _compile(here, [Path(path) for path in paths], here.environment(env), namespace, layout)


def check(
    where: Where,
    paths: Sequence[str] = (),
    *,
    workloads: Sequence[str] | None = None,
    env: str | None = None,
    namespace: str | None = None,
    today: datetime.date | None = None,
    logs: Sequence[str] | DistinctFlows | None = None,
) -> Checked:
    """Find everything that is wrong or doubtful, in programs and in policies that somebody wrote.

    Args:
        where: a workspace, or texts by their names.
        paths: sources, manifests and folders of them; without any, what the project names, else all sources.
        workloads: manifests that all is held against; those of the project where no paths are given either.
        env: the environment to check; all of the project's by default.
        namespace: the namespace of what names none.
        today: the day by which `@expires` is judged; None leaves it out.
        logs: files of flows that were recorded, or what `seen_flows` read of some, to find lines that nothing used.

    Raises:
        InputError: a log cannot be read.
        UsageError: an environment that there is not, or several that flows may be of.
    """
    here = _workspace(where)
    return checked(here, tuple(paths), workloads=workloads, env=env, namespace=namespace, today=today, logs=logs)[1]


def checked(
    here: Workspace,
    paths: Sequence[str],
    *,
    workloads: Sequence[str] | None,
    env: str | None,
    namespace: str | None,
    today: datetime.date | None,
    logs: Sequence[str] | DistinctFlows | None = None,
) -> tuple[Inputs, Checked]:
    """Check as `check` does, and return what was read, too, for who writes fixes into files."""
    from netpolc.cluster.check import check_inputs
    from netpolc.compiler.inputs import read_inputs

    environments = here.environments(env) if logs is None else (here.environment(env),)
    runs = here.options_of_check(environments, namespace, today)
    beside = workloads is not None or (not paths and here.project is not None and bool(here.project.manifests))
    inputs = read_inputs(paths, here, beside=workloads, careful=True)
    return inputs, check_inputs(inputs, runs, fits=beside, asked=None if logs is None else _by_records(here, logs))


def _by_records(here: Workspace, logs: Sequence[str] | DistinctFlows) -> Asked:
    """Return what tells by records which lines of a program nothing used, and what is to be said of the records."""
    from netpolc.project.line_ages import LineAges
    from netpolc.queries.traffic.unused_lines import unused_lines

    seen, ages = _flows_of(here, logs), LineAges()

    def asked(cluster: Cluster) -> Iterator[Diagnostic]:
        yield from seen.diagnostics
        yield from unused_lines(cluster, seen, lambda at: ages.written(here.cwd / at.source.name, at.line))

    return asked


def format(text: str, *, name: str = "<text>") -> Formatted:  # noqa: A001 -- what the command is called
    """Write source in the one format, comments kept, proved to say the same.

    Returns:
        The text, whether it differs, and syntax errors, with which the text is the given one.
    """
    from netpolc.language.formatting import format_source

    return format_source(Source(name, text))


def explain(code: str) -> Page:
    """Return the page of a diagnostic, by its code or its name, in any case.

    Raises:
        UsageError: there is no such code; the message names one that is close.
    """
    from netpolc.diagnostics.closest import closest
    from netpolc.diagnostics.codes import BY_CODE, CODES
    from netpolc.resources import bundled

    by_name = {each.name: each for each in CODES}
    found = BY_CODE.get(code.upper()) or by_name.get(code.lower())
    if found is None:
        begun = (each for each in BY_CODE if len(code) > len("NP") and each.startswith(code.upper()))
        near = next(begun, None) or closest(code.lower(), by_name)
        hint = f"did you mean {near}?" if near else "`netpolc rules` lists all"
        raise UsageError(f"there is no code {code[:40]!r}; {hint}", "CODE")
    return Page(found, bundled("codes", found.page).read_text("utf-8"))


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

    here = _workspace(where)
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

    here = _workspace(where)
    cluster = cluster_for(here, paths, env, namespace, keep_going=keep_going)
    endpoints = Endpoints(cluster)
    found = answer(cluster, endpoints, source, destination)
    warnings = plugin_warnings(cluster, found.plugin_difference)
    said = relevant(cluster.diagnostics, endpoints.named.asked)
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

    shared = (
        None if workloads is None else shared_by_sides(_workspace(workloads), workload_paths, keep_going=keep_going)
    )
    passed = {} if shared is None else {"workloads": of_side("the manifests of workloads", shared.passed_over)}
    parts: list[tuple[Inputs, CompileOptions]] = []
    empty: list[str] = []
    for name, where, paths in (("old", old, old_paths), ("new", new, new_paths)):
        here = _workspace(where)
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
    standards = _workspace(new).standards
    found = review(clusters["old"], clusters["new"], hypothetical=hypothetical)
    found = found.without_marks(standards.off) if standards.off else found
    said = tuple(each for each in clusters["new"].diagnostics if each.code != LEFT_OUT)
    # The two may be about different environments.
    shown = {each.message for each in said if each.code == SEVERAL}
    said += tuple(each for each in clusters["old"].diagnostics if each.code == SEVERAL and each.message not in shown)
    unclosed = tuple(name for name, each in clusters.items() if not each.ruleset.isolates)
    seen = None if isinstance(logs, Sequence) and not logs else _flows_of(_workspace(new), logs)
    said = standards.applied(said if seen is None else (*said, *seen.diagnostics))
    passed = {name: each for name, each in passed.items() if each}
    return Difference(found, said, tuple(empty), unclosed, passed, _changes_seen(clusters, seen))


def flows(
    where: Where,
    logs: Sequence[str] | DistinctFlows,
    paths: Sequence[str] = (),
    *,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> SeenTraffic:
    """Hold what logs of others saw against what is allowed: which lines are used, which never, and what is refused.

    Args:
        where: a workspace, or texts by their names.
        logs: files of flows that were recorded, in any format that netpolc knows, or what `seen_flows` read of some.
        paths: sources, manifests and folders of them; without any, what the project names, else all sources.
        env: the environment that the flows are of; one has to be chosen where the project has several.
        namespace: the namespace of what names none.
        keep_going: whether errors in manifests are warnings, and the answer is given without what has them.

    Raises:
        InputError: an input has an error, or a log cannot be read.
        UsageError: an environment that cannot be meant so.
    """
    from netpolc.cluster.sides import cluster_for
    from netpolc.queries.traffic.holding import traffic_of

    here = _workspace(where)
    cluster = cluster_for(here, paths, env, namespace, keep_going=keep_going)
    seen = _flows_of(here, logs)
    return SeenTraffic(traffic_of(cluster, seen), here.standards.applied((*cluster.diagnostics, *seen.diagnostics)))


def import_policies(
    where: Where,
    paths: Sequence[str] = (),
    *,
    namespace: str | None = None,
    apart: bool = False,
    keep_names: bool = False,
) -> Imported:
    """Turn NetworkPolicies into netpol source that allows exactly what they do, which is proved.

    Args:
        where: a workspace, or texts by their names.
        paths: manifests and folders of them; without any, every manifest. Workloads and namespaces help with names.
        namespace: the namespace of policies that name none.
        apart: whether each namespace gets a file of its own.
        keep_names: whether policies keep their names and labels.

    Returns:
        Texts by the names of their files, none where diagnostics are errors; and what was left out, in words.

    Raises:
        InputError: a manifest has an error, or there is no policy.
        UsageError: policies with and without a namespace cannot share one file.
    """
    from netpolc.adopt.importer.importing import import_manifests
    from netpolc.adopt.inputs import POLICIES, manifests_with

    here = _workspace(where)
    read = manifests_with(here, paths, namespace, POLICIES, apart=apart)
    found = import_manifests(read.manifests, apart=apart, keep_names=keep_names, platform=here.platform_name)
    return msgspec.structs.replace(found, diagnostics=(*read.diagnostics, *found.diagnostics))


def suggest(
    where: Where,
    paths: Sequence[str] = (),
    *,
    namespace: str | None = None,
    apart: bool = False,
    logs: Sequence[str] | DistinctFlows | None = None,
) -> Suggested:
    """Propose a first program for workloads, by what manifests and records say of the connections that they make.

    Args:
        where: a workspace, or texts by their names.
        paths: manifests and folders of them; without any, every manifest, or none where there are logs.
        namespace: the namespace of workloads that name none.
        apart: whether each namespace gets a file of its own.
        logs: files of flows that were recorded, or what `seen_flows` read of some.

    Returns:
        Texts by the names of their files, none where diagnostics are errors; and what was left out, in words.

    Raises:
        InputError: an input has an error, or there is no workload.
        UsageError: workloads with and without a namespace cannot share one file.
    """
    from netpolc.adopt.inputs import WORKLOADS, lack_of, manifests_with
    from netpolc.adopt.suggest.suggesting import suggest as propose
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.manifests.combining import combine

    here = _workspace(where)
    seen = DistinctFlows() if logs is None else _flows_of(here, logs)
    if logs is not None and not paths:
        found, said = propose(combine([]), apart=apart, flows=seen.flows), seen.diagnostics
        if not found.files and not found.diagnostics:
            raise InputError([*said, lack_of(WORKLOADS, "no record shows a pod with its labels")])
    else:
        read = manifests_with(here, paths, namespace, WORKLOADS, apart=apart, wide=True)
        found, said = propose(read.manifests, apart=apart, flows=seen.flows), (*seen.diagnostics, *read.diagnostics)
    passed = (f"passed over: {each.count:,} {each.reason}" for each in seen.passed_over)
    return msgspec.structs.replace(found, diagnostics=(*said, *found.diagnostics), left_out=(*found.left_out, *passed))


def seen_flows(where: Where, logs: Sequence[str], *, flows_format: str | None = None) -> DistinctFlows:
    """Read logs of flows, for several questions about these.

    Args:
        where: a workspace, or texts by their names.
        logs: files of flows that were recorded, folders of them, and `-`, in any format that netpolc knows.
        flows_format: the format of all of them, as `hubble`, where what is in them does not tell it.

    Raises:
        InputError: one cannot be read.
    """
    from netpolc.flows.reading.files import read_logs

    here = _workspace(where)
    seen = read_logs(logs, here.cwd, here.files, stdin=here.stdin, format_name=flows_format)
    if errors_in(seen.diagnostics):
        raise InputError(seen.diagnostics)
    return seen


def _changes_seen(clusters: Mapping[str, Cluster], seen: DistinctFlows | None) -> SeenChanges | None:
    """Return what logs saw of what changed between two clusters."""
    if seen is None:
        return None
    from netpolc.queries.traffic.changed import changed_traffic

    return changed_traffic(clusters["old"], clusters["new"], seen)


def _flows_of(here: Workspace, logs: Sequence[str] | DistinctFlows) -> DistinctFlows:
    return seen_flows(here, logs) if isinstance(logs, Sequence) else logs


def _workspace(where: Where) -> Workspace:
    return where if isinstance(where, Workspace) else workspace(where, remembers=False)


def _compile(here: Workspace, paths: Sequence[Path], env: str | None, namespace: str | None, layout: str) -> Result:
    from netpolc.compiler.loading import load_files
    from netpolc.project.discovery import sources_of

    sources = sources_of(paths, here.cwd, here.project, here.files, here.leaves_out)
    if errors_in(sources.diagnostics):
        return Result(diagnostics=sources.diagnostics)
    load = partial(
        load_files, files=here.files, memory=here.memory, processes=here.processes, platform=here.platform_name
    )
    return _built(partial(load, sources.files, here.cwd, here.cache), here, env, namespace, layout)


def _built(load: Callable[[], Loaded], here: Workspace, env: str | None, namespace: str | None, layout: str) -> Result:
    """Compile what is loaded; with a memory, as much of it as differs from what was compiled before."""
    from netpolc.compiler.model import Run
    from netpolc.compiler.pipeline import build
    from netpolc.compiler.recollection import Recollection
    from netpolc.targets.render import Renderer

    single = STREAM if layout == "single" else None
    run = Run(
        options=here.options(env, namespace),
        layout=layout,
        renderer=Renderer(None, here.cache),
        single=single,
        processes=here.processes,
        remembered=here.memory is not None,
    )
    last = None if here.memory is None else Recollection(here.memory, run)
    built = build(load, [run], None if last is None else last.changes)
    (outcome,) = built.outcomes
    compilation, output = outcome.compilation, outcome.output
    if not compilation.ok or output.faults:
        return Result(diagnostics=(*compilation.diagnostics, *output.faults))
    policies, said = compilation.policies, compilation.diagnostics
    if last is not None:
        policies, said = last.whole(built.loaded, outcome)
    return Result(policies=policies, diagnostics=said, files=output.files)
