"""Sections as netpol source, each line with its evidence, in the one layout."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.facts import DEFAULT_KEY
from netpolc.adopt.importer.library import ALIAS
from netpolc.adopt.importer.model import ANYTHING, BlockEnd, PodsEnd
from netpolc.adopt.importer.naming import FileNames
from netpolc.adopt.importer.terms import Terms
from netpolc.adopt.importer.writing import printed
from netpolc.adopt.suggest.model import (
    SHOWN,
    SHOWN_OF_SET,
    LibraryEnd,
    Undeclared,
    joined,
    notes_in,
    prose,
)
from netpolc.language.syntax import tree
from netpolc.language.syntax.layout import WIDTH
from netpolc.source import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.naming import Name
    from netpolc.adopt.suggest.model import (
        AskedEnd,
        ProposedLine,
        ProposedQuestion,
        ProposedSection,
        Shown,
        Topic,
    )

HEAD = "# Proposed by `netpolc suggest`, each line with what shows it, for you to judge."
TITLES: dict[Topic, str] = {
    "entrance": "# From outside.",
    "metrics": "# Metrics.",
    "webhook": "# From the API server.",
    "call": "# Between workloads.",
    "exit": "# To outside.",
}
UNDECIDED = "# For you to decide."


class Setup(msgspec.Struct, frozen=True):
    """The settings that all files of a proposal share.

    A program is `alone` where what names no namespace has no others beside it, whose policies would have to name it.
    `base` is the folder that all places are below, and `dns` what the library calls the DNS that pods ask. `window` is
    the time of the records that show something, in words, if there are any.
    """

    key: str
    names: dict[PodsEnd, Name]
    alone: bool
    base: str
    dns: str
    window: str = ""


class _Entry(msgspec.Struct, frozen=True):
    """A flow with its evidence, or a remark with its evidence and the flow that may follow."""

    flow: tuple[str, ...]
    evidence: tuple[Shown, ...]
    remark: str | None = None
    most: int = SHOWN


class _Part(msgspec.Struct, frozen=True):
    """A paragraph of a section: declarations, or entries below a title."""

    title: str
    declared: tuple[str, ...] = ()
    entries: tuple[_Entry, ...] = ()

    @property
    def said(self) -> object:
        """What it says, whatever shows it."""
        return self.title, self.declared, [(each.flow, each.remark) for each in self.entries]


def write(sections: Sequence[ProposedSection], setup: Setup) -> str:
    """Return the text of a file with some sections, which declares the names that are theirs."""
    return "\n".join([*_ProposalWriter(sections, setup).file(), ""])


class _ProposalWriter:
    """A writer of the lines of one file."""

    def __init__(self, sections: Sequence[ProposedSection], setup: Setup) -> None:
        own = {section.namespace for section in sections}
        names = {pods: name for pods, name in setup.names.items() if name.scope in own}
        self.sections = sections
        self.setup = setup
        self.names = FileNames(setup.key, names)
        self.terms = Terms(self.names)

    def file(self) -> Iterator[str]:
        yield HEAD
        if self.setup.window:
            yield f"# {self.setup.window}"
        if self.setup.base:
            yield f"# {prose(f'Places are below `{self.setup.base}`.')}"
        yield ""
        body = [line for namespaces, parts in self.distinct() for line in ("", *self.section(namespaces, parts))]
        yield from printed(tree.Import(tree.Text(ALIAS, NOWHERE), None, NOWHERE))
        if self.terms.uses_bare_names and self.names.key != DEFAULT_KEY:
            yield from printed(tree.NamesBy(self.names.key, NOWHERE))
        yield from body

    def distinct(self) -> Iterator[tuple[list[str], list[_Part]]]:
        """Yield sections with the namespaces that they are for: where the same is said of several, they share one."""
        groups: dict[str, list[tuple[str | None, list[_Part]]]] = {}
        for section in self.sections:
            parts = [part for part in self.parts(section) if part.declared or part.entries]
            own = () if section.namespace is None else (None,)
            key = repr(([part.said for part in parts], own))
            groups.setdefault(key, []).append((section.namespace, parts))
        for held in groups.values():
            namespaces = [namespace for namespace, _ in held if namespace is not None]
            yield namespaces, [_joined(parts) for parts in zip(*(parts for _, parts in held), strict=True)]

    def section(self, namespaces: Sequence[str], parts: Iterable[_Part]) -> Iterator[str]:
        if namespaces:
            words = tuple(tree.Word(namespace, NOWHERE) for namespace in namespaces)
            yield from printed(tree.Namespace(tree.NamespaceNames(words, NOWHERE), None, None, NOWHERE))
            yield ""
        yield from printed(tree.Baseline(False, "all", None, NOWHERE))  # noqa: FBT003 -- a field
        dns = tree.Target(tree.Ref(ALIAS, self.setup.dns, NOWHERE), None, NOWHERE)
        yield from printed(_flow(tree.Star(NOWHERE), dns))
        for part in parts:
            yield from ("", *([part.title] if part.title else ()), *part.declared)
            for entry, after in zip_longest(part.entries, part.entries[1:]):
                # Remarks one below the other may follow to one and the same flow, as those on the pods of a set do.
                is_said_next = entry.remark is not None and after is not None and after.flow == entry.flow
                yield from self.entry(msgspec.structs.replace(entry, flow=()) if is_said_next else entry)

    def entry(self, entry: _Entry) -> Iterator[str]:
        """Yield a flow with its evidence beside it if that fits, else above; or a remark, and its flow as another."""
        evidence = joined(entry.evidence, self.setup.base, entry.most)
        if entry.remark is not None:
            yield f"# {prose(f'{entry.remark}: {evidence}')}"
            yield from (f"# {line}" for line in entry.flow)
            return
        notes = notes_in(entry.evidence)
        if not notes and len(entry.flow) == 1 and len(entry.flow[0]) + len(prose(evidence)) + 4 <= WIDTH:
            yield f"{entry.flow[0]}  # {prose(evidence)}"
        else:
            yield from (*(f"# {prose(each)}" for each in (evidence, *notes)), *entry.flow)

    def parts(self, section: ProposedSection) -> Iterator[_Part]:
        """Yield the paragraphs of a section, of which some may be empty."""
        namespace = section.namespace
        named = sorted(self.names.pods.items(), key=lambda each: each[1].text)
        declared = [
            text
            for pods, name in named
            if name.scope == namespace
            for text in printed(
                tree.PodsDeclaration(tree.Word(name.text, NOWHERE), self.terms.pods(pods, namespace), NOWHERE)
            )
        ]
        yield _Part("", tuple(declared))
        for topic, title in TITLES.items():
            entries = [self.line(line, namespace) for line in section.lines if line.topic == topic]
            yield _Part(title, (), tuple(sorted(entries, key=lambda each: each.flow)))
        questions = [self.question(question, namespace) for question in section.questions]
        yield _Part(
            UNDECIDED, (), tuple(sorted(questions, key=lambda each: (str(each.remark).replace("`", " "), each.flow)))
        )

    def line(self, line: ProposedLine, namespace: str | None) -> _Entry:
        target = tree.Target(self.ends(line.destinations, namespace), self.terms.ports(line.ports), NOWHERE)
        # For everybody, the other half would open the egress of all pods that the program closes.
        unnamed = namespace is None and not self.setup.alone and any(isinstance(e, LibraryEnd) for e in line.callers)
        half: tree.Half | None = "ingress" if ANYTHING in line.callers or unnamed else None
        several = len(line.callers) > 1 or len(line.destinations) > 1
        flow = printed(_flow(self.ends(line.callers, namespace), target, half))
        return _Entry(tuple(flow), line.evidence, most=SHOWN_OF_SET if several else SHOWN)

    def question(self, question: ProposedQuestion, namespace: str | None) -> _Entry:
        flow: list[str] = []
        if question.callers and question.destination is not None and question.ports is not None:
            destination = self.ends((question.destination,), namespace)
            target = tree.Target(destination, self.terms.ports(question.ports), NOWHERE)
            flow = printed(_flow(self.ends(question.callers, namespace), target))
        return _Entry(tuple(flow), question.evidence, question.text)

    def ends(self, ends: Iterable[AskedEnd], namespace: str | None) -> tree.Endpoint:
        """Return one end, or a set of them in the order of what they are called."""
        written = [self.end(end, namespace) for end in ends]
        if len(written) == 1:
            return written[0]
        targets = [tree.Target(end, None, NOWHERE) for end in written]
        return tree.SetOf(tuple(sorted(targets, key=lambda each: "".join(_printed_end(each)))), NOWHERE)

    def end(self, end: AskedEnd, namespace: str | None) -> tree.Endpoint:
        match end:
            case PodsEnd():
                return self.terms.named_pods(end, namespace)
            case LibraryEnd(name):
                return tree.Ref(ALIAS, name, NOWHERE)
            case Undeclared(name):
                return tree.Ref(None, name, NOWHERE)
            case BlockEnd():
                return self.terms.ends((end,), namespace)
            case _:
                return self.terms.ends((ANYTHING,), namespace)


def _joined(parts: Sequence[_Part]) -> _Part:
    """Return parts that say the same as one, with the evidence of each."""
    entries = [
        msgspec.structs.replace(
            held[0],
            evidence=tuple(evidence for each in held for evidence in each.evidence),
            most=held[0].most if len(held) == 1 else SHOWN_OF_SET,
        )
        for held in zip(*(part.entries for part in parts), strict=True)
    ]
    return msgspec.structs.replace(parts[0], entries=tuple(entries))


def _printed_end(target: tree.Target) -> list[str]:
    """Return an end as it is printed, to sort by."""
    return printed(_flow(tree.Star(NOWHERE), target))


def _flow(source: tree.Endpoint, target: tree.Target, half: tree.Half | None = None) -> tree.Flow:
    return tree.Flow(source, False, target, half, NOWHERE)  # noqa: FBT003 -- a field
