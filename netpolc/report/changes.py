"""Changes as text for terminals, and as a document for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.visible import sentence
from netpolc.queries.grouping import grouped
from netpolc.queries.risks import ASSERTION, DENIAL
from netpolc.report.ports import in_words
from netpolc.report.relation import json_ports
from netpolc.report.summary import RISKS, denied, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netpolc.diagnostics.paint import Paint, Style
    from netpolc.queries.change_reasons import ChangeLine
    from netpolc.queries.grouping import Group
    from netpolc.queries.review import Denial, Finding, Review

FEW = 3
"""How many of something a reader is shown who wants to know what it is."""

WIDTH = 8


class Naming(msgspec.Struct, frozen=True):
    """The names for the files of either side."""

    old: Callable[[str], str] = str
    new: Callable[[str], str] = str

    def of(self, line: ChangeLine) -> str:
        """Write the place of a line: `main:shop.netpol:9`."""
        return f"{(self.old if line.side == 'old' else self.new)(line.file)}:{line.line}"


def as_text(found: Review, naming: Naming, paint: Paint = in_black) -> Iterator[str]:
    """Write one paragraph for each group of changes, those to look at first leading, and a line that counts them."""
    writing = _Text(naming, paint)
    for denial in found.denials:
        if denial.lost:
            yield from writing.denial(denial)
    for line in found.dropped:
        yield from writing.paragraph("removed", "error", "an assertion", (ASSERTION,), [line])
    for group in grouped(found.findings):
        yield from writing.group(group)
    for denial in found.denials:
        if not denial.lost:
            yield from writing.denial(denial)
    for line in found.promised:
        yield from writing.paragraph("added", "help", "an assertion", (), [line])
    yield f"{summary(found)}\n"


def as_json(found: Review, naming: Naming) -> Iterator[str]:
    """Write a document with each change on a line."""
    yield f'{{"format_version": "1", "widened": {found.widened}, "narrowed": {found.narrowed},\n "changes": ['
    yield from _lines(_change(finding, naming) for finding in found.findings)
    yield '],\n "denials": ['
    yield from _lines(json.dumps(_denial(denial, naming)) for denial in found.denials)
    yield '],\n "assertions": ['
    removed = ({"change": "removed", **_line(line, naming), "risks": [ASSERTION]} for line in found.dropped)
    added = ({"change": "added", **_line(line, naming), "risks": []} for line in found.promised)
    yield from _lines(json.dumps(each) for each in (*removed, *added))
    workloads = json.dumps({"removed": found.removed, "added": found.added})
    yield f'],\n "workloads": {workloads}, "complete": {json.dumps(found.complete)},\n '
    yield f'"summary": {json.dumps(summary(found))}}}\n'


class _Text:
    def __init__(self, naming: Naming, paint: Paint) -> None:
        self._naming = naming
        self._paint = paint

    def denial(self, denial: Denial) -> Iterator[str]:
        if denial.lost:
            return self.paragraph("lost", "error", denied(denial), (DENIAL,), denial.lines)
        return self.paragraph("gained", "help", denied(denial), (), denial.lines)

    def group(self, group: Group) -> Iterator[str]:
        about = f"{few(group.sources)} -> {few(group.destinations)} : {in_words(group.ports)}"
        style: Style = "help" if not group.widened else "error" if group.risks else "warning"
        return self.paragraph("opened" if group.widened else "closed", style, about, group.risks, group.lines)

    def paragraph(
        self, verb: str, style: Style, about: str, risks: Iterable[str], lines: Sequence[ChangeLine]
    ) -> Iterator[str]:
        """Write what happened, what is risky about it, and the lines that are its reason."""
        yield f"{self._paint(verb, style)}{' ' * (WIDTH - len(verb))}{sentence(about)}\n"
        for code in risks:
            yield f"{' ' * WIDTH}risk {self._paint(f'[{code}]', 'error')} {RISKS[code]}\n"
        for line in lines[:FEW]:
            where = self._paint(sentence(self._naming.of(line)), "gutter")
            yield f"{' ' * WIDTH}{line.side}  {where}: {line_text(line)}\n"
        if len(lines) > FEW:
            yield f"{' ' * WIDTH}and {len(lines) - FEW} more lines\n"
        yield "\n"


def few(names: Sequence[str], shown: Callable[[str], str] = sentence) -> str:
    """List the first of some names, and how many others there are; of a name that lists blocks, likewise."""
    listed = names if len(names) <= FEW + 1 else names[:FEW]
    more = f" and {len(names) - FEW} more" if len(names) > FEW + 1 else ""
    return ", ".join(shown(_brief(name)) for name in listed) + more


def _brief(name: str) -> str:
    blocks = name.split(", ")
    if "[" in name or len(blocks) <= FEW + 1:
        return name
    return f"{', '.join(blocks[:FEW])} and {len(blocks) - FEW} more blocks"


def line_text(line: ChangeLine) -> str:
    """Write what a line says; of a manifest, the part of a policy, because the line itself seldom says anything."""
    return sentence(line.text if line.policy is None else f"{line.policy} {line.path}")


def _change(finding: Finding, naming: Naming) -> str:
    change = finding.change
    head = json.dumps(
        {
            "change": "widened" if change.widened else "narrowed",
            "source": change.source.id,
            "destination": change.destination.id,
        }
    )
    tail = json.dumps({"because": [_line(line, naming) for line in finding.lines], "risks": finding.risks})
    return f"{head[:-1]}, {json_ports(change.ports)}, {tail[1:]}"


def _denial(denial: Denial, naming: Naming) -> dict[str, object]:
    return {
        "change": "lost" if denial.lost else "gained",
        "pods": denial.pods,
        "namespace": denial.namespace or None,
        "direction": denial.direction,
        "because": [_line(line, naming) for line in denial.lines],
        "risks": [DENIAL] if denial.lost else [],
    }


def _line(line: ChangeLine, naming: Naming) -> dict[str, object]:
    written: dict[str, object] = {"file": line.file, "line": line.line, "text": line.text, "side": line.side}
    if line.policy is not None:
        written |= {"policy": line.policy, "path": line.path}
    return {**written, "place": naming.of(line)}


def _lines(items: Iterable[str]) -> Iterator[str]:
    before = "\n  "
    for item in items:
        yield before + item
        before = ",\n  "
