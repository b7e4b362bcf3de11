"""NP508, NP509 and NP510: ports that are opened, and that the pods do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.workloads.listening import listening
from netpolc.checks.workloads.places import place_of_port, replacement
from netpolc.checks.workloads.workloads import SHOWN, loosened
from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.ecosystem.meshes import PROXY_PORTS
from netpolc.engine import words
from netpolc.sets.ports import FIRST, LAST, NamedPort, PortInterval, PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.references import Opening
    from netpolc.checks.workloads.services import Lead, Services, WorkloadPort
    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.engine.regions import PodSet


class Misfit(msgspec.Struct, frozen=True):
    """A finding about a port, and the services whose ports were taken for those of their pods."""

    diagnostic: Diagnostic
    services: tuple[Lead, ...] = ()


class _Offered(msgspec.Struct, frozen=True):
    """The ports that containers of some workloads declare, and those that services lead to at them.

    `bare` are the workloads that declare nothing; `led` are the ports of services, and `on_nodes` those that nodes have
    for them, each with what leads where. `targets` are the ports that services lead to, or pods are seen to listen on.
    """

    ports: frozenset[tuple[str, int]]
    names: frozenset[NamedPort]
    bare: frozenset[int]
    led: dict[tuple[str, int], list[tuple[Lead, WorkloadPort]]]
    on_nodes: dict[tuple[str, int], list[tuple[Lead, WorkloadPort]]]
    targets: frozenset[tuple[str, int]]


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield what `misfit_ports` does, of all ports that are opened, and file the services that were mistaken."""
    for each in misfit_ports(checked.references.openings, checked.workloads, checked.services):
        checked.mistaken.update(each.services)
        yield each.diagnostic


def misfit_ports(openings: Iterable[Opening], workloads: Workloads, services: Services) -> Iterator[Misfit]:
    """Yield the openings that lead nowhere, as far as one can tell: undeclared ports are reachable all the same."""
    checker = _PortChecker(workloads, services)
    for opening in openings:
        where = checker.home(opening.pods)
        if where is None:
            continue
        port = opening.port
        found = checker.name(opening, where, port) if isinstance(port, NamedPort) else checker.number(opening, where)
        if found is not None:
            yield found


class _PortChecker:
    def __init__(self, workloads: Workloads, services: Services) -> None:
        self._workloads = workloads
        self._services = services
        self._homes: dict[PodSet, PodSet | None] = {}
        self._offered: dict[PodSet, _Offered] = {}
        self._told: dict[tuple[PodSet, PortInterval], tuple[str, str]] = {}
        self._lacking: dict[tuple[PodSet, NamedPort], tuple[int, ...]] = {}

    def home(self, pods: PodSet) -> PodSet | None:
        """Return a set of pods as `Workloads.home` does; None where it holds no workload, too."""
        if pods not in self._homes:
            where = self._workloads.home(pods)
            self._homes[pods] = where if where is not None and self._workloads.of(where) else None
        return self._homes[pods]

    def offered(self, where: PodSet) -> _Offered:
        """Return what a set of pods has, looked at once."""
        if where not in self._offered:
            found = self._workloads.of(where)
            ports = [port for number in found for port in self._workloads.all[number].ports]
            led: dict[tuple[str, int], list[tuple[Lead, WorkloadPort]]] = {}
            on_nodes: dict[tuple[str, int], list[tuple[Lead, WorkloadPort]]] = {}
            for number in found:
                for lead in self._services.to(number):
                    for each in lead.service.ports:
                        ways = [(lead, target) for target in self._services.resolved(each, number)]
                        led.setdefault((each.protocol, each.number), []).extend(ways)
                        if each.node_port is not None:
                            on_nodes.setdefault((each.protocol, each.node_port), []).extend(ways)
            self._offered[where] = _Offered(
                ports=frozenset((port.protocol, port.number) for port in ports),
                names=frozenset(NamedPort(port.protocol, port.name) for port in ports if port.name),  # type: ignore[arg-type]  # read as one of three
                bare=frozenset(number for number in found if not self._workloads.all[number].ports),
                led=led,
                on_nodes=on_nodes,
                targets=frozenset((target.protocol, target.port) for way in led.values() for _, target in way).union(
                    *(listening(self._workloads.all[number]) for number in found)
                ),
            )
        return self._offered[where]

    def number(self, opening: Opening, where: PodSet) -> Misfit | None:
        """Return what is wrong with a number or a range, if anything is."""
        port = opening.port
        if not isinstance(port, PortInterval) or (port.first, port.last) == (FIRST, LAST):
            return None
        told = self._told.get((where, port))
        if told is not None:  # most are opened once, and asked for by several
            return _undeclared(opening, port, told)
        offered = self.offered(where)
        if (port.protocol, port.first) in offered.ports or any(
            protocol == port.protocol and port.first <= number <= port.last for protocol, number in offered.ports
        ):
            return None
        if any(protocol == port.protocol and port.first <= number <= port.last for protocol, number in offered.targets):
            return None
        led = _led(port, offered)
        if led:
            return None if _opens(opening.beside, led) else _taken_for_service(opening, port, led, offered)
        if offered.bare or any(port.first <= number <= port.last for number in PROXY_PORTS):
            return None
        told = self._told[where, port] = self._say_undeclared(where, port, offered)
        return _undeclared(opening, port, told)

    def _say_undeclared(self, where: PodSet, port: PortInterval, offered: _Offered) -> tuple[str, str]:
        """Return what is wrong with a port that nobody declares, and what to do."""
        written = words.ports(PortSet((port,)))
        others = sorted(number for protocol, number in offered.ports if protocol == port.protocol)
        listed = ", ".join(map(str, others[:SHOWN])) + (", …" if len(others) > SHOWN else "")
        advice = f"of {port.protocol}, {listed} {'is' if len(others) == 1 else 'are'} declared" if others else ""
        return (
            f"no container of {self._workloads.named(self._workloads.of(where))} declares port `{written}`",
            f"{advice}; correct the port, or declare it" if advice else "correct the port, or declare it",
        )

    def name(self, opening: Opening, where: PodSet, port: NamedPort) -> Misfit | None:
        """Return what is wrong with a name, if anything is."""
        every, lacking = self._workloads.of(where), self.lacking(where, port)
        # That all pods of a namespace are named says that those are meant which have the port.
        if not lacking or (len(lacking) < len(every) and not loosened(where).pods.requirements):
            return None
        place = place_of_port(opening.location, opening.path, port.name)
        near = None
        if len(lacking) == len(every):
            names = [each.name for each in self.offered(where).names if each.protocol == port.protocol]
            near = closest(port.name, names)
        some = "" if len(lacking) == len(every) else ", which other selected pods have"
        called = f"port named `{port.name}`" if port.protocol == "TCP" else f"{port.protocol} port named `{port.name}`"
        return Misfit(
            Diagnostic(
                code="NP510",
                severity="warning",
                message=f"no container of {self._workloads.named(lacking)} has a {called}{some}",
                location=place or opening.location,
                help="name the port in each of them, or write its number" if near is None else f"use `{near}`",
                fixes=() if near is None else replacement(place, port.name, near),
            )
        )

    def lacking(self, where: PodSet, port: NamedPort) -> tuple[int, ...]:
        """Return the workloads among some that give no port that name."""
        key = where, port
        if key not in self._lacking:
            wanted = port.protocol, port.name
            self._lacking[key] = tuple(
                number
                for number in self._workloads.of(where)
                if all((each.protocol, each.name) != wanted for each in self._workloads.all[number].ports)
            )
        return self._lacking[key]


