"""Options of commands that ask who may reach whom."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli.options import given, inputs_before


class Unit(str, Enum):
    """The unit that a line of the relation, or a node of its picture, is about."""

    WORKLOAD = "workload"
    NAMESPACE = "namespace"


def complete_endpoint(ctx: typer.Context, incomplete: str) -> list[str]:
    """List what a shell offers for an endpoint."""
    from netpolc.cli.completing.endpoints import endpoints  # only a shell asks

    return endpoints(incomplete, *inputs_before(ctx))


def complete_destination(ctx: typer.Context, incomplete: str) -> list[str]:
    """List what a shell offers for an endpoint with ports."""
    from netpolc.cli.completing.endpoints import destinations  # only a shell asks

    return destinations(incomplete, *inputs_before(ctx))


def complete_port(ctx: typer.Context, incomplete: str) -> list[str]:
    """List what a shell offers for ports: those of the destination, if there is one."""
    from netpolc.cli.completing.endpoints import ports  # only a shell asks

    (destination,) = ctx.obj.get("destination", [None])[-1:]
    return [port for port in ports(destination, *inputs_before(ctx)) if port.startswith(incomplete)]


def complete_revision(incomplete: str) -> list[str]:
    """List what a shell offers for a revision."""
    from netpolc.cli.completing.revisions import revisions  # only a shell asks

    return revisions(incomplete)


def complete_side(incomplete: str) -> list[str]:
    """List what a shell offers for a side of a comparison."""
    from netpolc.cli.completing.inputs import sides  # only a shell asks

    return sides(incomplete)


Source = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="ENDPOINT",
        help="Only connections from there.",
        callback=given,
        autocompletion=complete_endpoint,
    ),
]
Destination = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="ENDPOINT",
        help="Only connections to there.",
        callback=given,
        autocompletion=complete_endpoint,
    ),
]
OnlyPorts = Annotated[
    str | None,
    typer.Option(
        "--port",
        metavar="PORTS",
        help="Only these ports: `5432`, `53/udp`, `8000-8100`.",
        callback=given,
        autocompletion=complete_port,
    ),
]
Pairs = Annotated[bool, typer.Option("--pairs", help="List pairs of peers, and not groups of them.")]
NoHypothetical = Annotated[bool, typer.Option("--no-hypothetical", help="Leave out pods that no manifest shows.")]
