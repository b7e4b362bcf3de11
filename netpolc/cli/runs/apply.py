"""The work of `netpolc apply`: the plan, tried out by the server, agreed to, and carried out step by step."""

from __future__ import annotations

import os
import shlex
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.output import paint_for, report, say
from netpolc.cli.results import write_result
from netpolc.cli.runs.rollout import prepared, prepared_return
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.diagnostics.usage import UsageError
from netpolc.live.refusals import ClusterError
from netpolc.project.reading import open_regular, reason, too_large
from netpolc.report.summary import counted
from netpolc.rollout.applying import Applying, StoppedError
from netpolc.rollout.inventory import NAMESPACE, SetInventory, name_of
from netpolc.rollout.model import shown
from netpolc.rollout.saved import Replaced, SavedPlan, read_plan, read_replaced
from netpolc.rollout.text import as_text, headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session
    from netpolc.rollout.model import Step
    from netpolc.rollout.planning import Prepared, RolloutRequest

LARGEST_FILE = 64 * 1024 * 1024

PLANNED = "write it anew, with `netpolc plan --save FILE`"
LEFT = "each apply says which file it left, in the folder `.netpolc` unless `--backup` names another"


class ApplyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """How to apply: without being asked, by a saved plan, and where the way back is written."""

    rollout: RolloutRequest
    yes: bool = False
    saved: str | None = None
    backup: str | None = None
    restore: str | None = None


def run(session: Session, request: ApplyRequest) -> int:
    """Apply, and return how the run is to end."""
    saved = None if request.saved is None else _saved(session, request.saved)
    asked = request.rollout
    if saved is not None and asked.context is None:
        asked = msgspec.structs.replace(asked, context=saved.context)
    if request.restore is not None:
        found = prepared_return(session, asked, _replaced(session, request.restore))
    else:
        found = prepared(session, asked)
    refused = [*_unlisted(session, found), *found.rollout.refused]
    if saved is not None and saved != SavedPlan.of(found.rollout):
        refused.append(_moved_on(found))
    applying = Applying(found.kubectl, found.rollout)
    try:
        refused += () if refused else applying.rehearse()
    except ClusterError as error:
        refused.append(error.diagnostic())
    report(collect([*found.rollout.noted, *refused]), session.style)
    if refused:
        return 2
    if found.rollout.is_nothing:
        say(headline(found.rollout), session.style)
        _say_what_is_left(session, request, found)
        return 0
    sys.stdout.writelines(as_text(found.rollout, found.difference, paint_for(session.style, None), full=False))
    sys.stdout.flush()
    if not request.yes and saved is None and not _agreed(found):
        say("nothing is changed", session.style)
        return 1
    return _carried_out(session, request, found, applying)


def _carried_out(session: Session, request: ApplyRequest, found: Prepared, applying: Applying) -> int:
    """Write down what is replaced, take the steps, and say the way back."""
    backup = request.backup or _backup_name(session, found)
    write_result([Replaced.by(found.rollout).text()], backup, session)
    back = f"`netpolc apply --restore {backup}` puts back what was there"
    done = 0

    def told(step: Step) -> None:
        nonlocal done
        done += 1
        say(f"{step.verb}d {shown(step.key)}", session.style)

    try:
        applying.carry_out(told)
    except StoppedError as stopped:
        report([stopped.diagnostic, _stopped(stopped.done, stopped.left, back)], session.style)
        return 1
    except KeyboardInterrupt:
        # The request that was on its way may have been served; the next run looks.
        report([_stopped(done, found.rollout.steps[done:], back)], session.style)
        raise
    say(f"applied {headline(found.rollout)}; {back}", session.style)
    _say_what_is_left(session, request, found)
    return 0


