"""Good names: those that a workload, a label or a policy has already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import is_bare, is_name
from netpolc.adopt.importer.model import PodsEnd
from netpolc.ecosystem.name_labels import NAME_KEYS
from netpolc.ecosystem.private_networks import RFC_1918
from netpolc.ir.model import InNamespace
from netpolc.language.resolve.declarations import BUILT_IN
from netpolc.sets.ports import PortInterval, ports_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import BlockEnd, Ends
    from netpolc.manifests.model import Workload
    from netpolc.sets.labels import LabelRequirement, LabelSelector
    from netpolc.sets.ports import PortSet

FILLER = (
    r"allow|permit|deny|default|from|to|for|in|out|ingress|egress|access|traffic|only|netpol|networkpolicy|network"
    r"|policy|np"
)
"""What names of policies say of all policies."""

WELL_KNOWN: tuple[tuple[str, PortSet], ...] = (
    ("dns-ports", ports_of([PortInterval("TCP", 53, 53), PortInterval("UDP", 53, 53)])),
    ("web-ports", ports_of([PortInterval("TCP", 80, 80), PortInterval("TCP", 443, 443)])),
)
SOON_READ = 2
"""How many ports are as easily read as a name for them."""


def bare_name(selector: LabelSelector, key: str) -> str | None:
    """Return the name that stands for a selector by itself, or None."""
    if len(selector.requirements) != 1:
        return None
    requirement = selector.requirements[0]
    if requirement.key != key or requirement.operator != "In" or len(requirement.values) != 1:
        return None
    return requirement.values[0] if is_bare(requirement.values[0]) else None


def for_pods(pods: PodsEnd, key: str, workloads: Sequence[Workload], policies: Iterable[str]) -> Iterator[str]:
    """Yield names for pods: of the workload that they are, from their labels, from the policies that select them."""
    if isinstance(pods.namespaces, InNamespace):
        name = pods.namespaces.name
        found = {w.name for w in workloads if w.namespace == name and pods.selector.matches(w.labels)}
        if len(found) == 1:
            yield from found
    values = {
        one.key: one.values[0] for one in pods.selector.requirements if one.operator == "In" and len(one.values) == 1
    }
    named = [each for each in dict.fromkeys((key, *NAME_KEYS)) if each in values]
    yield from (values[each] for each in named[:1])
    others = [one for one in pods.selector.requirements if one.key not in named[:1]]
    yield "-".join([*(values[each] for each in named[:1]), *map(_quality, others)])
    yield from filter(None, map(_topic, policies))
    yield "pods"


def for_blocks(blocks: Iterable[BlockEnd], policies: Iterable[str]) -> Iterator[str]:
    """Yield names for addresses."""
    blocks = tuple(blocks)
    if frozenset(block.cidr for block in blocks) == frozenset(RFC_1918):
        yield "private"
    yield from filter(None, map(_topic, policies))
    first = re.sub(r"[^0-9a-f]+", "-", re.sub(r"(?:\.0)*/\d+$|::/\d+$|/\d+$", "", blocks[0].cidr)).strip("-")
    yield f"net-{first or 'all'}"


def for_ports(ports: PortSet, listeners: Collection[Ends], key: str) -> Iterator[str]:
    """Yield names for ports: well-known ones, or by who listens there; none for few ports, which are soon read."""
    yield from (name for name, known in WELL_KNOWN if known == ports)
    first = next(iter(listeners))[0]
    name = bare_name(first.selector, key) if isinstance(first, PodsEnd) else None
    if name is not None and len(listeners) == 1:
        yield f"{name}-ports"
    if len(ports.intervals) + len(ports.names) > SOON_READ:
        yield "-".join([*dict.fromkeys(port.name for port in ports.names), "ports"])


def free(candidates: Iterable[str], taken: set[str]) -> str:
    """Return the first candidate that is a name and not taken, or the first of all with a number."""
    sound = [name for name in dict.fromkeys(candidates) if is_name(name) and name != BUILT_IN] or ["pods"]
    for name in sound:
        if name not in taken:
            return name
    number = 2
    while (name := f"{sound[0]}-{number}") in taken:
        number += 1
    return name


def _quality(requirement: LabelRequirement) -> str:
    """Return a requirement as a part of a name."""
    key = requirement.key.rpartition("/")[2]
    match requirement.operator:
        case "In":
            return "-or-".join(requirement.values)
        case "NotIn":
            return f"not-{'-'.join(requirement.values)}"
        case "Exists":
            return key
        case "DoesNotExist":
            return f"without-{key}"


def _topic(policy: str) -> str:
    """Return the part of a policy's name that says what it is about."""
    words = re.split(r"[-.]+", policy)
    while words and re.fullmatch(FILLER, words[0]):
        del words[0]
    while words and re.fullmatch(FILLER, words[-1]):
        del words[-1]
    return "-".join(words)
