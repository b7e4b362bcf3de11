"""A long plan in few lines: the connections by namespace, and the objects, counted."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from netpolc.diagnostics.visible import sentence
from netpolc.engine.regions import names_of
from netpolc.engine.verdicts import Address
from netpolc.report.summary import counted, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.diagnostics.paint import Paint, Style
    from netpolc.engine.peers import Peer
    from netpolc.queries.review import Review
    from netpolc.rollout.model import Step, Verb

MOST_LINES = 100
"""The lines of connections, and of objects, that are read one by one; more are counted."""
MOST_PLACES = 30
"""The namespaces, and pairs of these, that are named where lines are counted."""
WIDTH = 8
SIGNS: dict[Verb, str] = {"create": "+", "change": "~", "delete": "-"}
ADDRESSES, SEVERAL = "addresses", "any namespace"


def folded(lines: Iterable[str], found: Review, paint: Paint) -> Iterator[str]:
    """Write the connections of a review in the lines that it has, unless these are too many, by namespace then."""
    listed = list(lines)
    if sum(each.count("\n") for each in listed) <= MOST_LINES:
        yield from listed
        return
    changes: Counter[tuple[bool, str, str]] = Counter()
    risky: Counter[tuple[bool, str, str]] = Counter()
    for finding in found.findings:
        change = finding.change
        key = change.widened, _place(change.sources), _place(change.destinations)
        changes[key] += 1
        risky[key] += bool(finding.risks)
    order = sorted(changes, key=lambda key: (not risky[key], not key[0], -changes[key], key))
    for widened, source, destination in order[:MOST_PLACES]:
        key = widened, source, destination
        verb = "opened" if widened else "closed"
        style: Style = "help" if not widened else "error" if risky[key] else "warning"
        risks = f", {risky[key]:,} with a risk" if risky[key] else ""
        pair = sentence(f"{source} -> {destination}")
        yield f"{paint(verb, style)}{' ' * (WIDTH - len(verb))}{pair}: {counted(changes[key], 'connection')}{risks}\n"
    if len(order) > MOST_PLACES:
        left = order[MOST_PLACES:]
        yield f"{' ' * WIDTH}and {sum(changes[key] for key in left):,} between {len(left):,} other pairs\n"
    yield f"\n{summary(found)}\n"


def _place(peers: Iterable[Peer]) -> str:
    """Return what some peers are all in."""
    places = {_namespace(peer) for peer in peers}
    return places.pop() if len(places) == 1 else SEVERAL


def _namespace(peer: Peer) -> str:
    if isinstance(peer.end, Address):
        return ADDRESSES
    names = (peer.end.namespace or "",) if peer.pods is None else names_of(peer.pods.namespaces)
    return names[0] if names is not None and len(names) == 1 else SEVERAL


def counted_steps(steps: Sequence[Step]) -> Iterator[str]:
    """Write how many objects are created, changed and deleted in each namespace."""
    ordered = sorted(steps, key=lambda step: step.key[0])
    places = [(name, list(several)) for name, several in groupby(ordered, key=lambda step: step.key[0])]
    for name, several in places[:MOST_PLACES]:
        yield f"  {name or 'ClusterNetworkPolicy'}: {_counts(several)}\n"
    if len(places) > MOST_PLACES:
        rest = [step for _, several in places[MOST_PLACES:] for step in several]
        yield f"  {counted(len(places) - MOST_PLACES, 'other namespace')}: {_counts(rest)}\n"


def _counts(steps: Iterable[Step]) -> str:
    listed = list(steps)
    counts = Counter(step.verb for step in listed if not step.bridge)
    parts = [f"{counts[verb]:,} to {verb}" for verb in SIGNS if counts[verb]]
    bridges = sum(1 for step in listed if step.bridge and step.verb == "create")
    parts += [f"{bridges:,} on the way only"] if bridges else []
    return ", ".join(parts)
