"""The words of a picture, the same in every form: what nodes and boxes are called, and why an edge is there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netpolc.diagnostics.visible import sentence, visible
from netpolc.engine.bits import bits_of
from netpolc.engine.words import selector
from netpolc.policy.constants import NAME_LABEL
from netpolc.queries.pictures.ends import namespace_of
from netpolc.queries.risks import PORTS
from netpolc.report.answer import reason_text
from netpolc.report.folding import SOME, Folding
from netpolc.report.places import ANYWHERE
from netpolc.report.ports import EVERYTHING, in_words
from netpolc.report.summary import RISKS, counted
from netpolc.sets.labels import EVERYTHING as EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.peers import Peer
    from netpolc.queries.change_reasons import ChangeLine
    from netpolc.queries.deciding_rules import DecidingRule
    from netpolc.queries.pictures.model import Drawing, DrawnEdge, DrawnNode
    from netpolc.report.changes import Naming
    from netpolc.results import Picture

MOST_LISTED = 6
"""The members of a node that are named."""
MOST_IDS = 40
MOST_REASONS = 12
"""The lines of an edge that are shown."""
LONGEST_PORTS = 60
WIDTH = 36
"""The characters of a line of a node beyond which it is broken, where it can be."""
EVERY_POD = "every pod"
OPEN = "no policy closes it"
LONE = {True: "of a new workload", False: "of a workload that is gone"}


class PictureWords:
    """The words of a picture."""

    def __init__(self, picture: Picture, naming: Naming | None = None) -> None:
        """Take a picture, and in one of a change what its files are called."""
        names = picture.names
        self._folding = Folding(names.peers, names.nets, MOST_LISTED, roles=names.roles)
        self._numbers = {peer.id: number for number, peer in enumerate(names.peers)}
        self._called = names.called
        nodes = picture.drawing.nodes
        named = Counter(
            each for node in nodes for each in {(node.box, names.called.get(peer.id)) for peer in node.peers}
        )
        self._several = {each for each, count in named.items() if count > 1}
        self._naming = naming

    def box(self, name: str) -> str:
        """Return the label of a namespace."""
        return visible(name)

    def node(self, node: DrawnNode) -> tuple[str, ...]:
        """Return the lines of a node."""
        if node.places:
            return (*self._places(node), *_workloads_in(node))
        return tuple(line for each in self._members(node) for line in _broken(each))

    def head(self, node: DrawnNode) -> str:
        """Return what a node is called, with the workloads in the places that it stands for, as one line."""
        return ", ".join((*self.names(node), *_workloads_in(node)))

    def names(self, node: DrawnNode, within: str | None = None) -> list[str]:
        """Return what a node is called `within` a namespace, or outside of any."""
        names = [*self._places(node)] if node.places else self._members(node)
        return names if node.box in (None, within) else [f"{visible(node.box or '')}/{name}" for name in names]

    def _members(self, node: DrawnNode) -> list[str]:
        """Return the names of the members of a node, and of many the first."""
        names = [self._name(node.box, peer) for peer in node.peers]
        known = list(dict.fromkeys(name for name in names if name is not None))
        if known and None not in names and len(known) <= MOST_LISTED + 1:
            return [*map(visible, known)]
        if node.box is None and all(peer.workload is not None for peer in node.peers):
            return _of_namespaces(node.peers)
        listed = self._folding.listed(bits_of(self._numbers[peer.id] for peer in node.peers))
        return list(dict.fromkeys(_within(visible(node.box or ""), each) for each in listed))

    def _name(self, box: str | None, peer: Peer) -> str | None:
        """Return what a program calls pods; where several nodes of a box have the name, with what tells namespaces."""
        name = self._called.get(peer.id)
        if name is None or peer.pods is None or (box, name) not in self._several:
            return name
        namespaces = f"[{selector(peer.pods.namespaces)}]"
        return name if namespaces == f"[{NAME_LABEL}={box}]" else f"{name} of {_within(box or '', namespaces)}"

    def ids(self, node: DrawnNode) -> tuple[str, ...]:
        """Return the ids of the peers or places of a node, and of many the first."""
        ids = node.places or tuple(peer.id for peer in node.peers)
        found = tuple(visible(each) for each in ids[:MOST_IDS])
        return (*found, f"{len(ids) - MOST_IDS:,} more") if len(ids) > MOST_IDS else found

    def ends(self, drawing: Drawing, edge: DrawnEdge) -> tuple[str, str]:
        """Return what the nodes of an edge are called outside of their boxes."""
        return ", ".join(self.names(drawing.nodes[edge.source])), ", ".join(self.names(drawing.nodes[edge.destination]))

    def edge(self, drawing: Drawing, edge: DrawnEdge) -> tuple[str, ...]:
        """Return all that there is to say of an edge, in lines."""
        source, destination = self.ends(drawing, edge)
        return f"{source} -> {destination} : {self.ports(edge)}", *self.reasons(edge)

    def summary(self, drawing: Drawing) -> str:
        """Say what is drawn, and what was folded."""
        nodes = counted(len(drawing.nodes), "node")
        drawn = f"{nodes} in {counted(len(drawing.boxes), 'namespace')}, {counted(len(drawing.edges), 'connection')}"
        return "; ".join((drawn, *folded(drawing)))

    def told(self, edge: DrawnEdge) -> str:
        """Say on which ports something is reached; of a change, what it does to that, and what is risky about it."""
        if edge.opened is None:
            return self.ports(edge)
        risks = [RISKS[code] for code in edge.risks if code != PORTS]
        listed = f" ({', '.join(risks)})" if risks else ""
        return f"{'opened' if edge.opened else 'closed'}: {self.ports(edge)}{listed}"

    def label(self, edge: DrawnEdge) -> tuple[str, ...]:
        """Return the lines at an edge: its ports, and of a change what is risky about it, and the line that made it."""
        if edge.opened is None:
            return (self.ports(edge),)
        verb = "opened" if edge.opened else "closed"
        where = [self._where(line).rpartition("/")[2] for line in edge.lines[:1]]
        return (
            f"{verb}: {self.ports(edge)}",
            *(RISKS[code] for code in edge.risks if code != PORTS),
            *map(sentence, where),
        )

    def ports(self, edge: DrawnEdge) -> str:
        """Write the ports of an edge, and of many the first."""
        text = RISKS[PORTS] if (listed := in_words(edge.ports)) == EVERYTHING else listed
        if len(text) > LONGEST_PORTS:
            text = f"{text[:LONGEST_PORTS].rpartition(',')[0] or text[:LONGEST_PORTS]}, …"
        return f"{text}, each to itself" if edge.apart else f"{text}{SOME}" if edge.partial else text

    def reasons(self, edge: DrawnEdge) -> tuple[str, ...]:
        """Return the lines that are why an edge is there, each once."""
        if edge.opened is not None:
            found = [f"{line.side} {self._where(line)}: {line.said}" for line in edge.lines]
            found = [*(f"risk: {RISKS[code]}" for code in edge.risks), *map(sentence, found or [LONE[edge.opened]])]
        elif edge.open:
            found = [OPEN]
        else:
            found = list(dict.fromkeys(map(sentence, _lines(edge.rules))))
        if len(found) > MOST_REASONS + 1:
            found = [*found[:MOST_REASONS], counted(len(found) - MOST_REASONS, "more line")]
        return tuple(found)

    def _where(self, line: ChangeLine) -> str:
        return f"{line.file}:{line.line}" if self._naming is None else self._naming.of(line)

    def _places(self, node: DrawnNode) -> Iterator[str]:
        """Yield the names of the places of a node, and of many the first."""
        if {peer.id for peer in node.peers} == {*node.places}:
            yield from self._members(node)
            return
        asked = [peer.pods.namespaces for peer in node.peers if peer.pods is not None and namespace_of(peer) is None]
        of_labels = [ANYWHERE if each == EVERY else self._folding.place(each) for each in dict.fromkeys(asked)]
        listed = of_labels or [visible(each) for each in node.places]
        listed = [f"all {len(listed):,} namespaces"] if node.every else list(dict.fromkeys(listed))
        yield from (line for each in _first(listed) for line in _broken(each))


def folded(drawing: Drawing) -> tuple[str, ...]:
    """Return what a picture says of itself where it was folded and nobody asked for that: in one line, or in none."""
    if not (drawing.folded and drawing.too_much):
        return ()
    if drawing.stand_for:
        edges = counted(len(drawing.edges), "edge")
        verb = "stands" if len(drawing.edges) == 1 else "stand"
        return (f"folded by namespace: {edges} {verb} for {counted(drawing.stand_for, 'change')}",)
    workloads = {peer.id for node in drawing.nodes for peer in node.peers if peer.workload is not None}
    return (f"folded by namespace: {counted(len(workloads), 'workload')}",)


def _workloads_in(node: DrawnNode) -> Iterator[str]:
    """Yield how many workloads are in the places that a node stands for, if any are."""
    workloads = sum(peer.workload is not None for peer in node.peers) if node.places else 0
    # What is its own place, as pods that nobody selects are, is no namespace.
    if workloads and {peer.id for peer in node.peers} != {*node.places}:
        yield counted(workloads, "workload")


def _of_namespaces(workloads: Iterable[Peer]) -> list[str]:
    """Return the names of workloads of several namespaces, each with these, and of many the first."""
    found: dict[str, list[str]] = {}
    for peer in workloads:
        namespace = visible(namespace_of(peer) or "")
        found.setdefault(_within(namespace, visible(peer.id)), []).append(namespace)
    listed = [
        f"{name} of {{{', '.join(_first(namespaces))}}}" if len(namespaces) > 1 else _placed(name, *namespaces)
        for name, namespaces in found.items()
    ]
    return _first(listed)


def _placed(name: str, namespace: str) -> str:
    return f"{namespace}/{name}" if namespace else name


def _first(names: list[str]) -> list[str]:
    """Return names, and of many the first."""
    if len(names) <= MOST_LISTED + 1:
        return names
    return [*names[:MOST_LISTED], f"{len(names) - MOST_LISTED:,} more"]


def _within(box: str, name: str) -> str:
    """Write a name without the namespace that it stands in."""
    if box:
        name = name.removeprefix(f"{box}/").removesuffix(f" of {box}")
        named = f"{NAME_LABEL}={box}"
        name = name.replace(f"[{named}, ", "[", 1) if name.startswith("[") else name
        name = name.replace(f", {named}", "", 1)
    if name in ("*", "*/*"):
        return EVERY_POD
    return f"{EVERY_POD} of {name.removesuffix('/*')}" if name.endswith("/*") else name


def _broken(text: str) -> Iterator[str]:
    """Break a text that is too wide for a node, behind what separates its parts."""
    while len(text) > WIDTH:
        place = max(text.rfind(mark, 0, WIDTH) for mark in (", ", "]/", " "))
        if place < 1:
            break
        cut = place + (2 if text.startswith("]/", place) else 1)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    yield text


def _lines(rules: Iterable[DecidingRule]) -> Iterator[str]:
    """Yield the lines of rules: a statement of netpol as it stands, and of a manifest the part of a policy."""
    for rule in rules:
        source = rule.source
        if source is not None and source.file.endswith(".netpol"):
            yield f"{source.file}:{source.line}: {source.text}"
        else:
            yield reason_text(rule)
