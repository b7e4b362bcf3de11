"""A try of lines in a part of a program: what they would mean, and what its policies would let through with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import errors_in
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_program import regions_of, rules_of_program
from netpolc.engine.model import both
from netpolc.ir.isolation import IsolatedPods
from netpolc.ir.model import Destination, Flow, Origin
from netpolc.language.resolve.endpoints import MOST_CONNECTIONS
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.reading import QueryError, read_endpoint, read_flow
from netpolc.source import Location
from netpolc.targets.networkpolicy import lower

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.cluster.cluster import Cluster
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.regions import Region
    from netpolc.ir.model import Program
    from netpolc.queries.scopes import FilePart, Scopes


class Refused(Exception):  # noqa: N818 -- it is no error of anybody's
    """Lines that could not be written there, and why."""


def meaning_in(scopes: Scopes, text: str, part: FilePart) -> frozenset[Region]:
    """Return what an endpoint stands for in a part of a file; nothing where that would be an error."""
    try:
        written = read_endpoint(text)
    except QueryError:
        return frozenset()
    resolver, names, context = scopes.resolver_in(written.source, part)
    members = resolver.pods(written.endpoint, context)
    if errors_in(names.diagnostics):
        return frozenset()
    return frozenset(region for member in members for region in regions_of(member.peer))


def with_lines(cluster: Cluster, program: Program, scopes: Scopes, lines: Iterable[str], part: FilePart) -> Cluster:
    """Return a cluster once lines are written in a part of its program, with what they say and what then is enforced.

    Raises:
        Refused: the program could not be compiled, or would take over a namespace that it leaves to others.
    """
    flows = tuple(_flow(scopes, line, part) for line in lines)
    owned = {namespace.name for namespace in program.namespaces}
    if part.section is None and cluster.unnamed not in owned and any(each.names(cluster.unnamed) for each in flows):
        where = "the unnamed namespace" if cluster.unnamed is None else f"namespace `{cluster.unnamed}`"
        raise Refused(f"it is about pods of {where}, which the program does not open; open it, or name another")
    alone = msgspec.structs.replace(program, flows=flows, assertions=())
    lowered = lower(alone, IsolatedPods(alone), {})
    _refuse(lowered.diagnostics)
    stated, added = rules_of_program(alone), rules_of_policies(lowered.policies, {})
    return msgspec.structs.replace(
        cluster,
        said=stated if cluster.said is None else both(cluster.said, stated),
        enforced=cluster.enforced.with_more(added),
    )


def _flow(scopes: Scopes, line: str, part: FilePart) -> Flow:
    try:
        flow, source = read_flow(line)
    except QueryError as error:
        raise Refused(error.message) from None
    resolver, names, context = scopes.resolver_in(source, part)
    sources = resolver.sources(flow.source, context)
    members = resolver.destinations(flow.destination, context)
    _refuse(names.diagnostics)
    if len(sources) * len(members) > MOST_CONNECTIONS:
        raise Refused("it would stand for more connections than a line may")
    place = Location(source, flow.span)
    ends = (Destination(each.peer, each.ports, place) for each in members if each.ports is not None)
    return Flow(sources, tuple(ends), DIRECTIONS, Origin(place, line))


def _refuse(diagnostics: Iterable[Diagnostic]) -> None:
    for found in diagnostics:
        if found.severity == "error":
            raise Refused(f"{found.message}; {found.advice}" if found.advice else found.message)
