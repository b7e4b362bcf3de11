"""The work of `netpolc check`."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from netpolc.api import checking, observing
from netpolc.cli.fixes import mend
from netpolc.cli.known_findings import knowing, say_lost, write_known
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.progress import working
from netpolc.cluster.check import BY_RECORDS
from netpolc.diagnostics.usage import UsageError
from netpolc.project.filesystem import DISK
from netpolc.source import STREAM, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session
    from netpolc.cluster.check import Checked
    from netpolc.compiler.inputs import Inputs


def run(
    session: Session,
    paths: Sequence[str],
    *,
    workloads: Sequence[str] | None = None,
    flows: Sequence[str] = (),
    flows_format: str | None = None,
    env: str | None = None,
    namespace: str | None = None,
    fix: bool = False,
    unsafe_fixes: bool = False,
    baseline: str | None = None,
    write_baseline: bool = False,
    strict: bool = False,
) -> int:
    """Report everything that is wrong or doubtful, and return how the run is to end."""
    for path in workloads or ():
        if path.endswith(SUFFIX):
            raise UsageError(f"`{path}` is netpol source, and no manifest", "--workloads")
    if (fix or unsafe_fixes) and STREAM in (*paths, *(workloads or ())):
        raise UsageError("fixes are written into files, and `-` is none", "--fix" if fix else "--unsafe-fixes")
    if baseline == STREAM:
        raise UsageError("known findings are in a file, and `-` is none", "--baseline")
    if write_baseline and (named := next((path for path in paths if _is_yet_to_be(session, path)), None)):
        advice = f"name the file of known findings with `--baseline {named} --write-baseline`"
        raise UsageError("it takes no file", "--write-baseline", advice=advice)
    session = knowing(session, baseline, writes=write_baseline)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    with working("checking", session.style), session.answering():
        logs = observing.seen_flows(session.workspace, flows, flows_format=flows_format) if flows else None
        look = partial(
            checking.checked, paths=paths, workloads=workloads, env=env, namespace=namespace, today=today, logs=logs
        )
        inputs, checked = look(session.workspace)
        if fix or unsafe_fixes:
            inputs, checked = mend((inputs, checked), look, session, unsafe=unsafe_fixes)
    if write_baseline:
        checked = write_known(session, baseline, inputs, checked)
    asked = BY_RECORDS if flows else frozenset()
    report(checked.diagnostics, msgspec.structs.replace(session.style, asked=asked))
    # What shows only beside other files is not gone where these are not read.
    say_lost(session, inputs, checked, whole=env is None and (session.project is None or not paths))
    code = exit_code(checked.diagnostics)
    doubtful = any(diagnostic.severity == "warning" for diagnostic in checked.diagnostics)
    unused = any(diagnostic.code in asked for diagnostic in checked.diagnostics)
    if not code and not doubtful and not unused and session.style.form == "human":
        say(_all_is_well(inputs, checked), session.style)
    return code or int(strict and doubtful)


def _is_yet_to_be(session: Session, path: str) -> bool:
    """Tell whether a path can only be the name of a file that is to be written."""
    return path.endswith(".json") and not DISK.exists(session.cwd / path)


def _all_is_well(inputs: Inputs, checked: Checked) -> str:
    proved, known = checked.proved, checked.known
    sources = () if inputs.loaded is None else inputs.loaded.files
    count = sum(file.is_source for file in sources) + len(inputs.texts)
    also = f", {proved} assertion{'s' * (proved != 1)} proved" if proved else ""
    policies = inputs.manifests.policies or inputs.manifests.tier_policies
    without = "" if sources or policies else ", and there are no policies"
    new = f"nothing new is wrong, {known} known finding{'s' * (known != 1)} left out" if known else "nothing is wrong"
    return f"{count} file{'s' * (count != 1)} checked{also}: {new}{without}"
