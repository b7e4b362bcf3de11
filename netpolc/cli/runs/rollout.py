"""What `plan`, `apply` and `drift` begin with: a plan, or why there is none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from netpolc.cli.exits import EndedError
from netpolc.cli.output import report
from netpolc.cli.progress import working
from netpolc.diagnostics.usage import InputError
from netpolc.live.kubectl import find
from netpolc.live.refusals import ClusterError
from netpolc.live.rights import roles_of_rollout
from netpolc.rollout.inventory import NAMESPACE, name_of
from netpolc.rollout.plan import Permissions
from netpolc.rollout.planning import RolloutRequest, prepare, prepare_return, set_name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netpolc.cli.session import Session
    from netpolc.rollout.planning import Prepared
    from netpolc.rollout.saved import Replaced


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
    inventory = NAMESPACE, name_of(set_name_of(session.workspace, environment))
    sys.stdout.write(roles_of_rollout(command, inventory, writes=command == "apply", watches=watches))
    return 0


def prepared(session: Session, request: RolloutRequest, *, drifted: bool = False) -> Prepared:
    """Plan as `netpolc.rollout.planning.prepare` does; errors of the program or the cluster end the run with 2."""
    return _said(session, lambda: prepare(session.workspace, find(request.context), request, drifted=drifted))


def prepared_return(session: Session, request: RolloutRequest, replaced: Replaced) -> Prepared:
    """Plan the way back to what an apply replaced, as above."""
    context = request.context or replaced.context
    return _said(session, lambda: prepare_return(session.workspace, find(context), request, replaced))


def _said(session: Session, planned: Callable[[], Prepared]) -> Prepared:
    """Return a plan, or say why there is none, and end the run."""
    try:
        with working("planning", session.style):
            return planned()
    except InputError as error:
        report(error.diagnostics, session.style.without_result)
        raise EndedError(2) from error
    except ClusterError as error:
        report([error.diagnostic()], session.style.without_result)
        raise EndedError(2) from error
