"""Sections as netpol source, each line with its evidence, in the one layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import DEFAULT_KEY
from netpolc.adopt.importer.library import ALIAS
from netpolc.adopt.importer.model import ANYTHING, Pods
from netpolc.adopt.importer.naming import Names
from netpolc.adopt.importer.terms import Terms
from netpolc.adopt.importer.writing import printed
from netpolc.adopt.suggest.model import Library, joined, prose
from netpolc.language.syntax import tree
from netpolc.language.syntax.layout import WIDTH
from netpolc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.naming import Name
    from netpolc.adopt.suggest.model import Caller, Question, Topic
    from netpolc.adopt.suggest.sections import Line, Section

AT = Span(0, 0)
HEAD = "# Proposed by `netpolc suggest`, each line with what shows it, for you to judge."
TITLES: dict[Topic, str] = {
    "entrance": "# From outside.",
    "metrics": "# Metrics.",
    "webhook": "# From the API server.",
    "call": "# Between workloads.",
}
UNDECIDED = "# For you to decide."
DNS = "dns"


def write(sections: Sequence[Section], key: str, names: dict[Pods, Name], *, alone: bool) -> str:
    """The text of a file with some sections, which declares the names that are theirs.

    A program is `alone` where what names no namespace has no others beside it, whose policies would have to name it.
    """
    own = {section.namespace for section in sections}
    known = {pods: name for pods, name in names.items() if name.scope in own}
    return "\n".join([*_Writer(Names(key, known), alone=alone).file(sections), ""])


class _Writer:
    def __init__(self, names: Names, *, alone: bool) -> None:
        self.names = names
        self.alone = alone
        self.terms = Terms(names)

    def file(self, sections: Sequence[Section]) -> Iterator[str]:
        yield from (HEAD, "")
        yield from printed(tree.Import(tree.Text(ALIAS, AT), None, AT))
        if self.names.key != DEFAULT_KEY:
            yield from printed(tree.NamesBy(self.names.key, AT))
        for section in sections:
            yield ""
            yield from self.section(section)

    def section(self, section: Section) -> Iterator[str]:
        home = section.namespace
        if home is not None:
            yield from (*printed(tree.Namespace(tree.Word(home, AT), None, None, AT)), "")
        yield from printed(tree.Baseline(False, "all", None, AT))  # noqa: FBT003 -- a field
        yield from printed(_flow(tree.Star(AT), tree.Target(tree.Ref(ALIAS, DNS, AT), None, AT)))
        for part in self.parts(section, home):
            if part:
                yield from ("", *part)

    def parts(self, section: Section, home: str | None) -> Iterator[list[str]]:
        """The paragraphs of a section, of which some may be empty."""
        yield [
            text
            for pods, name in sorted(self.names.pods.items(), key=lambda known: known[1].text)
            if name.scope == home
            for text in printed(tree.PodsDeclaration(tree.Word(name.text, AT), self.terms.pods(pods, home), AT))
        ]
        for topic, title in TITLES.items():
            lines = sorted(text for line in section.lines if line.topic == topic for text in [self.line(line, home)])
            yield [title, *(each for _, written in lines for each in written)] if lines else []
        undecided = [*self.questions(section.questions, home), *_unused(section)]
        yield [UNDECIDED, *undecided] if undecided else []

    def line(self, line: Line, home: str | None) -> tuple[str, list[str]]:
        """A flow, and its lines with the evidence beside it if that fits, else above."""
        target = tree.Target(self.terms.named_pods(line.destination, home), self.terms.ports(line.ports), AT)
        # For everybody, the other half would open the egress of all pods that the program closes.
        unnamed = home is None and not self.alone and isinstance(line.caller, Library)
        half: tree.Half | None = "ingress" if line.caller == ANYTHING or unnamed else None
        flow = printed(_flow(self.caller(line.caller, home), target, half))
        evidence = f"# {joined(list(line.evidence))}"
        if len(flow) == 1 and len(flow[0]) + len(evidence) + 2 <= WIDTH:
            return flow[0], [f"{flow[0]}  {evidence}"]
        return flow[0], [evidence, *flow]

    def caller(self, caller: Caller, home: str | None) -> tree.Endpoint:
        match caller:
            case Pods():
                return self.terms.named_pods(caller, home)
            case Library(name):
                return tree.Ref(ALIAS, name, AT)
            case _:
                return self.terms.ends((caller,), home)

    def questions(self, questions: Iterable[Question], home: str | None) -> Iterator[str]:
        for question in sorted(questions, key=lambda one: one.text):
            yield f"# {prose(question.text)}"
            if question.caller is not None and question.target is not None:
                flow = printed(_flow(self.terms.named_pods(question.caller, home), question.target))
                yield from (f"# {line}" for line in flow)


def _unused(section: Section) -> Iterator[str]:
    for service in sorted(section.unused, key=lambda one: one.name):
        place = f"{service.location.source.label}:{service.location.line}"
        yield f"# {prose(f'nobody is seen to use the service `{service.name}`: {place}')}"


def _flow(source: tree.Endpoint, target: tree.Target, half: tree.Half | None = None) -> tree.Flow:
    return tree.Flow(source, False, target, half, AT)  # noqa: FBT003 -- a field
