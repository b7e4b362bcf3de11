"""Changes as text for terminals, and as a document for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.visible import sentence
from netpolc.engine.bits import bits_of
from netpolc.queries.risks import ASSERTION, DENIAL
from netpolc.report.folding import SOME, Folding
from netpolc.report.ports import in_words
from netpolc.report.relation import json_peer, json_ports
from netpolc.report.seen_changes import as_object, headline, in_text, left_out, of_change
from netpolc.report.summary import RISKS, denied, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from netpolc.diagnostics.paint import Paint, Style
    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import Group
    from netpolc.queries.change_reasons import ChangeLine
    from netpolc.queries.grouping import ChangedGroup
    from netpolc.queries.lone_workloads import LoneWorkload
    from netpolc.queries.review import Denial, Finding, Review
    from netpolc.queries.traffic.changed import SeenChanges
    from netpolc.queries.traffic.model import AllowingLine

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

    def of_allowing(self, line: AllowingLine, is_new: bool) -> str:  # noqa: FBT001 -- the side
        """Write the place of a line that lets something through on the one side or the other."""
        return f"{(self.new if is_new else self.old)(line.source.file)}:{line.source.line}"


class Names:
    """The peers of a review in few words."""

    def __init__(self, found: Review) -> None:
        """Take all peers of a review."""
        self._folding = Folding(found.peers, found.nets, FEW)
        self._numbers = {peer.id: number for number, peer in enumerate(found.peers)}

    def of(self, peers: Iterable[Peer]) -> str:
        """List some peers, the first of many."""
        listed = list(peers)
        known = [self._numbers[peer.id] for peer in listed if peer.id in self._numbers]
        return self._folding.text(bits_of(known)) if len(known) == len(listed) else few([peer.id for peer in listed])


def as_text(
    found: Review, naming: Naming, paint: Paint = in_black, seen: SeenChanges | None = None, today: date | None = None
) -> Iterator[str]:
    """Write one paragraph for each group of changes, those to look at first leading, and a line that counts them.

    What logs have `seen` of it, as of `today`, leads.
    """
    writing = _Text(naming, paint, Names(found), seen, today)
    yield from writing.lead()
    for denial in found.denials:
        if denial.lost:
            yield from writing.denial(denial, found.marks(DENIAL))
    for line in found.dropped:
        yield from writing.paragraph("removed", "error", "an assertion", found.marks(ASSERTION), [line])
    for finding in found.findings:
        yield from writing.change(finding)
    for denial in found.denials:
        if not denial.lost:
            yield from writing.denial(denial)
    for line in found.promised:
        yield from writing.paragraph("added", "help", "an assertion", (), [line])
    for workload in found.added:
        yield from writing.workload("new", workload)
    for workload in found.removed:
        yield from writing.workload("gone", workload)
    yield f"{summary(found)}\n"


def as_json(
    found: Review,
    naming: Naming,
    *,
    pairs: bool = False,
    unclosed: Sequence[str] = (),
    seen: SeenChanges | None = None,
) -> Iterator[str]:
    """Write a document with each change on a line, of groups or pairs of peers; `unclosed` sides have no policies."""
    changes = [each for finding in found.findings for each in _changes(finding, naming, seen, pairs=pairs)]
    counts = [sum(finding.change.widened is way for finding in found.findings) for way in (True, False)]
    if pairs:
        counts = [sum(_pairs(each) for each in found.findings if each.change.widened is way) for way in (True, False)]
    yield f'{{"format_version": "2", "widened": {counts[0]}, "narrowed": {counts[1]},\n "peers": ['
    yield from _lines(json.dumps(json_peer(peer)) for peer in found.peers)
    yield '],\n "changes": ['
    yield from _lines(changes)
    yield '],\n "denials": ['
    yield from _lines(json.dumps(_denial(denial, naming, found.marks(DENIAL))) for denial in found.denials)
    yield '],\n "assertions": ['
    removed = ({"change": "removed", **_line(line, naming), "risks": found.marks(ASSERTION)} for line in found.dropped)
    added = ({"change": "added", **_line(line, naming), "risks": []} for line in found.promised)
    yield from _lines(json.dumps(each) for each in (*removed, *added))
    workloads = {"removed": list(map(_workload, found.removed)), "added": list(map(_workload, found.added))}
    yield f'],\n "workloads": {json.dumps(workloads)}, "complete": {json.dumps(found.complete)},\n '
    yield f'"without_policies": {json.dumps(unclosed)}, ' if unclosed else ""
    yield "" if seen is None else f'"seen": {as_object(seen, naming.of_allowing)},\n '
    yield f'"opened": {json.dumps(found.opened)}, "closed": {json.dumps(found.closed)}, '
    yield f'"summary": {json.dumps(summary(found))}}}\n'


class _Text:
    def __init__(
        self, naming: Naming, paint: Paint, names: Names, seen: SeenChanges | None = None, today: date | None = None
    ) -> None:
        self._seen = seen
        self._today = today
        self._naming = naming
        self._paint = paint
        self._names = names

    def lead(self) -> Iterator[str]:
        """Write what logs have seen of the change, if there are any."""
        if self._seen is not None and self._today is not None:
            yield f"{self._paint(headline(self._seen, self._today), 'error' if self._seen.used else 'help')}\n"
            yield from (f"{' ' * WIDTH}{told}\n" for told in left_out(self._seen))
            yield "\n"

    def denial(self, denial: Denial, risks: tuple[str, ...] = ()) -> Iterator[str]:
        if denial.lost:
            return self.paragraph("lost", "error", denied(denial), risks, denial.lines)
        return self.paragraph("gained", "help", denied(denial), (), denial.lines)

    def change(self, finding: Finding) -> Iterator[str]:
        change = finding.change
        about = f"{self._names.of(change.sources)} -> {self._names.of(change.destinations)} : {in_words(change.ports)}"
        about += SOME if change.partial else ""
        style: Style = "help" if not change.widened else "error" if finding.risks else "warning"
        verb = "opened" if change.widened else "closed"
        *paragraph, end = self.paragraph(verb, style, about, finding.risks, finding.lines)
        yield from paragraph
        if self._seen is not None and self._today is not None:
            for times in in_text(self._seen.of(change), self._today):
                yield f"{' ' * WIDTH}{self._paint(times, 'warning')}\n"
        yield end

    def workload(self, verb: str, found: LoneWorkload) -> Iterator[str]:
        """Write what a workload may do that only one side has."""
        about = f"workload {found.id}"
        open_new = found.open if verb == "new" else ()
        style: Style = "help" if verb == "gone" else "error" if open_new else "warning"
        yield from list(self.paragraph(verb, style, about, (), ()))[:-1]
        for direction in open_new:
            yield f"{' ' * WIDTH}{self._paint(f'nothing closes its {direction}', 'error')}\n"
        for group in found.reaches:
            yield f"{' ' * WIDTH}may reach {self._names.of(group.destinations)} : {in_words(group.ports)}\n"
        for group in found.reached:
            yield f"{' ' * WIDTH}reached by {self._names.of(group.sources)} : {in_words(group.ports)}\n"
        yield "\n"

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
    """List the first of some names, and how many others there are."""
    listed = names if len(names) <= FEW + 1 else names[:FEW]
    more = f" and {len(names) - FEW} more" if len(names) > FEW + 1 else ""
    return ", ".join(map(shown, listed)) + more


def line_text(line: ChangeLine) -> str:
    """Write what a line says."""
    return sentence(line.said)


def _changes(finding: Finding, naming: Naming, seen: SeenChanges | None, *, pairs: bool) -> Iterator[str]:
    change = finding.change
    what = {"change": "widened" if change.widened else "narrowed"}
    tail = json.dumps({"because": [_line(line, naming) for line in finding.lines], "risks": finding.risks})
    partial = ', "partial": true' if change.partial else ""
    sources, destinations = [each.id for each in change.sources], [each.id for each in change.destinations]
    heads: Iterable[dict[str, object]] = (
        ({**what, "source": one, "destination": other} for one in sources for other in destinations)
        if pairs
        else ({**what, "sources": sources, "destinations": destinations},)
    )
    for head, part in zip(heads, _parts_of(change) if pairs else (change,), strict=True):
        about = "" if seen is None else json.dumps(of_change(seen.of(part)))[1:-1]
        yield f"{json.dumps(head)[:-1]}, {json_ports(change.ports)}{partial}, {about}{about and ', '}{tail[1:]}"


def _parts_of(change: ChangedGroup) -> Iterator[ChangedGroup]:
    """Yield a group once for each of its pairs."""
    for one in change.sources:
        for other in change.destinations:
            yield msgspec.structs.replace(change, sources=(one,), destinations=(other,))


def _pairs(finding: Finding) -> int:
    return len(finding.change.sources) * len(finding.change.destinations)


def _workload(found: LoneWorkload) -> dict[str, object]:
    def ports(group: Group) -> dict[str, object]:
        written: dict[str, object] = json.loads(f"{{{json_ports(group.ports)}}}")
        return written

    return {
        "id": found.id,
        "reaches": [
            {"destinations": [each.id for each in group.destinations], **ports(group)} for group in found.reaches
        ],
        "reached_by": [{"sources": [each.id for each in group.sources], **ports(group)} for group in found.reached],
        "open": found.open,
    }


def _denial(denial: Denial, naming: Naming, risks: tuple[str, ...]) -> dict[str, object]:
    return {
        "change": "lost" if denial.lost else "gained",
        "pods": denial.pods,
        "namespace": denial.namespace or None,
        "direction": denial.direction,
        "because": [_line(line, naming) for line in denial.lines],
        "risks": risks if denial.lost else (),
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
