"""Good names: those that a workload, a label or a policy has already."""

from __future__ import annotations

from collections import Counter
from itertools import chain, count
from os.path import commonprefix
from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import ANSWERS, is_bare, is_name
from netpolc.adopt.importer.model import PodsEnd
from netpolc.ecosystem.known_addresses import word_for
from netpolc.ecosystem.name_labels import NAME_KEYS, RELEASE_KEYS
from netpolc.ir.model import InNamespace
from netpolc.language.resolve.declarations import BUILT_IN
from netpolc.sets.ports import PortInterval, ports_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import BlockEnd, Ends
    from netpolc.adopt.importer.topics import Topics
    from netpolc.manifests.model import Workload
    from netpolc.sets.labels import LabelRequirement, LabelSelector
    from netpolc.sets.ports import PortSet

WELL_KNOWN: tuple[tuple[str, PortSet], ...] = (
    ("dns-ports", ports_of([PortInterval("TCP", 53, 53), PortInterval("UDP", 53, 53)])),
    ("web-ports", ports_of([PortInterval("TCP", 80, 80), PortInterval("TCP", 443, 443)])),
    ("api-server-ports", ports_of([PortInterval("TCP", 443, 443), PortInterval("TCP", 6443, 6443)])),
)


def bare_name(selector: LabelSelector, key: str) -> str | None:
    """Return the name that stands for a selector by itself, or None."""
    if len(selector.requirements) != 1:
        return None
    requirement = selector.requirements[0]
    if requirement.key != key or requirement.operator != "In" or len(requirement.values) != 1:
        return None
    return requirement.values[0] if is_bare(requirement.values[0]) else None


class Near:
    """The selectors of pods in a namespace, by what tells them apart."""

    def __init__(self, selectors: Iterable[LabelSelector] = ()) -> None:
        """Count the values that selectors ask for, and find what all of the longer ones do."""
        asked = [frozenset(selector.requirements) for selector in selectors]
        longer = [requirements for requirements in asked if len(requirements) > 1]
        self.counts = Counter(requirement for requirements in asked for requirement in requirements)
        self.shared = longer[0].intersection(*longer) if longer else frozenset()


def for_pods(pods: PodsEnd, key: str, workloads: Sequence[Workload], topics: Topics, near: Near) -> Iterator[str]:
    """Yield names for pods: of the workload that they are, of a policy that selects them, from their labels.

    The value of a label is no name where others `near` have it, too: it does not tell them apart.
    """
    if isinstance(pods.namespaces, InNamespace):
        name = pods.namespaces.name
        found = {w.name for w in workloads if w.namespace == name and pods.selector.matches(w.labels)}
        if len(found) == 1:
            yield from found
    yield from topics.of_subject(pods)
    single = {one.key: one for one in pods.selector.requirements if one.operator == "In" and len(one.values) == 1}
    named = next(
        (single[each] for each in (key, *NAME_KEYS) if each in single and _is_word(single[each].values[0])), None
    )
    others = [one for one in pods.selector.requirements if one != named and one.key not in RELEASE_KEYS]
    if named is not None:
        if near.counts[named] <= 1:
            yield named.values[0]
        yield _joined(named, [one for one in others if one not in near.shared])
    yield _joined(named, others)


def for_blocks(blocks: Iterable[BlockEnd], topic: str | None) -> Iterator[str]:
    """Yield names for addresses: what they are known as, or what their policies are about; mostly none."""
    known = word_for(frozenset(block.cidr for block in blocks))
    yield from filter(None, (known, topic))


def for_ports(ports: PortSet, listeners: Collection[Ends], key: str) -> Iterator[str]:
    """Yield names for ports: well-known ones, or by who listens there; mostly none, as numbers say more than a word."""
    yield from (name for name, known in WELL_KNOWN if known == ports)
    first = next(iter(listeners))[0]
    name = bare_name(first.selector, key) if isinstance(first, PodsEnd) else None
    if name is not None and len(listeners) == 1:
        yield f"{name}-ports"
    if ports.names:
        yield "-".join([*dict.fromkeys(port.name for port in ports.names), "ports"])


def for_group(topic: str | None, destinations: Sequence[str]) -> Iterator[str]:
    """Yield names for sources that are one set in several lines: what policies call them, or whose clients they are."""
    yield from filter(None, (topic,))
    shared = commonprefix([name.split("-") for name in destinations])
    if shared:
        yield "-".join([*shared, "clients"])
    yield "clients"


def first_free(candidates: Iterable[str], taken: Collection[str]) -> str | None:
    """Return the first candidate that is a name and not taken, or None."""
    return next((name for name in candidates if is_name(name) and name != BUILT_IN and name not in taken), None)


def free(candidates: Iterable[str], taken: Collection[str]) -> str:
    """Return the first candidate that is a name and not taken, or the first of all with a number."""
    sound = tuple(candidates)
    name = first_free(sound, taken)
    if name is not None:
        return name
    first = first_free(sound, ()) or "pods"
    numbered = (f"{first}-{number}" for number in count(2))
    return next(name for name in chain((first,), numbered) if name not in taken)


def _is_word(value: str) -> bool:
    return is_bare(value) and value not in ANSWERS


def _joined(named: LabelRequirement | None, others: Iterable[LabelRequirement]) -> str:
    """Return what is asked for as one name, without words that are there already."""
    words = [] if named is None else named.values[0].split("-")
    for other in others:
        said = set(words)
        words += [word for word in _quality(other).split("-") if word not in said]
    return "-".join(words)


def _quality(requirement: LabelRequirement) -> str:
    """Return a requirement as a part of a name."""
    key = requirement.key.rpartition("/")[2]
    match requirement.operator:
        case "In" if ANSWERS.isdisjoint(requirement.values):
            return "-or-".join(requirement.values)
        case "In":
            # `true` says nothing by itself.
            return key if requirement.values == ("true",) else f"{key}-{'-or-'.join(requirement.values)}"
        case "NotIn":
            return f"not-{'-'.join(requirement.values)}"
        case "Exists":
            return key
        case "DoesNotExist":
            return f"without-{key}"
