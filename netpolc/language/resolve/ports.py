"""The resolution of ports: from what is written to sets of ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.identity import IdentityCache
from netpolc.language.syntax import tree
from netpolc.policy.names import port_name
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, NamedPort, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from netpolc.language.resolve.modules import Declared, Module
    from netpolc.language.resolve.names import NameLookup


class PortResolver:
    """The resolver of ports; every problem goes to the names' report."""

    def __init__(self, names: NameLookup) -> None:
        """Use the scopes of a program."""
        self._names = names
        self._declared: IdentityCache[tree.Declaration, PortSet] = IdentityCache()
        self._open: list[Declared] = []

    def resolve(self, ports: tree.Ports, module: Module, section: str | None) -> PortSet:
        """Return the set of ports that a destination names; empty after a report."""
        if len(ports.items) == 1 and isinstance(ports.items[0], tree.PortRange):
            single = ports.items[0]
            return PortSet((PortInterval(single.protocol or "TCP", single.first, single.last),))
        found: list[PortInterval | NamedPort] = []
        for item in ports.items:
            match item:
                case tree.PortRange(first, last, protocol):
                    found.append(PortInterval(protocol or "TCP", first, last))
                case tree.EveryPort(protocol) if protocol is not None:
                    found.append(PortInterval(protocol, FIRST, LAST))
                case tree.EveryPort():
                    found += EVERY_PORT.intervals
                case tree.PortName():
                    self._check_name(item, module)
                    found.append(NamedPort(item.protocol or "TCP", item.name))
                case tree.PortRef():
                    named = self._ref(item, module, section)
                    found += (*named.intervals, *named.names)
        return ports_of(found)

    def _check_name(self, item: tree.PortName, module: Module) -> None:
        faults = port_name(item.name)
        if faults:
            from netpolc.language.resolve.slips import no_port_name  # most programs have no mistake

            self._names.diagnostics.append(no_port_name(item.name, faults, module.at(item.span)))

    def _ref(self, ref: tree.PortRef, module: Module, section: str | None) -> PortSet:
        declared = self._names.port(ref, module, section)
        if declared is None:
            return PortSet()
        known = self._declared.get(declared.statement)
        if known is not None:
            return known
        if not isinstance(declared.statement, tree.PortDeclaration):
            self._names.not_bound(declared, module.at(ref.span))
            return PortSet()
        if not self._names.enter(declared, module.at(ref.span), self._open):
            return PortSet()
        found = self.resolve(declared.statement.value, declared.module, declared.section)
        self._open.pop()
        return self._declared.add(declared.statement, found)
