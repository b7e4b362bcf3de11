"""A picture as cards: one for each namespace, with what is reached in it, on which ports and from where.

Lines between so many nodes that no eye could follow them are told in words, at the end to which they lead.
"""

from __future__ import annotations

import math
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.verdicts import Address, Pod, is_of
from netpolc.queries.pictures.ends import namespace_of
from netpolc.report.pictures.words import EVERY_POD
from netpolc.report.summary import counted
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.queries.pictures.model import Drawing, DrawnEdge, DrawnNode
    from netpolc.report.pictures.words import PictureWords

    Into = dict[int, list[DrawnEdge]]
    """The edges that lead to each node."""

MOST_SOURCES = 12
"""The names that a line of a card has; of more, the first are named."""
WIDTH = 56
"""The characters of a line of a card."""
INDENT = "    "
TALL = 20
"""The lines of cards that are as high as these are wide."""
MOST_TOLD = 60
"""The lines that are shown when a card is pointed at."""
HERE = "every pod here"
LEGEND_OF_CARDS = (
    "a line for each workload: on which ports it is reached, from where; a name alone is of the same card",
    "what reaches every pod reaches each of these workloads, too",
)


class Card(NamedTuple):
    """One card: its head, its lines, all that they tell with the reasons, and whether it is about addresses."""

    head: str
    lines: tuple[str, ...]
    told: tuple[str, ...]
    outside: bool


def in_rows(drawing: Drawing, words: PictureWords) -> list[list[Card]]:
    """Return the cards of a drawing in rows of as many as make a picture a little wider than high."""
    cards = list(_cards(drawing, words))
    height = sum(len(card.lines) + 2 for card in cards)
    columns = max(1, round(math.sqrt(height / TALL)))
    return [cards[first : first + columns] for first in range(0, len(cards), columns)]


def _cards(drawing: Drawing, words: PictureWords) -> Iterator[Card]:
    """Yield a card for each box, and for each node that stands in none, if there is anything to tell of it."""
    yield from (card for card in _all_cards(drawing, words) if card.lines)


def _all_cards(drawing: Drawing, words: PictureWords) -> Iterator[Card]:
    boxes: dict[str, list[int]] = {}
    into: Into = {}
    for number, node in enumerate(drawing.nodes):
        boxes.setdefault(node.box or "", []).append(number)
    for edge in drawing.edges:
        into.setdefault(edge.destination, []).append(edge)
    for box in drawing.boxes:
        yield _card(words.box(box), boxes[box], into, drawing, words)
    for number in boxes.get("", ()):
        yield _card(words.head(drawing.nodes[number]), [number], into, drawing, words)


def _card(head: str, numbers: Sequence[int], into: Into, drawing: Drawing, words: PictureWords) -> Card:
    told: list[str] = []
    lines: list[str] = []
    unreached: list[str] = []
    within: dict[str, list[str]] = {}
    # What holds for every pod comes first, since it holds for those that are named below, too.
    for number in sorted(numbers, key=lambda each: not drawing.nodes[each].is_every_pod):
        node = drawing.nodes[number]
        edges = into.get(number, ())
        names = words.names(node, node.box)
        if not edges:
            if not (drawing.is_of_change or _stands_for_others(node)):
                wide = next((each for each in _wide(drawing, into) if _holds(each, node)), None)
                (unreached if wide is None else within.setdefault(words.head(wide), [])).extend(names)
            continue
        name = "" if node.box is None else f"{', '.join(names)}: "
        for said in _reached(node, edges, drawing, words):
            lines += _wrapped(f"{name}{said}", "" if name else INDENT)
            name = ""
        told += [line for edge in edges for line in words.edge(drawing, edge)]
    for head_of_wide, named in within.items():
        lines += _wrapped(f"{_listed(sorted(named, key=_is_rest))}: what reaches {head_of_wide}")
    if unreached:
        verb = "nothing else reaches" if lines or _reaches_everywhere(drawing, into) else "nothing reaches"
        lines += _wrapped(f"{verb} {_listed(sorted(unreached, key=_is_rest))}")
    outside = all(isinstance(peer.end, Address) for number in numbers for peer in drawing.nodes[number].peers)
    more = [counted(len(told) - MOST_TOLD, "more line")] if len(told) > MOST_TOLD else []
    return Card(head, tuple(lines), (head, *told[:MOST_TOLD], *more), outside)


def _reached(node: DrawnNode, edges: Iterable[DrawnEdge], drawing: Drawing, words: PictureWords) -> Iterator[str]:
    """Say on which ports a node is reached, and from where; those of its own namespace come first.

    What a change opens comes before what it closes.
    """
    found: dict[str, dict[tuple[str, str | None], bool]] = {}
    for edge in sorted(edges, key=lambda each: each.opened is False):
        source = drawing.nodes[edge.source]
        names = [] if edge.apart else words.names(source, node.box or "")
        if node.box is not None and source.box == node.box:
            names = [HERE if name == EVERY_POD else name for name in names]
        found.setdefault(words.told(edge), {}).update(((name, source.box), source.is_every_pod) for name in names)
    for ports, sources in found.items():
        whole = {box for (_, box), is_every_pod in sources.items() if is_every_pod and box is not None}
        # Who is one of every pod of a namespace is not told once more.
        told = [name for (name, box), is_every_pod in sources.items() if is_every_pod or box not in whole]
        yield f"{ports} from {_listed(sorted(told, key=_is_elsewhere))}" if told else ports


def _stands_for_others(node: DrawnNode) -> bool:
    """Tell whether a node stands for pods that other nodes are for, too: what reaches those reaches some of it."""
    return node.is_every_pod or (bool(node.places) and (node.every or namespace_of(node.peers[0]) is None))


def _reaches_everywhere(drawing: Drawing, into: Into) -> bool:
    """Tell whether something reaches pods of several namespaces, which have a card of their own."""
    reached = (drawing.nodes[number] for number in into)
    return any(node.box is None and not isinstance(node.peers[0].end, Address) for node in reached)


def _wide(drawing: Drawing, into: Into) -> Iterator[DrawnNode]:
    """Yield the nodes of every pod of many namespaces, but not of all, that something reaches."""
    for number in into:
        node = drawing.nodes[number]
        if node.box is None and node.is_every_pod:
            yield from (node for peer in node.peers if peer.pods is not None and peer.pods.namespaces != EVERYTHING)


def _holds(wide: DrawnNode, node: DrawnNode) -> bool:
    """Tell whether the workloads of a node are among the pods of another one, which is reached in their place."""
    held = [each.pods for each in wide.peers if each.pods is not None]
    ends = [each.end for each in node.peers if each.pods is None]
    return bool(ends) and all(isinstance(end, Pod) and any(is_of(end, pods) for pods in held) for end in ends)


def _is_elsewhere(name: str) -> bool:
    return "/" in name


def _is_rest(name: str) -> bool:
    """Tell whether a name is of those that are too many to be listed: `17 more`."""
    return name.endswith(" more")


def _listed(found: Sequence[str]) -> str:
    if len(found) <= MOST_SOURCES + 1:
        return ", ".join(found)
    return f"{', '.join(found[:MOST_SOURCES])}, and {len(found) - MOST_SOURCES:,} more"


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=INDENT, break_on_hyphens=False)
