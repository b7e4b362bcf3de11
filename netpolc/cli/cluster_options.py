"""Options of commands that ask a cluster, or change it."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli.options import given


def complete_context(incomplete: str) -> list[str]:
    """List what a shell offers for a context."""
    from netpolc.cli.completing.contexts import contexts  # only a shell asks

    return contexts(incomplete)


Context = Annotated[
    str | None,
    typer.Option(
        "--context",
        metavar="NAME",
        help="The context of kubectl. Without it, its current one is taken.",
        show_default=False,
        callback=given,
        autocompletion=complete_context,
    ),
]
Rbac = Annotated[bool, typer.Option("--rbac", help="Print the roles that suffice, and ask no cluster.")]
ForceConflicts = Annotated[
    list[str] | None,
    typer.Option(
        "--force-conflicts", metavar="MANAGER", help="Take fields back from this field manager.", callback=given
    ),
]
PruneMax = Annotated[int, typer.Option("--prune-max", metavar="N", min=0, help="The most policies to delete.")]
RenamedFrom = Annotated[
    str | None,
    typer.Option("--renamed-from", metavar="NAME", help="What this project was called before.", callback=given),
]
Adopt = Annotated[bool, typer.Option("--adopt", help="Take over policies that are there already.")]
CreateNamespaces = Annotated[bool, typer.Option("--create-namespaces", help="Make namespaces that are not there.")]
