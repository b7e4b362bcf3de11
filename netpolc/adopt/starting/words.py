"""A suggestion in the words of imported lines: names that mean the same pods there, and no others of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.starting.written import ANY, WrittenFile, edited, named_by, selector_in
from netpolc.language.syntax import tree
from netpolc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.manifests.model import Workload
    from netpolc.sets.labels import LabelSelector


class Words:
    """The words of a suggestion in those of the imported lines: names that mean the same pods, and no other names."""

    def __init__(self, own: WrittenFile, other: WrittenFile, workloads: Sequence[Workload]) -> None:
        """Take the imported file, the suggested one, and the workloads of their namespace."""
        self.other = other
        self.same_key = own.key == other.key
        self.workloads = workloads
        self.declared = _selectors(other)
        bare = own.bare_names() - own.declared.keys()
        own_names = {**_selectors(own), **{name: named_by(own.key, name) for name in sorted(bare)}}
        own_names |= {own.text[each.span.start : each.span.end]: found for each, found in _in_brackets(own)}
        self.taken = own_names.keys() | own.declared.keys() | own.bare_names(elsewhere=True)
        self.by_selector: dict[LabelSelector, str] = {}
        self.by_pods: dict[frozenset[int], str] = {}
        for name, selector in own_names.items():
            self.by_selector.setdefault(selector, name)
            self.by_pods.setdefault(self._pods(selector), name)

    def _pods(self, selector: LabelSelector) -> frozenset[int]:
        return frozenset(number for number, each in enumerate(self.workloads) if selector.matches(each.labels))

    def _known(self, selector: LabelSelector) -> str | None:
        """Return the name that the imported lines have for pods, those that policies are on first."""
        pods = self._pods(selector)
        return (self.by_pods.get(pods) if pods else None) or self.by_selector.get(selector)

    def block(self) -> str:
        """Return what the section of the suggestion says, without declarations of what has another name."""
        edits = [edit for each in self.other.statements for edit in self._edits(each)]
        written = edited(self.other.text, edits)
        return written[self.other.body :].strip("\n") + "\n"

    def _edits(self, statement: tree.Statement) -> Iterator[tuple[Span, str]]:
        match statement:
            case tree.PodsDeclaration():
                if not self._keeps(statement.name.text):
                    start = self.other.line_start(statement.span.start)
                    yield Span(start, self.other.line_end(statement.span.end)), ""
            case tree.Flow() | tree.Baseline():
                yield from self._within(statement)
            case _:
                pass

    def _within(self, node: object) -> Iterator[tuple[Span, str]]:
        match node:
            case tree.Scoped(pods=tree.Ref(alias=None) as ref):
                if not self.same_key or ref.name in self.taken:
                    yield ref.span, f"[{self.other.key}={ref.name}]"
            case tree.Ref(alias=None, name=name) if name != ANY and self._stands_for_pods(name):
                yield node.span, self._word(name, self.declared.get(name) or named_by(self.other.key, name))
            case tree.Selector():
                selector = selector_in(node)
                known = None if selector is None else self._known(selector)
                if known is not None:
                    yield node.span, known
            case tuple():
                for each in node:
                    yield from self._within(each)
            case tree.Node() if not isinstance(node, tree.Scoped | tree.Ref):
                for field in node.__struct_fields__:
                    yield from self._within(getattr(node, field))
            case _:
                pass

    def _stands_for_pods(self, name: str) -> bool:
        """Tell whether a name of the suggestion is that of pods with some labels."""
        return name in self.declared or name not in self.other.declared

    def _word(self, name: str, selector: LabelSelector) -> str:
        """Return what pods are called beside the imported lines: by their name there, by their own, or by labels."""
        known = self._known(selector)
        if known is not None:
            return known
        if name not in self.taken and (self.same_key or name in self.declared):
            return name
        return self._spelled(name)

    def _keeps(self, name: str) -> bool:
        """Tell whether pods that the suggestion declares go by their name there."""
        selector = self.declared.get(name)
        return name not in self.taken and (selector is None or self._known(selector) is None)

    def _spelled(self, name: str) -> str:
        declaration = self.other.declared.get(name)
        if not isinstance(declaration, tree.PodsDeclaration) or not isinstance(declaration.value, tree.Selector):
            return f"[{self.other.key}={name}]"
        span = declaration.value.span
        return self.other.text[span.start : span.end]


def _selectors(file: WrittenFile) -> dict[str, LabelSelector]:
    """Return the pods that a file declares by their labels."""
    found = {
        name: selector_in(each.value) for name, each in file.declared.items() if isinstance(each, tree.PodsDeclaration)
    }
    return {name: selector for name, selector in found.items() if selector is not None}


def _in_brackets(file: WrittenFile) -> Iterator[tuple[tree.Selector, LabelSelector]]:
    """Yield the selectors of the section's own pods that flows of a file have."""
    for statement in file.statements:
        if isinstance(statement, tree.Flow):
            for end in (statement.source, statement.destination.endpoint):
                ends = [each.endpoint for each in end.members] if isinstance(end, tree.SetOf) else [end]
                for each in ends:
                    found = selector_in(each)
                    if isinstance(each, tree.Selector) and found is not None:
                        yield each, found
