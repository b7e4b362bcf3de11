"""Sections as netpol source, in the one layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.library import ALIAS
from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.importer.naming import FILE
from netpolc.adopt.importer.terms import Terms
from netpolc.ir.model import InNamespace
from netpolc.language.resolve.outline import DEFAULT_KEY
from netpolc.language.syntax import tree
from netpolc.language.syntax.printer import print_tree
from netpolc.source import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import FlowLine, NamedPolicy, NamespaceSection, Notes, SectionBaseline
    from netpolc.adopt.importer.naming import FileNames


def write(sections: Sequence[NamespaceSection], names: FileNames) -> str:
    """Return the text of a file with some sections."""
    return "\n".join([*_FileWriter(sections, names).lines(), ""])


class _FileWriter:
    """A writer of the lines of one file."""

    def __init__(self, sections: Sequence[NamespaceSection], names: FileNames) -> None:
        self.sections = sections
        self.names = names
        self.terms = Terms(names)

    def lines(self) -> Iterator[str]:
        body = [line for section in self.sections for line in self.section(section)]
        declared = list(self.declarations(FILE))
        head: list[str] = []
        if self.terms.uses_library:
            head += printed(tree.Import(tree.Text(ALIAS, NOWHERE), None, NOWHERE))
        if self.terms.uses_bare_names and self.names.key != DEFAULT_KEY:
            head += printed(tree.NamesBy(self.names.key, NOWHERE))
        parts = [part for part in (head, declared, body) if part]
        for number, part in enumerate(parts):
            while part and not part[0]:
                del part[0]
            yield from ("", *part) if number else part

    def section(self, section: NamespaceSection) -> Iterator[str]:
        if section.namespace is not None:
            names = tuple(tree.Word(name, NOWHERE) for name in (section.namespace, *section.others))
            opened = tree.NamespaceNames(names, NOWHERE)
            yield ""
            yield from printed(tree.Namespace(opened, self.terms.stated(section.labels), None, NOWHERE))
        yield ""
        for before, baseline in zip((None, *section.baselines), section.baselines, strict=False):
            if before is not None and (before.comments or baseline.comments):
                yield ""
            yield from self.baseline(baseline, section.namespace)
        declarations = list(self.declarations(section.namespace))
        if declarations:
            yield ""
            yield from declarations
        for number, named in enumerate(section.policy_names):
            if not number:
                yield ""
            yield from self.policy_name(named, section.namespace)
        for paragraph in section.paragraphs:
            yield ""
            yield from _comments(paragraph.comments)
            for number, line in enumerate(paragraph.lines):
                if line.comments and (number or len(paragraph.comments) > 1):
                    yield ""
                yield from _comments(line.comments)
                yield from self.flow(line, section.namespace)

    def baseline(self, baseline: SectionBaseline, namespace: str | None) -> Iterator[str]:
        yield from _comments(baseline.comments)
        on = None
        if baseline.selectors:
            here = InNamespace(namespace)
            on = self.terms.ends(tuple(PodsEnd(here, selector) for selector in baseline.selectors), namespace)
        yield from printed(tree.Baseline(False, baseline.direction, on, NOWHERE), baseline.notes)  # noqa: FBT003 -- a field

    def policy_name(self, named: NamedPolicy, namespace: str | None) -> Iterator[str]:
        pods = self.terms.ends((PodsEnd(InNamespace(namespace), named.selector),), namespace)
        labels = self.terms.stated(named.labels)
        annotations = tuple(("annotation", f"{key}={value}") for key, value in named.annotations)
        yield from printed(tree.PolicyName(tree.Word(named.name, NOWHERE), labels, pods, NOWHERE), annotations)

    def flow(self, line: FlowLine, namespace: str | None) -> Iterator[str]:
        source = self.terms.ends(line.sources, namespace)
        target = self.terms.target(line.destinations, line.ports, namespace)
        statement = tree.Flow(source, False, target, line.half, NOWHERE)  # noqa: FBT003 -- a field
        yield from printed(statement, line.notes)

    def declarations(self, scope: str | None) -> Iterator[str]:
        """Yield the lines of the declarations of a section, or of the file."""
        yield from self.declared_pods(scope)
        names, terms = self.names, self.terms
        for blocks, name in names.nets.items():
            if name.scope == scope:
                yield from printed(tree.NetDeclaration(tree.Word(name.text, NOWHERE), terms.blocks(blocks), NOWHERE))
        for ports, name in names.ports.items():
            if name.scope == scope:
                yield from printed(tree.PortDeclaration(tree.Word(name.text, NOWHERE), terms.items(ports), NOWHERE))
        for (destinations, ports), name in names.services.items():
            if name.scope == scope:
                target = tree.Target(terms.ends(destinations, scope), terms.ports(ports), NOWHERE)
                yield from printed(tree.ServiceDeclaration(tree.Word(name.text, NOWHERE), target, NOWHERE))

    def declared_pods(self, scope: str | None) -> Iterator[str]:
        names, terms = self.names, self.terms
        for pods, name in names.pods.items():
            if name.scope == scope and not _is_of_library(name.text):
                yield from printed(
                    tree.PodsDeclaration(tree.Word(name.text, NOWHERE), terms.pods(pods, scope), NOWHERE)
                )
        for name, members in names.groups.values():
            if name.scope == scope:
                value = terms.members(members, scope)
                yield from printed(tree.GroupDeclaration(tree.Word(name.text, NOWHERE), value, NOWHERE))


def printed(statement: tree.Statement, notes: Notes = ()) -> list[str]:
    """Return the lines of a statement."""
    annotations = tuple(tree.Annotation(kind, value, kind == "expires", NOWHERE) for kind, value in notes)
    return print_tree(tree.Tree((tree.Item(annotations, statement, NOWHERE),))).splitlines()


def _comments(texts: Iterable[str]) -> Iterator[str]:
    return (f"# {text}" for text in texts)


def _is_of_library(name: str) -> bool:
    return "." in name
