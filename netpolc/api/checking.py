"""What is wrong or doubtful, and the pages that say more of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netpolc.api.reading import Where, opened
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.usage import UsageError
from netpolc.results import Page

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from netpolc.cluster.check import Asked, Checked
    from netpolc.cluster.cluster import Cluster
    from netpolc.compiler.inputs import Inputs
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.flows.reduction import DistinctFlows


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
    here = opened(where)
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
        advice = f"did you mean `{near}`?" if near else "`netpolc rules` lists all"
        raise UsageError(f"there is no code `{code[:40]}`", "CODE", advice=advice)
    return Page(found, bundled("codes", found.page).read_text("utf-8"))


def _by_records(here: Workspace, logs: Sequence[str] | DistinctFlows) -> Asked:
    """Return what tells by records which lines of a program nothing used, and what is to be said of the records."""
    from netpolc.api.observing import flows_of  # few have logs
    from netpolc.project.line_ages import LineAges
    from netpolc.queries.traffic.unused_lines import unused_lines

    seen, ages = flows_of(here, logs), LineAges()

    def asked(cluster: Cluster) -> Iterator[Diagnostic]:
        yield from seen.diagnostics
        yield from unused_lines(cluster, seen, lambda at: ages.written(here.cwd / at.source.name, at.line))

    return asked
