"""Ends and ports in the language's words, as short as the names allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import Anything, Block, Pods
from netpolc.adopt.importer.names import bare_name
from netpolc.adopt.importer.naming import FILE, Name, blocks_of
from netpolc.ir.model import InNamespace
from netpolc.language.syntax import tree
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST
from netpolc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.adopt.importer.model import Ends
    from netpolc.adopt.importer.naming import Names
    from netpolc.ir.model import NamespaceSet
    from netpolc.sets.labels import LabelRequirement, LabelSelector
    from netpolc.sets.ports import PortSet, Protocol

AT = Span(0, 0)
BUILT_IN = "any"


class Terms:
    """Writes what stands in the lines of one file; `home` is the section that a line is in."""

    def __init__(self, names: Names) -> None:
        """Use the names of a file."""
        self.names = names
        self.uses_library = False

    def ends(self, ends: Ends, home: str | None) -> tree.Endpoint:
        """One end, or a set of them; addresses that are known together by their name."""
        blocks = blocks_of(ends)
        net = self.names.net(blocks) if blocks else None
        written: list[tree.Endpoint] = []
        for end in ends:
            match end:
                case Block() if net is not None:
                    if end is blocks[0]:
                        written.append(self.reference(net, home))
                case Block():
                    written.append(_cidr(end))
                case Pods():
                    written.append(self.known_pods(end, home))
                case Anything():
                    written.append(tree.Ref(None, BUILT_IN, AT))
        if len(written) == 1:
            return written[0]
        return tree.SetOf(tuple(tree.Target(each, None, AT) for each in written), AT)

    def blocks(self, blocks: tuple[Block, ...]) -> tree.Endpoint:
        """The addresses that a name stands for."""
        if len(blocks) == 1:
            return _cidr(blocks[0])
        return tree.SetOf(tuple(tree.Target(_cidr(block), None, AT) for block in blocks), AT)

    def target(self, destinations: Ends, ports: PortSet, home: str | None) -> tree.Target:
        """Destinations with their ports; a service brings them."""
        service = self.names.service(destinations, ports)
        if service is not None:
            return tree.Target(self.reference(service, home), None, AT)
        return tree.Target(self.ends(destinations, home), self.ports(ports), AT)

    def known_pods(self, pods: Pods, home: str | None) -> tree.Endpoint:
        """Pods by their name, if they have one."""
        name = self.names.pods.get(pods)
        return self.pods(pods, home) if name is None else self.reference(name, home)

    def reference(self, name: Name, home: str | None) -> tree.Endpoint:
        """A declared name as a section sees it."""
        alias, dot, text = name.text.rpartition(".")
        if dot:
            self.uses_library = True
            return tree.Ref(alias, text, AT)
        ref = tree.Ref(None, text, AT)
        if name.scope in (FILE, home) or name.scope is None:
            return ref
        return tree.Scoped(tree.Word(name.scope, AT), ref, AT)

    def pods(self, pods: Pods, home: str | None) -> tree.Endpoint:
        """Pods by their labels."""
        inner: tree.Ref | tree.Selector | tree.Star
        name = bare_name(pods.selector, self.names.key)
        if name is not None:
            inner = tree.Ref(None, name, AT)
        elif pods.selector == EVERYTHING:
            inner = tree.Star(AT)
        else:
            inner = _selector(pods.selector)
        where = _namespaces(pods.namespaces, home)
        return inner if where is None else tree.Scoped(where, inner, AT)

    def ports(self, ports: PortSet) -> tree.Ports:
        """Ports by their name, if they have one."""
        name = self.names.ports.get(ports)
        return self.items(ports) if name is None else tree.Ports((tree.PortRef(None, name.text, AT),), AT)

    def items(self, ports: PortSet) -> tree.Ports:
        """Ports one by one."""
        if ports == EVERY_PORT:
            return tree.Ports((tree.EveryPort(None, AT),), AT)
        found: list[tree.PortItem] = []
        for interval in ports.intervals:
            if (interval.first, interval.last) == (FIRST, LAST):
                found.append(tree.EveryPort(interval.protocol, AT))
            else:
                found.append(tree.PortRange(interval.first, interval.last, _protocol(interval.protocol), AT))
        found += [tree.PortName(port.name, _protocol(port.protocol), AT) for port in ports.names]
        return tree.Ports(tuple(found), AT)

    def stated(self, labels: Iterable[tuple[str, str]]) -> tree.Selector | None:
        """The labels that a namespace is known to carry."""
        found = tuple(tree.Requirement(key, "=", (value,), AT) for key, value in labels)
        return tree.Selector(found, AT) if found else None


def _protocol(protocol: Protocol) -> Protocol | None:
    return None if protocol == "TCP" else protocol


def _namespaces(namespaces: NamespaceSet, home: str | None) -> tree.Word | tree.Selector | tree.Star | None:
    """What stands before the slash; None where pods are of the section's own namespace."""
    if isinstance(namespaces, InNamespace):
        return None if namespaces.name in (home, None) else tree.Word(namespaces.name, AT)
    return tree.Star(AT) if namespaces.selector == EVERYTHING else _selector(namespaces.selector)


def _selector(selector: LabelSelector) -> tree.Selector:
    return tree.Selector(tuple(map(_requirement, selector.requirements)), AT)


def _requirement(requirement: LabelRequirement) -> tree.Requirement:
    key, values = requirement.key, requirement.values
    match requirement.operator:
        case "In":
            return tree.Requirement(key, "=" if len(values) == 1 else "in", values, AT)
        case "NotIn":
            return tree.Requirement(key, "!=" if len(values) == 1 else "notin", values, AT)
        case "Exists":
            return tree.Requirement(key, "exists", (), AT)
        case "DoesNotExist":
            return tree.Requirement(key, "absent", (), AT)


def _cidr(block: Block) -> tree.Cidr:
    excepts = tuple(tree.Block(each, AT) for each in block.excepts)
    return tree.Cidr(tree.Block(block.cidr, AT), excepts, AT)