def _say_what_is_left(session: Session, request: ApplyRequest, found: Prepared) -> None:
    """Say how the inventory of the name is removed that a project had; the roles of `--rbac` do not suffice for it."""
    earlier = request.rollout.permissions.renamed_from
    if earlier is None or name_of(earlier) == name_of(found.rollout.set_name):
        return
    is_there = SetInventory(found.kubectl, earlier).is_there()
    if is_there is False:
        return
    where = (f"--context={found.kubectl.context}", f"--namespace={NAMESPACE}")
    remove = ("kubectl", *where, "delete", "configmap", name_of(earlier))
    verb = "is" if is_there else "may be"
    say(f"the inventory of `{earlier}` {verb} left, which nobody needs: `{shlex.join(remove)}`", session.style)


def _backup_name(session: Session, found: Prepared) -> str:
    """Return where what is replaced is written, unless somebody says it: beside the caches of the project."""
    root = session.cwd if session.project is None else session.project.root
    folder = root / ".netpolc"
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    names = (f"{found.rollout.set_name}-{stamp}{more and f'-{more}'}.json" for more in ("", *range(2, 100)))
    path = next(path for name in names if not (path := folder / name).exists())
    return str(path.relative_to(session.cwd)) if path.is_relative_to(session.cwd) else str(path)


def _agreed(found: Prepared) -> bool:
    """Ask on a terminal.

    Raises:
        UsageError: there is none.
    """
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", advice="look at `netpolc plan`, and say `--yes`")
    sys.stderr.write(f"change `{found.kubectl.context}`? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _unlisted(session: Session, found: Prepared) -> list[Diagnostic]:
    """Refuse a context that the project does not list: it may be another cluster than anybody meant."""
    listed = () if session.project is None else session.project.cluster.contexts
    if found.kubectl.context in listed:
        return []
    known = ", ".join(f"`{each}`" for each in listed) or "none"
    return [
        Diagnostic(
            code="NP840",
            severity="error",
            message=f"this project is not for the context `{found.kubectl.context}`: it lists {known}",
            help="choose one with `--context`, or add it to `contexts` of `[cluster]` in netpolc.toml",
        )
    ]


def _moved_on(found: Prepared) -> Diagnostic:
    return Diagnostic(
        code="NP845",
        severity="error",
        message=f"the plan was made for another state of `{found.kubectl.context}`, or of the program",
        help="plan again, and look at what is different",
    )


def _stopped(done: int, left: Sequence[Step], back: str) -> Diagnostic:
    first = ", ".join(f"`{shown(step.key)}`" for step in left[:3])
    verb = "is" if done + len(left) == 1 else "are"
    return Diagnostic(
        code="NP848",
        severity="error",
        message=f"{done} of {counted(done + len(left), 'step')} {verb} done, and not {first or 'the inventory'}",
        help=f"run it again, which goes on from here; {back}",
    )


def _saved(session: Session, name: str) -> SavedPlan:
    plan = read_plan(read_file(session, name, PLANNED))
    if plan is None:
        raise session.fail([unusable(name, "it is no plan that `netpolc plan --save` wrote", PLANNED)])
    return plan


def _replaced(session: Session, name: str) -> Replaced:
    found = read_replaced(read_file(session, name, LEFT))
    if found is None:
        raise session.fail([unusable(name, "it is nothing that `netpolc apply` left", LEFT)])
    return found


def read_file(session: Session, name: str, way_out: str) -> bytes:
    """Return what a file holds that an earlier run wrote; end the run with a way out where it cannot be read."""
    try:
        descriptor = open_regular(session.cwd / name)
    except (OSError, ValueError) as error:
        raise session.fail([unusable(name, reason(error), way_out)]) from error
    with os.fdopen(descriptor, "rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise session.fail([unusable(name, too_large(LARGEST_FILE), way_out)])
    return content


def unusable(name: str, why: str, way_out: str) -> Diagnostic:
    """Return the finding about a file that is not what it has to be."""
    return Diagnostic(code="NP850", severity="error", message=f"`{name}` cannot be used: {why}", help=way_out)
