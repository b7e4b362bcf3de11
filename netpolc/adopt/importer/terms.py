"""Ends and ports in the language's words, as short as the names allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import AnyEnd, BlockEnd, PodsEnd
from netpolc.adopt.importer.names import bare_name
from netpolc.adopt.importer.naming import FILE, Name, blocks_of
from netpolc.ir.model import InNamespace
from netpolc.language.resolve.declarations import BUILT_IN
from netpolc.language.syntax import tree
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST
from netpolc.source import NOWHERE

if TYPE_CHECKING:
    from netpolc.adopt.importer.model import Ends, StatedLabels
    from netpolc.adopt.importer.naming import FileNames
    from netpolc.ir.model import NamespaceSet
    from netpolc.sets.labels import LabelRequirement, LabelSelector
    from netpolc.sets.ports import PortSet, Protocol


class Terms:
    """The terms in the lines of one file; `section` is the namespace of the section that a line is in."""

    def __init__(self, names: FileNames) -> None:
        """Use the names of a file."""
        self.names = names
        self.uses_library = False
        self.uses_bare_names = False

    def ends(self, ends: Ends, section: str | None) -> tree.Endpoint:
        """Return one end, or a set of them; what has a common name is written by it."""
        group = self.names.groups.get(frozenset(ends))
        return self.members(ends, section) if group is None else self.reference(group[0], section)

    def members(self, ends: Ends, section: str | None) -> tree.Endpoint:
        """Return one end, or a set of them; addresses that have a common name are written by it."""
        blocks = blocks_of(ends)
        net = self.names.net(blocks) if blocks else None
        written: list[tree.Endpoint] = []
        for end in ends:
            match end:
                case BlockEnd() if net is not None:
                    if end is blocks[0]:
                        written.append(self.reference(net, section))
                case BlockEnd():
                    written.append(_cidr(end))
                case PodsEnd():
                    written.append(self.named_pods(end, section))
                case AnyEnd():
                    written.append(tree.Ref(None, BUILT_IN, NOWHERE))
        if len(written) == 1:
            return written[0]
        return tree.SetOf(tuple(tree.Target(each, None, NOWHERE) for each in written), NOWHERE)

    def blocks(self, blocks: tuple[BlockEnd, ...]) -> tree.Endpoint:
        """Return the addresses that a name stands for."""
        if len(blocks) == 1:
            return _cidr(blocks[0])
        return tree.SetOf(tuple(tree.Target(_cidr(block), None, NOWHERE) for block in blocks), NOWHERE)

    def target(self, destinations: Ends, ports: PortSet, section: str | None) -> tree.Target:
        """Return destinations with their ports, or the name of a service, which has both."""
        service = self.names.service(destinations, ports)
        # Of another section, it is no word for pods of this one: `shop/store` is looked for in shop.
        if service is not None and service.scope in (FILE, None, section):
            return tree.Target(self.reference(service, section), None, NOWHERE)
        return tree.Target(self.ends(destinations, section), self.ports(ports), NOWHERE)

    def named_pods(self, pods: PodsEnd, section: str | None) -> tree.Endpoint:
        """Return pods by their name, or else by their labels."""
        name = self.names.pods.get(pods)
        return self.pods(pods, section) if name is None else self.reference(name, section)

    def reference(self, name: Name, section: str | None) -> tree.Endpoint:
        """Return a declared name as a section sees it."""
        alias, dot, text = name.text.rpartition(".")
        if dot:
            self.uses_library = True
            return tree.Ref(alias, text, NOWHERE)
        ref = tree.Ref(None, text, NOWHERE)
        if name.scope in (FILE, section) or name.scope is None:
            return ref
        return tree.Scoped(tree.Word(name.scope, NOWHERE), ref, NOWHERE)

    def pods(self, pods: PodsEnd, section: str | None) -> tree.Endpoint:
        """Return pods by their labels."""
        inner: tree.Ref | tree.Selector | tree.Star
        name = bare_name(pods.selector, self.names.key)
        if name is not None:
            self.uses_bare_names = True
            inner = tree.Ref(None, name, NOWHERE)
        elif pods.selector == EVERYTHING:
            inner = tree.Star(NOWHERE)
        else:
            inner = selector_of(pods.selector)
        where = _namespaces(pods.namespaces, section)
        return inner if where is None else tree.Scoped(where, inner, NOWHERE)

    def ports(self, ports: PortSet) -> tree.Ports:
        """Return ports by their name, or else one by one."""
        name = self.names.ports.get(ports)
        return self.items(ports) if name is None else tree.Ports((tree.PortRef(None, name.text, NOWHERE),), NOWHERE)

    def items(self, ports: PortSet) -> tree.Ports:
        """Return ports one by one."""
        if ports == EVERY_PORT:
            return tree.Ports((tree.EveryPort(None, NOWHERE),), NOWHERE)
        found: list[tree.PortItem] = []
        for interval in ports.intervals:
            if (interval.first, interval.last) == (FIRST, LAST):
                found.append(tree.EveryPort(interval.protocol, NOWHERE))
            else:
                found.append(tree.PortRange(interval.first, interval.last, _protocol(interval.protocol), NOWHERE))
        found += [tree.PortName(port.name, _protocol(port.protocol), NOWHERE) for port in ports.names]
        return tree.Ports(tuple(found), NOWHERE)

    def stated(self, labels: StatedLabels) -> tree.Selector | None:
        """Return what a namespace carries and lacks as a selector, or None where nothing is stated."""
        found = tuple(
            tree.Requirement(key, "absent", (), NOWHERE)
            if value is None
            else tree.Requirement(key, "=", (value,), NOWHERE)
            for key, value in labels
        )
        return tree.Selector(found, NOWHERE) if found else None


def _protocol(protocol: Protocol) -> Protocol | None:
    return None if protocol == "TCP" else protocol


def _namespaces(namespaces: NamespaceSet, section: str | None) -> tree.Word | tree.Selector | tree.Star | None:
    """Return the part before the slash, or None for pods of the section's own namespace."""
    if isinstance(namespaces, InNamespace):
        return None if namespaces.name in (section, None) else tree.Word(namespaces.name, NOWHERE)
    return tree.Star(NOWHERE) if namespaces.selector == EVERYTHING else selector_of(namespaces.selector)


def selector_of(selector: LabelSelector) -> tree.Selector:
    """Write requirements, each as a person would."""
    return tree.Selector(tuple(map(_requirement, selector.requirements)), NOWHERE)


def _requirement(requirement: LabelRequirement) -> tree.Requirement:
    key, values = requirement.key, requirement.values
    match requirement.operator:
        case "In":
            return tree.Requirement(key, "=" if len(values) == 1 else "in", values, NOWHERE)
        case "NotIn":
            return tree.Requirement(key, "!=" if len(values) == 1 else "notin", values, NOWHERE)
        case "Exists":
            return tree.Requirement(key, "exists", (), NOWHERE)
        case "DoesNotExist":
            return tree.Requirement(key, "absent", (), NOWHERE)


def _cidr(block: BlockEnd) -> tree.Cidr:
    excepts = tuple(tree.Block(each, NOWHERE) for each in block.excepts)
    return tree.Cidr(tree.Block(block.cidr, NOWHERE), excepts, NOWHERE)
