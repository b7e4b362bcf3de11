"""References to pods, namespaces and ports in policies and programs, whoever wrote them, and where these stand."""

from __future__ import annotations

import msgspec

from netpolc.engine.regions import PodSet
from netpolc.sets.labels import LabelSelector
from netpolc.sets.ports import NamedPort, PortInterval
from netpolc.source import Location


class Mention(msgspec.Struct, frozen=True):
    """Pods that somebody selects, as a subject or as a peer.

    `path` leads from the location to the selector where that is YAML. `service` is the one that selects them, if one
    does.
    """

    pods: PodSet
    location: Location | None
    path: tuple[str, ...] = ()
    service: str | None = None


class Home(msgspec.Struct, frozen=True):
    """Namespaces that somebody speaks of; `path` leads to their selector or their name, as in a mention."""

    namespaces: LabelSelector
    location: Location | None
    path: tuple[str, ...] = ()


class Opening(msgspec.Struct, frozen=True):
    """A port that is opened towards pods; `path` leads from the location to its number or name, as in a mention.

    `beside` are all ports of its rule, which the same peers may use.
    """

    pods: PodSet
    port: PortInterval | NamedPort
    location: Location | None
    path: tuple[str, ...] = ()
    beside: tuple[PortInterval | NamedPort, ...] = ()


class References(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is referenced. In the `owned` namespaces, objects without a namespace may land."""

    mentions: tuple[Mention, ...] = ()
    homes: tuple[Home, ...] = ()
    openings: tuple[Opening, ...] = ()
    owned: frozenset[str | None] = frozenset()

    def __add__(self, other: References) -> References:
        return References(
            mentions=self.mentions + other.mentions,
            homes=self.homes + other.homes,
            openings=self.openings + other.openings,
            owned=self.owned | other.owned,
        )