def _undeclared(opening: Opening, port: PortInterval, told: tuple[str, str]) -> Misfit:
    message, advice = told
    place = place_of_port(opening.location, opening.path, str(port.first)) or opening.location
    return Misfit(Diagnostic(code="NP508", severity="warning", message=message, location=place, help=advice))


def _led(port: PortInterval, offered: _Offered) -> list[tuple[Lead, WorkloadPort]]:
    """Return where a port leads as one of services, if every pod that it may be declared by is behind these."""
    key = port.protocol, port.first
    led = (offered.led.get(key) or offered.on_nodes.get(key, [])) if port.first == port.last else []
    return led if offered.bare.issubset(target.workload for _, target in led) else []


def _opens(ports: Iterable[PortInterval | NamedPort], led: list[tuple[Lead, WorkloadPort]]) -> bool:
    """Tell whether ports hold all targets: some plugins, such as Amazon's, want the port of the service beside them."""
    held = [each for each in ports if isinstance(each, PortInterval)]
    return all(
        any(each.protocol == target.protocol and each.first <= target.port <= each.last for each in held)
        for _, target in led
    )


def _taken_for_service(
    opening: Opening, port: PortInterval, led: list[tuple[Lead, WorkloadPort]], offered: _Offered
) -> Misfit:
    """Return what to say where services have such a port, and lead to others."""
    on_nodes = (port.protocol, port.first) not in offered.led
    leads = tuple(dict.fromkeys(lead for lead, _ in led))
    targets = sorted({target.port for _, target in led})
    place = place_of_port(opening.location, opening.path, str(port.first))
    services = ", ".join(f"`{lead.shown}`" for lead in leads[:SHOWN])
    listed = " or ".join(f"`{each}`" for each in targets[:SHOWN])
    diagnostic = Diagnostic(
        code="NP509",
        severity="warning",
        message=f"`{port.first}` is the {'node port' if on_nodes else 'port'} of the service {services}, "
        f"which leads to {listed} of its pods",
        location=place or opening.location,
        labels=tuple(Label(lead.service.location, "the service") for lead in leads[:SHOWN]),
        help=f"write {listed}: policies see the ports of pods",
        fixes=replacement(place, str(port.first), str(targets[0])) if len(targets) == 1 else (),
    )
    return Misfit(diagnostic, leads)
