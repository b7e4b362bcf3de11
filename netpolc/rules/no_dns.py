"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.reach import regions
from netpolc.reach.of_program import halves_of_program
from netpolc.reach.regions import Namespaces, PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.reach.model import Grant, Half
    from netpolc.rules.context import Context
    from netpolc.sets.ports import PortSet

DNS_PORTS = (53, 5353)
"""Where cluster DNS listens: 5353 on OpenShift."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Each namespace whose egress is closed, over all flows together: one finding at the first flow that shows it."""
    halves = halves_of_program(context.program)
    namespaces, egress = Namespaces(halves.namespaces), halves.egress
    resolving = list({grant.subject: None for grant in egress.grants if _reaches_dns(grant.ports)})
    reported: set[str] = set()
    for grant in egress.grants:
        if not isinstance(grant.peer, PodSet) or grant.cause is None or _reaches_dns(grant.ports):
            continue
        for name in _without_dns(grant, egress, resolving, namespaces):
            if name not in reported:
                reported.add(name)
                yield _no_dns(name, grant)


def _reaches_dns(ports: PortSet) -> bool:
    return any(ports.contains("UDP", port) for port in DNS_PORTS)


def _without_dns(grant: Grant, egress: Half, resolving: Iterable[PodSet], namespaces: Namespaces) -> Iterator[str]:
    """The namespaces in which a rule's subject has closed pods that no rule leads to DNS."""
    for closure in egress.closures:
        closed = regions.meet(grant.subject, closure.subject)
        if not isinstance(closed, PodSet) or not namespaces.possible(closed.namespaces):
            continue
        rest = [closed]
        for subject in resolving:
            rest = [part for each in rest for part in regions.subtract(each, subject) if isinstance(part, PodSet)]
        for part in rest:
            if namespaces.possible(part.namespaces):
                yield from names_of(part.namespaces) or ()


def _no_dns(name: str, grant: Grant) -> Diagnostic:
    where = f"namespace `{name}`" if name else "the unnamed namespace"
    return Diagnostic(
        code="NP605",
        severity="warning",
        message=f"egress of {where} is closed, and pods that talk to others have no way to DNS",
        location=None if grant.cause is None else grant.cause.location,
        label="these may connect, but look up no name",
        help='add `import "std"` and `* -> std.dns`',
    )
