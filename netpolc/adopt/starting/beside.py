"""What is suggested for a namespace that has policies: beside these, in their words, and never against them.

The policies are what runs today. What they allow, and the suggested baseline would close, is proposed as lines; what
they deny stays denied, and is shown as comments; what the imported lines say already is left out. A direction that no
policy closes stays open: whoever wrote them left it so.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from netpolc.adopt.importer.library import ALIAS
from netpolc.adopt.importer.proof import compilation_of
from netpolc.adopt.starting.words import Words
from netpolc.adopt.starting.written import WrittenFile, edited
from netpolc.checks.programs import covered_flow
from netpolc.checks.programs.checked_program import CheckedProgram
from netpolc.checks.programs.statements import by_statement
from netpolc.compiler.memory import Memory
from netpolc.engine.boxes import TooComplexError
from netpolc.engine.from_program import allow_rules_of, rules_of_program
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.engine.regions import PodSet
from netpolc.language.formatting import format_source
from netpolc.language.syntax import tree
from netpolc.policy.constants import DIRECTIONS
from netpolc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.compiler.model import Compilation
    from netpolc.engine.boxes import Box
    from netpolc.ir.model import Direction, Flow, Program
    from netpolc.manifests.model import Workload

MARK = "# Suggested beside the policies above, each line with what shows it, for you to judge."
DENIED = "# Not all of this passes by the policies above, and it stays so unless you uncomment it."
IMPORT = f'import "{ALIAS}"\n'


def beside(
    name: str, imported: str, suggested: str, workloads: Sequence[Workload], memory: Memory | None = None
) -> str:
    """Return the text of a file of imported policies, followed by what is suggested beside them, if anything is.

    Both texts have the same section; `workloads` are those of its namespace.
    """
    own, other = WrittenFile(imported), WrittenFile(suggested)
    memory = memory or Memory()
    program = compilation_of({"<text>": imported}, memory).program
    above = _Imported(_with_library(own), program, workloads, (MARK, *other.preface[1:]), memory)
    said = _Suggestion(above, Words(own, other, workloads).block())
    if not said.compilation.ok:
        return format_source(Source(name, said.as_comments())).text
    said = said.in_closed_directions()
    said = said.without(said.idle_baselines())
    said = said.without(said.denied(), shown=True)
    said = said.without(said.covered())
    said = said.without(said.unused())
    if f"{ALIAS}." not in said.block + said.shown:
        said.above = above._replace(text=imported)
    return format_source(Source(name, said.text)).text


def _with_library(file: WrittenFile) -> str:
    """Return the text of a file that imports the library."""
    if any(isinstance(each, tree.Import) for each in file.statements):
        return file.text
    return IMPORT + ("" if file.head else "\n") + file.text


class _Imported(NamedTuple):
    """The imported lines, what they are by themselves, the workloads of their namespace, and what is said below."""

    text: str
    program: Program
    workloads: Sequence[Workload]
    title: Sequence[str]
    memory: Memory

    @property
    def directions(self) -> frozenset[Direction]:
        """The directions in which policies close anything."""
        return frozenset(direction for each in self.program.baselines for direction in each.directions)

    def closes(self, workload: Workload) -> bool:
        """Tell whether policies close the pods of a workload wherever they close any."""
        return all(
            any(
                direction in each.directions and (each.on is None or each.on.selector.matches(workload.labels))
                for each in self.program.baselines
            )
            for direction in self.directions
        )


class _Suggestion:
    """Imported lines, and a block of suggested ones below them; some are shown as comments instead."""

    def __init__(self, above: _Imported, block: str, shown: str = "") -> None:
        self.above = above
        self.block = block
        self.shown = shown
        self.start = len(self._head)
        self.file = WrittenFile(self._head + block)

    @cached_property
    def compilation(self) -> Compilation:
        """All lines, compiled."""
        return compilation_of({"<text>": self.file.text}, self.above.memory)

    @property
    def statements(self) -> list[tree.Statement]:
        """The suggested statements."""
        return [each for each in self.file.statements if each.span.start >= self.start]

    @property
    def _head(self) -> str:
        title = "\n".join(self.above.title)
        return f"{self.above.text.rstrip()}\n\n{title}\n\n"

    @property
    def text(self) -> str:
        """All lines; the imported ones alone where nothing is suggested."""
        shown = f"{DENIED}\n{self.shown}" if self.shown else ""
        block = "\n\n".join(filter(None, (*_paragraphs(self.block), shown)))
        return f"{self._head}{block.rstrip()}\n" if block else self.above.text

    def as_comments(self) -> str:
        """Return the imported lines with all that is suggested as comments, in case it says what they do not take."""
        return self._head + "".join(
            f"# {line}\n" if line and not line.startswith("#") else f"{line}\n" for line in self.block.splitlines()
        )

    def without(self, spans: Sequence[Span], *, shown: bool = False) -> _Suggestion:
        """Return a suggestion without some statements, which are `shown` as comments if asked for."""
        if not spans:
            return self
        cut = [self._lines(span) for span in spans]
        block = edited(self.file.text, [(span, "") for span in cut])[self.start :]
        return _Suggestion(self.above, block, self.shown + "".join(map(self._as_comment, cut)) * shown)

    def in_closed_directions(self) -> _Suggestion:
        """Return a suggestion that closes only what policies close; without egress closed, DNS needs no line."""
        if len(self.above.directions) != 1:
            return self
        (direction,) = self.above.directions
        edits = []
        for each in filter(_is_of_all, self.statements):
            if isinstance(each, tree.Baseline):
                edits.append((each.span, f"baseline deny {direction}"))
            elif direction == "ingress":
                edits.append((self._lines(each.span), ""))
        return _Suggestion(self.above, edited(self.file.text, edits)[self.start :])

    def denied(self) -> list[Span]:
        """Return the flows that the imported policies deny, if only a part of them; DNS is for all pods or none."""
        today = Prover(rules_of_program(self.above.program))
        of_all = {each.span.start for each in filter(_is_of_all, self.statements)}
        return [
            span
            for span, flows in self._flows()
            if span.start not in of_all and any(self._is_denied(flow, today) for flow in flows)
        ]

    def _is_denied(self, flow: Flow, today: Prover) -> bool:
        """Tell whether policies deny any part of a flow at one of the ends that it opens."""
        for direction in DIRECTIONS:
            for box in (box for rule in allow_rules_of(flow, direction) for box in boxes_of(rule, direction)):
                today.space.begin()
                try:
                    closed = (each.box for each in today.isolated(box, direction))
                    concerned = [each for each in closed if self._concerns(each, box, direction)]
                    if not all(today.lets_all_through(each, direction) for each in concerned):
                        return True
                except TooComplexError:
                    continue
        return False

    def _concerns(self, closed: Box, whole: Box, direction: Direction) -> bool:
        """Tell whether what is closed of a flow has a workload in it, unless the flow is about none that is known."""
        own = [each for each in self.above.workloads if _has(whole, each, direction)]
        return not own or any(_has(closed, each, direction) for each in own)

    def covered(self) -> list[Span]:
        """Return the flows that add nothing to what other lines say."""
        checked = CheckedProgram(self.compilation.program, self.compilation.isolations)
        found = (each.location.span for each in covered_flow.check(checked) if each.location is not None)
        return [span for span in found if span.start >= self.start]

    def unused(self) -> list[Span]:
        """Return the declarations of pods that no suggested line names any more, not even one that is a comment."""
        declarations = [each for each in self.statements if isinstance(each, tree.PodsDeclaration)]
        return [each.span for each in declarations if self._uses(each.name.text) == 1]

    def _uses(self, name: str) -> int:
        """Return how often a name stands in what is suggested."""
        return len(re.findall(rf"(?<![\w./=-]){re.escape(name)}(?![\w-])", self.block + self.shown))

    def idle_baselines(self) -> list[Span]:
        """Return the baselines, and the way to DNS beside them, where policies close all workloads already."""
        if not all(self.above.closes(each) for each in self.above.workloads if not each.host_network):
            return []
        return [each.span for each in filter(_is_of_all, self.statements)]

    def _flows(self) -> Iterator[tuple[Span, list[Flow]]]:
        for flows in by_statement(self.compilation.program.flows):
            span = flows[0].origin.location.span
            if span.start >= self.start:
                yield span, flows

    def _lines(self, span: Span) -> Span:
        """Return the lines of a statement, with the line of evidence above it where there is none behind it."""
        start, end = self.file.line_start(span.start), self.file.line_end(span.end)
        above = self.file.line_start(start - 1)
        line = self.file.text[above:start].rstrip()
        if "#" not in self.file.text[span.end : end] and line.startswith("#") and not line.endswith("."):
            start = above
        return Span(start, end)

    def _as_comment(self, span: Span) -> str:
        lines = self.file.text[span.start : span.end].splitlines()
        return "".join(f"{line if line.startswith('#') else f'# {line}'}\n" for line in lines)


def _is_of_all(statement: tree.Statement) -> bool:
    """Tell whether a statement closes all pods of a section, or lets them ask DNS once they are closed."""
    match statement:
        case tree.Baseline(on=None):
            return True
        case tree.Flow(source=tree.Star(), destination=tree.Target(endpoint=tree.Ref(alias=alias))):
            return alias == ALIAS
        case _:
            return False


def _has(box: Box, workload: Workload, direction: Direction) -> bool:
    """Tell whether the end of a box that a direction opens has the pods of a workload, as far as labels tell."""
    end = box.source if direction == "egress" else box.destination
    return isinstance(end, PodSet) and end.pods.matches(workload.labels)


def _paragraphs(block: str) -> Iterator[str]:
    """Yield the paragraphs of a block, but for titles of which nothing is left below."""
    for each in re.split(r"\n{2,}", block.strip("\n")):
        if each and not re.fullmatch(r"#[^\n]*\.", each):
            yield each
