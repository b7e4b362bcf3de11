"""What commands begin with that ask about a cluster: inputs read, and nothing wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.cli.exits import MisuseError
from netpolc.cli.output import exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session
    from netpolc.cluster.cluster import Cluster


def cluster_of_inputs(
    session: Session, paths: Sequence[str], *, environment: str | None, namespace: str | None
) -> Cluster:
    """The cluster that inputs describe, whose warnings are the caller's to say; an error in any of them ends the run.

    With an error, what could be read would give answers that nobody may rely on: a policy that is missing may be the
    one that closes, or the one that opens.
    """
    from netpolc.cluster.cluster import cluster_of  # noqa: PLC0415 -- `--help` reads nothing
    from netpolc.compiler.inputs import read_inputs  # noqa: PLC0415

    chosen = chosen_environment(session, environment)
    inputs = read_inputs(paths, session.workspace)
    cluster = cluster_of(inputs, session.options(chosen, namespace))
    if exit_code(cluster.diagnostics):
        raise session.fail(cluster.diagnostics)
    return cluster


def chosen_environment(session: Session, asked: str | None) -> str | None:
    """The one environment that a question is about; MisuseError where there are several."""
    environments = session.environments(asked)
    if len(environments) > 1:
        names = ", ".join(map(str, environments))
        raise MisuseError(f"there are several environments ({names}): choose one", "--env")
    return environments[0]
