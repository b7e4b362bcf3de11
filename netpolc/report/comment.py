"""Changes as a comment for the people who review them: short, and never too long to be posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.visible import visible
from netpolc.queries.risks import ASSERTION, DENIAL, PORTS
from netpolc.report.changes import FEW, Names, line_text
from netpolc.report.folding import SOME
from netpolc.report.ports import EVERYTHING, in_words
from netpolc.report.relation import code
from netpolc.report.seen_changes import as_table, headline
from netpolc.report.summary import RISKS, counted, denied, summary, without_policies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from netpolc.queries.change_reasons import ChangeLine
    from netpolc.queries.lone_workloads import LoneWorkload
    from netpolc.queries.review import Review
    from netpolc.queries.traffic.changed import SeenChanges
    from netpolc.report.changes import Naming

MOST_BYTES = 65_536
"""What GitHub takes for a comment, in characters; of bytes there are never fewer."""

UNFOLDED = 15
LONGEST_CELL = 200
TABLE = "| | from | to | ports | because of |\n|---|---|---|---|---|\n"
_KEPT = 2_000
"""The bytes that are kept for what follows the rows."""


def as_markdown(
    found: Review,
    naming: Naming,
    unclosed: Sequence[str] = (),
    seen: SeenChanges | None = None,
    today: date | None = None,
    picture: str = "",
) -> Iterator[str]:
    """Write a table, the riskiest rows first; long ones are folded, and cut where they would not be taken.

    Before it, say what logs have `seen` of the change, as of `today`, and which sides are `unclosed`, without policies.
    Behind it stands a picture, if there is room.
    """
    head = f"**Network policies: {visible(summary(found))}**\n"
    if seen is not None and today is not None:
        told = headline(seen, today)
        head = f"**{told[0].upper()}{told[1:]}.**\n\n{''.join(as_table(seen, naming.of_allowing, today))}{head}"
    head += "".join(f"\n**{without_policies(name).capitalize()}.**\n" for name in unclosed)
    rows = list(_rows(found, naming))
    if not rows:
        subject = "connection" if found.complete else "connection of pods that policies name"
        yield f"{head}\nEvery {subject} is allowed, or denied, as it was before.\n"
        return
    room = MOST_BYTES - _KEPT - len(head.encode())
    fitting = _fitting(rows, room)
    if _fitting(rows, room - len(picture.encode())) < len(rows):
        picture = ""
    yield f"{head}\n{TABLE}"
    yield from rows[: min(UNFOLDED, fitting)]
    if fitting > UNFOLDED:
        yield f"\n<details><summary>{counted(fitting - UNFOLDED, 'more row')}</summary>\n\n{TABLE}"
        yield from rows[UNFOLDED:fitting]
        yield "\n</details>\n"
    if fitting < len(rows):
        yield f"\n{counted(len(rows) - fitting, 'row')} more would not fit; `netpolc diff` prints all.\n"
    yield picture
    yield f"\n{_legend(rows, complete=found.complete)}"


def _rows(found: Review, naming: Naming) -> Iterator[str]:
    lost = [denial for denial in found.denials if denial.lost]
    gained = [denial for denial in found.denials if not denial.lost]
    for denial in lost:
        yield _row(_marked("lost", found.marks(DENIAL)), denied(denial, _cell), "", "", denial.lines, naming)
    for line in found.dropped:
        yield _row(_marked("removed", found.marks(ASSERTION)), "an assertion", "", "", (line,), naming)
    names = Names(found)
    for finding in found.findings:
        change = finding.change
        verb = f"{'opened' if change.widened else 'closed'}{SOME if change.partial else ''}"
        sources, destinations = _cell(names.of(change.sources)), _cell(names.of(change.destinations))
        ports = RISKS[PORTS] if (listed := in_words(change.ports)) == EVERYTHING else listed
        yield _row(_marked(verb, finding.risks), sources, destinations, ports, finding.lines, naming)
    for denial in gained:
        yield _row("gained", denied(denial, _cell), "", "", denial.lines, naming)
    for line in found.promised:
        yield _row("added", "an assertion", "", "", (line,), naming)
    for what, workloads in (("new", found.added), ("gone", found.removed)):
        for each in workloads:
            yield from _workload_rows(what, each, names, naming)


def _workload_rows(what: str, found: LoneWorkload, names: Names, naming: Naming) -> Iterator[str]:
    name = f"workload {_cell(found.id)}"
    for direction in found.open if what == "new" else ():
        yield _row(f"**{what}**: nothing closes its {direction}", name, "", "", (), naming)
    for group in found.reaches:
        yield _row(what, name, _cell(names.of(group.destinations)), in_words(group.ports), (), naming)
    for group in found.reached:
        yield _row(what, _cell(names.of(group.sources)), name, in_words(group.ports), (), naming)
    if not (found.reaches or found.reached):
        yield _row(what, name, "", "", (), naming)


def _marked(verb: str, risks: Iterable[str]) -> str:
    links = [f"[{RISKS[each]}][{each}]" for each in risks]
    return f"**{verb}**: {', '.join(links)}" if links else verb


def _row(what: str, source: str, destination: str, ports: str, lines: Sequence[ChangeLine], naming: Naming) -> str:
    reasons = [f"{_cell(naming.of(line))} {_cell(line_text(line))} ({_WHEN[line.side]})" for line in lines[:FEW]]
    if len(lines) > FEW:
        reasons.append(counted(len(lines) - FEW, "more line"))
    return f"| {what} | {source} | {destination} | {ports.replace('|', '?')} | {'<br>'.join(reasons)} |\n"


_WHEN = {"old": "before", "new": "now"}


def _cell(text: str) -> str:
    return code(text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…")


def _fitting(rows: Sequence[str], room: int) -> int:
    """Count the rows that there is room for."""
    for number, row in enumerate(rows):
        room -= len(row.encode())
        if room < 0:
            return number
    return len(rows)


def _legend(rows: Iterable[str], *, complete: bool) -> str:
    """Explain the words of some rows, and link the pages of their risks."""
    text = "".join(rows)
    notes = ["*before* is the line that is left behind, *now* the one that takes effect"]
    if "/[" in text or "`[" in text:
        notes.append("`shop/[app=web]` are the pods of namespace `shop` with that label")
    if "/*" in text or "`*" in text:
        notes.append("`*` stands for all pods, and before a `/` for all namespaces")
    if not complete:
        notes.append("this is about the pods that policies name, and not about every pod that could exist")
    pages = [f"[{risk}]: {BY_CODE[risk].help_uri}\n" for risk in RISKS if f"][{risk}]" in text]
    return "".join((f"<sub>{'; '.join(notes)}.</sub>\n", *("\n" for _ in pages[:1]), *pages))
