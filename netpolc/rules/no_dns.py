"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.reach import regions
from netpolc.reach.index import Index
from netpolc.reach.of_program import halves_of_program
from netpolc.reach.regions import Namespaces, PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.reach.model import Grant, Half
    from netpolc.reach.regions import Region
    from netpolc.rules.context import Context
    from netpolc.sets.ports import PortSet

DNS_PORTS = (53, 5353)
"""Where cluster DNS listens: 5353 on OpenShift."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Each namespace whose egress is closed, over all flows together: one finding at the first flow that shows it."""
    halves = halves_of_program(context.program)
    asking = _Asking(halves.egress, Namespaces(halves.namespaces))
    reported: set[str] = set()
    for subject, grant in _talking(halves.egress).items():
        for name in asking.without_dns(subject):
            if name not in reported:
                reported.add(name)
                yield _no_dns(name, grant)


def _talking(egress: Half) -> dict[PodSet, Grant]:
    """The pods that may open connections to pods, each set with the first flow that says so."""
    found: dict[PodSet, Grant] = {}
    for grant in egress.grants:
        if isinstance(grant.peer, PodSet) and not _reaches_dns(grant.ports):
            found.setdefault(grant.subject, grant)
    return found


def _reaches_dns(ports: PortSet) -> bool:
    return any(ports.contains("UDP", port) for port in DNS_PORTS)


class _Asking:
    """The pods that are closed, and those that may ask DNS."""

    def __init__(self, egress: Half, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._closed = Index((closure.subject, closure.subject) for closure in egress.closures)
        asking = dict.fromkeys(grant.subject for grant in egress.grants if _reaches_dns(grant.ports))
        self._asking = Index((subject, subject) for subject in asking)

    def without_dns(self, subject: PodSet) -> Iterator[str]:
        """The namespaces in which a set has closed pods that no rule leads to DNS."""
        for closed in self._closed.near(subject):
            both = regions.meet(subject, closed)
            if isinstance(both, PodSet) and self._namespaces.possible(both.namespaces):
                rest: list[Region] = [both]
                for asking in self._asking.near(both):
                    rest = [part for each in rest for part in regions.subtract(each, asking)]
                for part in rest:
                    if isinstance(part, PodSet) and self._namespaces.possible(part.namespaces):
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
