"""Sections as netpol source, each line with its evidence, in the one layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import DEFAULT_KEY
from netpolc.adopt.importer.library import ALIAS
from netpolc.adopt.importer.model import ANYTHING, PodsEnd
from netpolc.adopt.importer.naming import FileNames
from netpolc.adopt.importer.terms import Terms
from netpolc.adopt.importer.writing import printed
from netpolc.adopt.suggest.model import LibraryPods, joined, prose
from netpolc.language.syntax import tree
from netpolc.language.syntax.layout import WIDTH
from netpolc.source import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.naming import Name
    from netpolc.adopt.suggest.model import Caller, OpenQuestion, Topic
    from netpolc.adopt.suggest.sections import ProposedLine, ProposedSection

HEAD = "# Proposed by `netpolc suggest`, each line with what shows it, for you to judge."
TITLES: dict[Topic, str] = {
    "entrance": "# From outside.",
    "metrics": "# Metrics.",
    "webhook": "# From the API server.",
    "call": "# Between workloads.",
}
UNDECIDED = "# For you to decide."
DNS = "dns"


def write(sections: Sequence[ProposedSection], key: str, names: dict[PodsEnd, Name], *, alone: bool) -> str:
    """Return the text of a file with some sections, which declares the names that are theirs.

    A program is `alone` where what names no namespace has no others beside it, whose policies would have to name it.
    """
    own = {section.namespace for section in sections}
    own_names = {pods: name for pods, name in names.items() if name.scope in own}
    return "\n".join([*_ProposalWriter(FileNames(key, own_names), alone=alone).file(sections), ""])


class _ProposalWriter:
    """A writer of the lines of one file."""

    def __init__(self, names: FileNames, *, alone: bool) -> None:
        self.names = names
        self.alone = alone
        self.terms = Terms(names)

    def file(self, sections: Sequence[ProposedSection]) -> Iterator[str]:
        yield from (HEAD, "")
        yield from printed(tree.Import(tree.Text(ALIAS, NOWHERE), None, NOWHERE))
        if self.names.key != DEFAULT_KEY:
            yield from printed(tree.NamesBy(self.names.key, NOWHERE))
        for section in sections:
            yield ""
            yield from self.section(section)

    def section(self, section: ProposedSection) -> Iterator[str]:
        namespace = section.namespace
        if namespace is not None:
            yield from (
                *printed(
                    tree.Namespace(tree.NamespaceNames((tree.Word(namespace, NOWHERE),), NOWHERE), None, None, NOWHERE)
                ),
                "",
            )
        yield from printed(tree.Baseline(False, "all", None, NOWHERE))  # noqa: FBT003 -- a field
        yield from printed(_flow(tree.Star(NOWHERE), tree.Target(tree.Ref(ALIAS, DNS, NOWHERE), None, NOWHERE)))
        for part in self.parts(section, namespace):
            if part:
                yield from ("", *part)

    def parts(self, section: ProposedSection, namespace: str | None) -> Iterator[list[str]]:
        """Yield the paragraphs of a section, of which some may be empty."""
        yield [
            text
            for pods, name in sorted(self.names.pods.items(), key=lambda named: named[1].text)
            if name.scope == namespace
            for text in printed(
                tree.PodsDeclaration(tree.Word(name.text, NOWHERE), self.terms.pods(pods, namespace), NOWHERE)
            )
        ]
        for topic, title in TITLES.items():
            lines = sorted(self.line(line, namespace) for line in section.lines if line.topic == topic)
            yield [title, *(each for _, written in lines for each in written)] if lines else []
        undecided = [*self.questions(section.questions, namespace), *_unused(section)]
        yield [UNDECIDED, *undecided] if undecided else []

    def line(self, line: ProposedLine, namespace: str | None) -> tuple[str, list[str]]:
        """Return a flow, and its lines with the evidence beside it if that fits, else above."""
        target = tree.Target(self.terms.named_pods(line.destination, namespace), self.terms.ports(line.ports), NOWHERE)
        # For everybody, the other half would open the egress of all pods that the program closes.
        unnamed = namespace is None and not self.alone and isinstance(line.caller, LibraryPods)
        half: tree.Half | None = "ingress" if line.caller == ANYTHING or unnamed else None
        flow = printed(_flow(self.caller(line.caller, namespace), target, half))
        evidence = f"# {joined(list(line.evidence))}"
        if len(flow) == 1 and len(flow[0]) + len(evidence) + 2 <= WIDTH:
            return flow[0], [f"{flow[0]}  {evidence}"]
        return flow[0], [evidence, *flow]

    def caller(self, caller: Caller, namespace: str | None) -> tree.Endpoint:
        match caller:
            case PodsEnd():
                return self.terms.named_pods(caller, namespace)
            case LibraryPods(name):
                return tree.Ref(ALIAS, name, NOWHERE)
            case _:
                return self.terms.ends((caller,), namespace)

    def questions(self, questions: Iterable[OpenQuestion], namespace: str | None) -> Iterator[str]:
        for question in sorted(questions, key=lambda one: one.text):
            yield f"# {prose(question.text)}"
            if question.caller is not None and question.target is not None:
                flow = printed(_flow(self.terms.named_pods(question.caller, namespace), question.target))
                yield from (f"# {line}" for line in flow)


def _unused(section: ProposedSection) -> Iterator[str]:
    for service in sorted(section.unused, key=lambda one: one.name):
        position = f"{service.location.source.label}:{service.location.line}"
        yield f"# {prose(f'nobody is seen to use the service `{service.name}`: {position}')}"


def _flow(source: tree.Endpoint, target: tree.Target, half: tree.Half | None = None) -> tree.Flow:
    return tree.Flow(source, False, target, half, NOWHERE)  # noqa: FBT003 -- a field
