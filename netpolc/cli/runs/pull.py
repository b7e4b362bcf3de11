"""The work of `netpolc pull`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.cli.output import exit_code, report, say
from netpolc.cli.progress import working
from netpolc.live.evident import with_hosts_only
from netpolc.live.kubectl import find
from netpolc.live.pulling import pull
from netpolc.live.refusals import ClusterError
from netpolc.live.rights import cluster_role
from netpolc.live.texts import in_yaml
from netpolc.project.filenames import file_name
from netpolc.project.files import obstruction, plan
from netpolc.source import STREAM

if TYPE_CHECKING:
    from netpolc.cli.session import Session
    from netpolc.live.pulling import Pulled, PulledGroup

KEY = "pull"
"""What the files of a pull are in the inventory of their folder, so that no build takes them for its own."""


def run(
    session: Session, output: str | None, *, namespace: str | None, context: str | None, evidence: bool, force: bool
) -> int:
    """Write down what a cluster has, and return how the run is to end."""
    try:
        kubectl = find(context)
        with working(f"asking {kubectl.context}", session.style):
            pulled = pull(kubectl, namespace=namespace, evidence=evidence, folded=True)
    except ClusterError as error:
        raise session.fail([error.diagnostic()]) from error
    if output is None or output == STREAM:
        for group in pulled.groups:
            sys.stdout.write(_text(group))
    else:
        _write(session, pulled, output, force=force)
    count = sum(len(group.items) for group in pulled.groups)
    where = f" in namespace {namespace}" if namespace else ""
    to = f", written to {output}" if output not in (None, STREAM) else ""
    say(f"{pulled.context}: {count} object{'s' * (count != 1)}{where}{to}", session.style)
    return 0


def print_role(*, evidence: bool) -> int:
    """Print the rights that a pull takes, and return how the run is to end."""
    sys.stdout.write(cluster_role(evidence=evidence))
    return 0


def _text(group: PulledGroup) -> str:
    """Return the objects of a group as they are written down, without what may be secret."""
    return in_yaml(with_hosts_only(item) for item in group.items)


def _write(session: Session, pulled: Pulled, output: str, *, force: bool) -> None:
    """Leave a file for each kind and namespace in a folder, and of an earlier pull nothing else, or end the run."""
    folder = session.cwd / Path(output)
    files = {
        file_name(*((group.namespace,) if group.namespace else ()), group.resource): _text(group)
        for group in pulled.groups
    }
    found = obstruction(folder)
    failed = (found,) if found is not None else plan(folder, files, key=KEY, force=force).apply()
    report(failed, session.style)
    if exit_code(failed):
        raise session.fail(())
