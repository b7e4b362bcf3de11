"""Declared names for what a reader would otherwise meet again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer import names
from netpolc.adopt.importer.facts import is_name
from netpolc.adopt.importer.library import LibraryNames
from netpolc.adopt.importer.model import BlockEnd, PodsEnd
from netpolc.engine import words
from netpolc.ir.model import InNamespace
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import End, Ends, FlowLine, NamespaceSection
    from netpolc.adopt.importer.topics import Topics
    from netpolc.manifests.model import Workload
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import PortSet

    Service = tuple[Ends, PortSet]
    Scope = str | None

FILE = "*"
"""The scope of what all sections of a file see; no namespace is called so."""

SHORT = 20
"""The characters up to which a selector is as easily read as its name."""

MANY = 2
"""How often something has to be there to be worth a name."""

OFTEN = 3
"""How often a short selector has to be there to be worth a name."""

MEMBERS = 3
"""How many pods a set has to hold to be worth a name, where it is there more than once."""


class Name(msgspec.Struct, frozen=True):
    """A declared name, and the section or file that declares it."""

    scope: str | None
    text: str


class FileNames(msgspec.Struct, frozen=True):
    """The names of one file. Those of the library need its import, and no declaration."""

    key: str
    pods: dict[PodsEnd, Name] = {}
    nets: dict[tuple[BlockEnd, ...], Name] = {}
    ports: dict[PortSet, Name] = {}
    services: dict[tuple[Ends, PortSet], Name] = {}
    groups: dict[frozenset[End], tuple[Name, Ends]] = {}
    library: LibraryNames = LibraryNames()

    def service(self, destinations: Ends, ports: PortSet) -> Name | None:
        """Return the name that brings its own ports to some destinations, or None."""
        found = self.library.services.get((frozenset(destinations), ports))
        return self.services.get((destinations, ports)) if found is None else Name(FILE, found)

    def net(self, blocks: tuple[BlockEnd, ...]) -> Name | None:
        """Return the common name of some blocks, or None."""
        found = self.library.ends.get(frozenset(blocks))
        return self.nets.get(blocks) if found is None else Name(FILE, found)


def blocks_of(ends: Ends) -> tuple[BlockEnd, ...]:
    """Return the addresses among some ends."""
    return tuple(end for end in ends if isinstance(end, BlockEnd))


def is_plain(pods: PodsEnd, key: str) -> bool:
    """Tell whether pods have a word of their own: all of them, or those of a bare name."""
    return pods.selector == EVERYTHING or names.bare_name(pods.selector, key) is not None


def is_short(pods: PodsEnd, key: str) -> bool:
    """Tell whether pods are as easily read without a name: by one label, or all of them."""
    selector = pods.selector
    if is_plain(pods, key):
        return True
    return len(selector.requirements) == 1 and len(words.selector(selector)) <= SHORT


class _Uses:
    """The number of uses of something, the sections and the policies that use it."""

    def __init__(self) -> None:
        self.count = 0
        self.sections: dict[str | None, None] = {}
        self.policies: dict[tuple[str | None, str], None] = {}

    def add(self, section: str | None, policy: str) -> None:
        self.count += 1
        self.sections[section] = None
        if policy:
            self.policies[section, policy] = None

    @property
    def scope(self) -> str | None:
        return next(iter(self.sections)) if len(self.sections) == 1 else FILE


def names_of(
    sections: Sequence[NamespaceSection],
    key: str,
    workloads: Sequence[Workload],
    library: LibraryNames,
    written_bare: Bare,
    topics: Topics,
) -> FileNames:
    """Return the names that a file declares; none of them is one that is `written_bare` in any file."""
    naming = _NameAssignment(sections, key, library, written_bare, topics)
    naming.count()
    naming.name(workloads)
    return naming.names


class Bare:
    """The names that stand for pods by their label alone, by the namespace that the pods are in."""

    def __init__(self, sections: Iterable[NamespaceSection], key: str) -> None:
        """Collect the names from all sections of an import."""
        self.taken: dict[str | None, set[str]] = {}
        self.together: dict[str | None, tuple[str, ...]] = {}
        for section in sections:
            self.together[section.namespace] = section.others
            for pods in _pods_of(section):
                name = names.bare_name(pods.selector, key)
                if name is not None:
                    self.taken.setdefault(where_of(pods), set()).add(name)

    def in_scope(self, scope: str | None) -> set[str]:
        """Return the bare names that a declaration in a scope would redefine.

        What is declared outside of sections, as in policies without a namespace, is seen by all sections of the file.
        """
        if scope in (FILE, None):
            return set().union(*self.taken.values())
        return set().union(*(self.taken.get(each, ()) for each in (scope, *self.together.get(scope, ()))))


def where_of(pods: PodsEnd) -> str | None:
    """Return the namespace of pods by its name, or what stands for several."""
    return pods.namespaces.name if isinstance(pods.namespaces, InNamespace) else FILE


def _pods_of(section: NamespaceSection) -> Iterator[PodsEnd]:
    for baseline in section.baselines:
        for selector in baseline.selectors:
            yield PodsEnd(InNamespace(section.namespace), selector)
    for line in section.lines:
        yield from (end for end in (*line.sources, *line.destinations) if isinstance(end, PodsEnd))


class _NameAssignment:
    """An assignment of names to what the sections of a file use often."""

    def __init__(
        self, sections: Sequence[NamespaceSection], key: str, library: LibraryNames, bare: Bare, topics: Topics
    ) -> None:
        self.sections = sections
        self.own_namespaces = {section.namespace for section in sections}
        self.names = FileNames(key, {}, {}, {}, {}, {}, library)
        self.bare = bare
        self.topics = topics
        self.taken: dict[str | None, set[str]] = {}
        self.pods: dict[PodsEnd, _Uses] = {}
        self.nets: dict[tuple[BlockEnd, ...], _Uses] = {}
        self.ports: dict[PortSet, _Uses] = {}
        self.listeners: dict[PortSet, dict[Ends, None]] = {}
        self.services: dict[Service, _Uses] = {}
        self.groups: dict[frozenset[End], tuple[Ends, _Uses]] = {}
        self.reached: dict[frozenset[End], dict[End, None]] = {}

    def count(self) -> None:
        """Count the uses of everything; a service's destinations and ports count only once."""
        for section, policy, line in self.lines():
            if self.is_service(section, line):
                self.services.setdefault((line.destinations, line.ports), _Uses()).add(section.namespace, policy)
        once: set[Service] = set()
        for section, policy, line in self.lines():
            self.ends(line.sources, section.namespace, policy)
            self.group(line, section.namespace, policy)
            service = line.destinations, line.ports
            uses = self.services.get(service) if self.is_service(section, line) else None
            if uses is not None and uses.count >= MANY:
                if service in once:
                    continue
                once.add(service)
            if self.names.service(*service) is None:
                self.ends(line.destinations, section.namespace, policy)
                if len(line.ports.intervals) + len(line.ports.names) > 1 and not line.ports.everything:
                    self.ports.setdefault(line.ports, _Uses()).add(section.namespace, policy)
                    self.listeners.setdefault(line.ports, {})[line.destinations] = None
        for section in self.sections:
            for baseline in section.baselines:
                here = InNamespace(section.namespace)
                self.ends(tuple(PodsEnd(here, selector) for selector in baseline.selectors), section.namespace, "")

    def lines(self) -> Iterator[tuple[NamespaceSection, str, FlowLine]]:
        for section in self.sections:
            for paragraph in section.paragraphs:
                for line in paragraph.lines:
                    yield section, paragraph.policy, line

    def is_service(self, section: NamespaceSection, line: FlowLine) -> bool:
        """Tell whether destinations belong to somebody else, and take more than a word."""
        if all(isinstance(end, BlockEnd) for end in line.destinations):
            # What is known by a word is a place, which many ports may lead to.
            return not line.ports.everything and not any(names.for_blocks(blocks_of(line.destinations), None))
        match line.destinations:
            case (PodsEnd(namespaces) as pods,) if namespaces != InNamespace(section.namespace):
                several = len(line.ports.intervals) + len(line.ports.names) > 1
                return not line.ports.everything and (several or not is_short(pods, self.names.key))
            case _:
                return False

    def ends(self, ends: Ends, section: str | None, policy: str) -> None:
        blocks = blocks_of(ends)
        if blocks:
            self.nets.setdefault(blocks, _Uses()).add(section, policy)
        for end in ends:
            if isinstance(end, PodsEnd) and not is_plain(end, self.names.key):
                self.pods.setdefault(end, _Uses()).add(section, policy)

    def group(self, line: FlowLine, section: str | None, policy: str) -> None:
        """Count sources that are a set of pods."""
        if len(line.sources) >= MEMBERS and all(isinstance(end, PodsEnd) for end in line.sources):
            members = frozenset(line.sources)
            self.groups.setdefault(members, (line.sources, _Uses()))[1].add(section, policy)
            self.reached.setdefault(members, {}).update(dict.fromkeys(line.destinations))

    def name(self, workloads: Sequence[Workload]) -> None:
        """Name what is used often, in sections first, because the file's names have to avoid theirs."""
        self.name_pods(workloads)
        self.name_groups()
        self.name_others(in_file=False)
        self.name_others(in_file=True)

    def name_pods(self, workloads: Sequence[Workload]) -> None:
        declared = self.names
        there: dict[str | None, list[Workload]] = {}
        for workload in workloads:
            there.setdefault(workload.namespace, []).append(workload)
        near: dict[str | None, set[LabelSelector]] = {}
        for section in self.sections:
            for pods in _pods_of(section):
                near.setdefault(where_of(pods), set()).add(pods.selector)
        around = {where: names.Near(selectors) for where, selectors in near.items()}
        for in_file in (False, True):
            for pods, uses in self.pods.items():
                where = where_of(pods)
                scope = where if where in self.own_namespaces else uses.scope
                if not self.is_worth_a_name(pods, uses) or (scope == FILE) is not in_file:
                    continue
                found = declared.library.ends.get(frozenset((pods,)))
                good = names.for_pods(pods, declared.key, there.get(where, ()), self.topics, around[where])
                candidates = tuple(filter(is_name, good))
                if found:
                    declared.pods[pods] = Name(FILE, found)
                elif candidates:
                    declared.pods[pods] = self.declare(candidates, scope)

    def is_worth_a_name(self, pods: PodsEnd, uses: _Uses) -> bool:
        """Tell whether pods are there often, or their policy is to be called by something better than a hash."""
        if is_short(pods, self.names.key):
            return uses.count >= OFTEN or any(self.topics.of_subject(pods))
        return uses.count >= MANY or (where_of(pods) in self.own_namespaces and self.topics.is_subject(pods))

    def name_groups(self) -> None:
        for members, (sources, uses) in self.groups.items():
            if uses.count < MANY or uses.scope == FILE:
                continue
            topic = self.topics.of_peers(uses.policies)
            reached = [word for end in self.reached[members] if (word := self.word_of(end)) is not None]
            name = self.declare_good(names.for_group(topic, reached), uses.scope)
            if name is not None:
                self.names.groups[members] = name, sources

    def word_of(self, end: End) -> str | None:
        """Return the name of pods, or None."""
        if not isinstance(end, PodsEnd):
            return None
        declared = self.names.pods.get(end)
        return names.bare_name(end.selector, self.names.key) if declared is None else declared.text

    def name_others(self, *, in_file: bool) -> None:
        declared = self.names
        for service, uses in self.services.items():
            if self.is_due(uses, in_file=in_file) and declared.service(*service) is None:
                name = self.declare_good(self.for_service(service, uses), uses.scope)
                if name is not None:
                    declared.services[service] = name
        for blocks, uses in self.nets.items():
            everywhere = len(blocks) == 1 and blocks[0].cidr.endswith("/0") and not blocks[0].excepts
            if self.is_due(uses, in_file=in_file) and not everywhere and declared.net(blocks) is None:
                name = self.declare_good(names.for_blocks(blocks, self.topics.of_peers(uses.policies)), uses.scope)
                if name is not None:
                    declared.nets[blocks] = name
        for ports, uses in self.ports.items():
            if self.is_due(uses, in_file=in_file):
                name = self.declare_good(names.for_ports(ports, self.listeners[ports], declared.key), uses.scope)
                if name is not None:
                    declared.ports[ports] = name

    def is_due(self, uses: _Uses, *, in_file: bool) -> bool:
        return uses.count >= MANY and (uses.scope == FILE) is in_file

    def for_service(self, service: Service, uses: _Uses) -> Iterator[str]:
        destinations, _ = service
        first = destinations[0]
        if isinstance(first, PodsEnd):
            name = names.bare_name(first.selector, self.names.key)
            if name is not None and isinstance(first.namespaces, InNamespace):
                yield f"{first.namespaces.name}-{name}"
            yield from names.for_pods(first, self.names.key, (), self.topics, names.Near())
        else:
            yield from filter(None, (self.topics.of_peers(uses.policies),))

    def declare(self, candidates: Iterable[str], scope: str | None) -> Name:
        """Take a free name, or the first of all with a number."""
        return self.taking(names.free(candidates, self.taken_in(scope)), scope)

    def declare_good(self, candidates: Iterable[str], scope: str | None) -> Name | None:
        """Take a free name, or none: a number would say less than what it stands for."""
        text = names.first_free(candidates, self.taken_in(scope))
        return None if text is None else self.taking(text, scope)

    def taking(self, text: str, scope: str | None) -> Name:
        self.taken.setdefault(scope, set()).add(text)
        return Name(scope, text)

    def taken_in(self, scope: str | None) -> set[str]:
        """Return what is no free name: the file's names are free where no section has them, and the reverse."""
        taken = self.bare.in_scope(scope) | self.taken.get(scope, set())
        for other, held in self.taken.items():
            if {scope, other} & {FILE, None}:
                taken |= held
        return taken
