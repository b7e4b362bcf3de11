"""Who may not reach whom, with what closes them, in the forms of the relation."""

from __future__ import annotations

import itertools
import json
from functools import partial
from typing import TYPE_CHECKING

from netpolc.diagnostics.paint import in_black
from netpolc.engine.bits import numbers
from netpolc.engine.groups import BitGroup
from netpolc.engine.row_algebra import NOTHING
from netpolc.report.answer import reason_in_color, reason_object, reason_text
from netpolc.report.explained import JsonMembers, columns, ids_of, words_of_pair
from netpolc.report.ports import in_words
from netpolc.report.relation import Line, Texts, cell, code, folding_of, json_peers, json_ports, lines_in
from netpolc.sets.ports import EVERY_PORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from netpolc.diagnostics.paint import Paint
    from netpolc.queries.deciding_rules import DecidingRule
    from netpolc.queries.denied_pairs import BitDenial, Closure, Denials
    from netpolc.report.folding import Folding
    from netpolc.report.relation import Writer
    from netpolc.results import Relation
    from netpolc.sets.ports import PortSet

MOST_EXCEPTED = 6
"""The workloads by which a side may differ from all that there are, to be written so."""
MOST_NAMED = 8
"""The policies that close an end of which each is named in text; of more, it is said how many there are."""


def as_text(relation: Relation, *, pairs: bool = False, paint: Paint = in_black) -> Iterator[str]:
    """Write a line like `shop/webapp may not reach shop/cache on any port` for each group, then what closes it."""
    denials, line_of = relation.denials(), _lines(relation, pairs=pairs)
    may_not, written = paint("may not reach", "removed"), partial(reason_in_color, paint=paint)
    for denial in _parts(denials.groups(), pairs=pairs):
        group = denial.group
        line = line_of(group)
        on = "any port" if group.ports == EVERY_PORT else line.ports
        yield f"{line.sources} {may_not} {line.destinations} on {paint(on, 'help')}\n"
        for end in denials.ends(denial):
            yield f"  {_how(end, group.ports)}\n"
            yield from (f"    {text}\n" for text in _closers(denials, end, group.ports, MOST_NAMED, written))


def as_markdown(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a table with a column for each end."""
    denials, line_of = relation.denials(), _lines(relation, pairs=pairs)
    yield f"| {' | '.join(columns(pairs=pairs))} |\n|---|---|---|---|---|\n"
    for denial in _parts(denials.groups(), pairs=pairs):
        line, ports = line_of(denial.group), denial.group.ports
        ends = [
            "<br>".join([_how(end, ports), *map(code, _closers(denials, end, ports))]) for end in denials.ends(denial)
        ]
        yield f"| {' | '.join((code(line.sources), code(line.destinations), line.ports, *ends))} |\n"


def as_csv(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write comma-separated values, quoted as RFC 4180 says: ids after each other, and policies, too."""
    denials, peers = relation.denials(), relation.related.peers
    lists: Texts[int] = Texts(lambda bits: ids_of(peers, bits))
    yield f"{','.join(columns(pairs=pairs))}\n"
    for denial in _parts(denials.groups(), pairs=pairs):
        sources, destinations, ports = denial.group
        ends = ["; ".join([_how(end, ports), *_closers(denials, end, ports, None)]) for end in denials.ends(denial)]
        cells = (lists.of(sources), lists.of(destinations), in_words(ports), *ends)
        yield f"{','.join(map(cell, cells))}\n"


def as_json(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a document of the peers that there are, and of what is denied, one group or pair on each line."""
    denials, peers = relation.denials(), relation.related.peers
    members = JsonMembers(peers, pairs=pairs)
    rules: Texts[DecidingRule] = Texts(lambda rule: json.dumps(reason_object(rule)))
    yield '{"format_version": "2",\n "peers": ['
    yield from json_peers(relation, (peer for peer in peers if peer.pods is None))
    yield '],\n "denied": ['
    yield from lines_in(
        f"{{{members.of(denial.group)}, {', '.join(_json_end(end, denials, rules) for end in denials.ends(denial))}}}"
        for denial in _parts(denials.groups(), pairs=pairs)
    )
    yield "]}\n"


FORMS: Mapping[str, Writer] = {"text": as_text, "json": as_json, "csv": as_csv, "md": as_markdown}


def _lines(relation: Relation, *, pairs: bool) -> Callable[[BitGroup], Line]:
    """Return what writes a group, or a pair, in words."""
    peers = relation.related.peers
    if pairs:
        return lambda group: words_of_pair(peers, group)
    folding = folding_of(relation)
    lists: Texts[int] = Texts(lambda bits: _all_but(bits, folding) or folding.text(bits))
    texts: Texts[PortSet] = Texts(in_words)
    return lambda group: Line(lists.of(group.sources), lists.of(group.destinations), texts.of(group.ports))


def _all_but(members: int, folding: Folding) -> str | None:
    """Write members as all workloads but a few, if they are that."""
    workloads = folding.standing.workloads
    others = workloads & ~members
    if members & ~workloads or not 0 < others.bit_count() <= MOST_EXCEPTED < members.bit_count() / 2:
        return None
    return f"all {workloads.bit_count():,} workloads but {folding.text(others)}"


def _parts(denials: Iterable[BitDenial], *, pairs: bool) -> Iterator[BitDenial]:
    """Yield what is denied as it is, or each pair of it."""
    for denial in denials:
        if not pairs:
            yield denial
            continue
        for source in numbers(denial.group.sources):
            for destination in numbers(denial.group.destinations):
                yield denial._replace(group=BitGroup(1 << source, 1 << destination, denial.group.ports))


def _how(end: Closure, ports: PortSet) -> str:
    """Write what an end does with connections on some ports that are denied."""
    if not end.closed_by:
        return f"{end.direction} is open: no policy closes it"
    outward = end.direction == "egress"
    if end.passes == ports:
        return f"{end.direction} is closed, and lets them {'out to these' if outward else 'in'}"
    return f"{end.direction} is closed, and {_denying(end, outward=outward)}; it is closed by"


def _denying(end: Closure, *, outward: bool) -> str:
    if end.passes != NOTHING:
        return f"lets them {'out to these' if outward else 'in'} on {in_words(end.passes)} only"
    if not end.admits_others:
        return "lets them out to nobody" if outward else "lets nobody in"
    return "lets them out to others, but not to these" if outward else "lets others in, but not these"


def _closers(
    denials: Denials,
    end: Closure,
    ports: PortSet,
    named: int | None = MOST_NAMED,
    written: Callable[[DecidingRule], str] = reason_text,
) -> Iterator[str]:
    """Yield what closes an end that denies any of some ports, as far as it is named."""
    if end.passes == ports:
        return
    several = end.closed_by.bit_count()
    most = several if named is None or several <= named + 1 else named
    yield from map(written, itertools.islice(denials.closers(end), most))
    if several > most:
        yield f"and {several - most:,} more"


def _json_end(end: Closure, denials: Denials, rules: Texts[DecidingRule]) -> str:
    passes = json_ports(end.passes).replace('"ports"', '"passes"', 1)
    closed_by = ", ".join(map(rules.of, denials.closers(end)))
    return (
        f'"{end.direction}": {{"closed": {json.dumps(bool(end.closed_by))}, {passes}, '
        f'"admits_others": {json.dumps(end.admits_others)}, "closed_by": [{closed_by}]}}'
    )
