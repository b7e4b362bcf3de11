"""Source that was written for somebody, looked at as text: what it declares, the names it uses, and edits of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import DEFAULT_KEY
from netpolc.language.resolve.selectors import OPERATORS
from netpolc.language.syntax import tree
from netpolc.language.syntax.parser import parse
from netpolc.sets.labels import LabelRequirement, LabelSelector, selector_of
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.policy.model import Policy
    from netpolc.source import Span

    Shape = tuple[object, ...]

ANY = "any"
"""The only bare name that stands for no pods."""


class WrittenFile:
    """The statements of one file with one section, or with none that is named."""

    def __init__(self, text: str) -> None:
        """Parse a text, which has no mistakes."""
        self.text = text
        self.statements = [item.statement for item in parse(Source("<text>", text)).tree.items]
        self.key = next((each.key for each in self.statements if isinstance(each, tree.NamesBy)), DEFAULT_KEY)

    @property
    def head(self) -> int:
        """The end of the last line before the section that says something of the whole file; 0 where none does."""
        whole = (tree.Import, tree.NamesBy, tree.StrictNames)
        return max((self.line_end(each.span.end) for each in self.statements if isinstance(each, whole)), default=0)

    @property
    def body(self) -> int:
        """The end of the line that opens the section, or of the head where it has no name."""
        opened = (each.span.end for each in self.statements if isinstance(each, tree.Namespace))
        return max([self.head, *map(self.line_end, opened)])

    @property
    def declared(self) -> dict[str, tree.Declaration]:
        """The declarations by name."""
        return {each.name.text: each for each in self.statements if isinstance(each, tree.Declaration)}

    @property
    def preface(self) -> list[str]:
        """The comments at the top, line by line."""
        lines = self.text.splitlines()
        return lines[: next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))]

    def bare_names(self, part: range | None = None, *, elsewhere: bool = False) -> set[str]:
        """Return the names that are imported from nowhere, of pods of the section or of those `elsewhere`.

        With a `part` of the text, only statements that begin there are looked at.
        """
        statements = [each for each in self.statements if part is None or each.span.start in part]
        refs = (found for each in statements for found in refs_in(each))
        return {ref.name for ref, is_elsewhere in refs if ref.alias is None and is_elsewhere == elsewhere} - {ANY}

    def line_end(self, offset: int) -> int:
        """Return the end of the line of an offset, its line break included."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def line_start(self, offset: int) -> int:
        """Return the beginning of the line of an offset."""
        return self.text.rfind("\n", 0, offset) + 1


def names_offered(text: str, titles: Iterable[str]) -> set[str]:
    """Return the names in flows that wait as comments below any of some titles."""
    lines = text.splitlines()
    first = min((lines.index(title) for title in titles if title in lines), default=len(lines))
    names: set[str] = set()
    flow = ""
    for line in (each.removeprefix("# ") for each in lines[first:] if each.startswith("# ")):
        flow = f"{flow}\n{line}" if _goes_on(flow) else line
        # Words about calls quote them. They would be read as mistakes, which takes long.
        if "->" in flow and "`" not in flow and not _goes_on(flow):
            parsed = parse(Source("<text>", f"{flow}\n"))
            refs = () if parsed.diagnostics else refs_in(tuple(item.statement for item in parsed.tree.items))
            names |= {ref.name for ref, is_elsewhere in refs if ref.alias is None and not is_elsewhere}
    return names


def _goes_on(flow: str) -> bool:
    """Tell whether the brackets that a flow opens, at either of its ends, are closed on a later line."""
    return flow.endswith(("{", "[")) or ("\n" in flow and flow.endswith(","))


def refs_in(node: object, *, elsewhere: bool = False) -> Iterator[tuple[tree.Ref, bool]]:
    """Yield the names of endpoints within a node of the tree, and whether they are of pods in another namespace."""
    if isinstance(node, tree.Ref):
        yield node, elsewhere
    elif isinstance(node, tuple):
        for each in node:
            yield from refs_in(each, elsewhere=elsewhere)
    elif isinstance(node, tree.Node):
        for field in node.__struct_fields__:
            yield from refs_in(getattr(node, field), elsewhere=elsewhere or isinstance(node, tree.Scoped))


def named_by(key: str, name: str) -> LabelSelector:
    """Return the pods that a bare name stands for."""
    return LabelSelector((LabelRequirement(key, "In", (name,)),))


def selector_in(value: tree.Node) -> LabelSelector | None:
    """Return the selector that a node is, if it is one that can select anything."""
    if not isinstance(value, tree.Selector):
        return None
    return selector_of(LabelRequirement(each.key, OPERATORS[each.operator], each.values) for each in value.requirements)


def edited(text: str, edits: Iterable[tuple[Span, str]]) -> str:
    """Return a text with other words at some places, none of which overlap; at one place, in the order given."""
    parts: list[str] = []
    at = 0
    for span, words in sorted(edits, key=lambda edit: edit[0].start):
        parts += (text[at : span.start], words)
        at = span.end
    return "".join((*parts, text[at:]))


def shapes_of(policies: Iterable[Policy]) -> list[Shape]:
    """Return what policies are, but for the lines that they come from."""
    return [
        (
            (each.namespace, each.name, each.labels, each.pod_selector, each.policy_types),
            *(
                None if rules is None else [(rule.peers, rule.ports) for rule in rules]
                for rules in (each.ingress, each.egress)
            ),
        )
        for each in policies
    ]
