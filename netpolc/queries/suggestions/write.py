"""Lines for connections, in words that mean the same wherever in a program they are written, or in a part of it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import words
from netpolc.identity import IdentityCache
from netpolc.manifests.lasting_labels import lasting_labels
from netpolc.queries.everybody import holds
from netpolc.queries.scopes import FilePart
from netpolc.queries.suggestions.try_out import meaning_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.engine.regions import Region
    from netpolc.manifests.model import Workload
    from netpolc.queries.choice import Choice
    from netpolc.queries.connections import AskedConnection
    from netpolc.queries.endpoints import Endpoints


class Draft(msgspec.Struct, frozen=True):
    """Lines, a part of the program where they are right, and in words where that is, if not everywhere."""

    lines: tuple[str, ...]
    part: FilePart
    where: str | None


def draft(endpoints: Endpoints, missing: Collection[AskedConnection]) -> Draft | None:
    """Write lines by which pairs of endpoints connect; None where the language has no word for one of them."""
    everywhere = list(endpoints.scopes.parts())
    files: dict[str, list[FilePart]] = {}
    for part in everywhere:
        files.setdefault(part.module.key, []).append(part)
    several = len(files) > 1
    groups = (
        (everywhere, None),
        *((parts, _file(parts[0]) if several else None) for parts in files.values()),
        *(([part], _section(part)) for part in everywhere),
    )
    # The words of whoever asks go before labels and addresses that are right in more places.
    for by_name in (True, False):
        for group, where in groups:
            lines = _Pen(endpoints, group, by_name=by_name).lines(missing) if group else None
            if lines is not None:
                return Draft(lines, group[0], where)
    return None


def _file(part: FilePart) -> str:
    return f"in {part.module.outline.source.name}"


def _section(part: FilePart) -> str:
    section = "outside of any namespace" if part.section is None else f"in namespace {part.section}"
    return f"{_file(part)}, {section}"


class _Pen:
    """Writes lines that are to mean the same in some parts of a program, by nothing but names or not."""

    def __init__(self, endpoints: Endpoints, parts: Sequence[FilePart], *, by_name: bool) -> None:
        self.endpoints = endpoints
        self.parts = parts
        self.by_name = by_name
        self.names: IdentityCache[Choice, tuple[str, ...]] = IdentityCache()

    def lines(self, missing: Iterable[AskedConnection]) -> tuple[str, ...] | None:
        """Write one line for all destinations that the same sources are to reach."""
        sources: dict[tuple[str, str], dict[str, None]] = {}
        for each in missing:
            start, end = self.name(each.choices[0], each.source), self.destination(each.choices[1], each.destination)
            if start is None or end is None:
                return None
            sources.setdefault(end, {})[start] = None
        destinations: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for end, starts in sources.items():
            destinations.setdefault(tuple(starts), []).append(end)
        return tuple(f"{_set(starts)} -> {_targets(found)}" for starts, found in destinations.items())

    def destination(self, choice: Choice, peer: Peer) -> tuple[str, str] | None:
        """Write a destination and its ports, which are empty where it brings them."""
        name = self.name(choice, peer)
        if name is None or choice.ports is None:
            return None
        brings = choice.brings and choice.meaning is not None and name == choice.meaning.text
        return name, "" if brings else f":{words.ports(choice.ports)}"

    def name(self, choice: Choice, peer: Peer) -> str | None:
        found = self.names.get(choice)
        if found is None:
            found = self.names.add(choice, tuple(islice(self.fitting(choice, peer), 1)))
        return found[0] if found else None

    def fitting(self, choice: Choice, peer: Peer) -> Iterator[str]:
        """Yield the words for an end that are right in all parts."""
        meaning = choice.meaning
        if meaning is None:
            for name in (
                *_names(peer, self.endpoints.scopes.keys),
                *(() if self.by_name else _labels(peer, self.endpoints.scopes.keys)),
            ):
                if all(any(holds(region, peer) for region in self.meaning(name, part)) for part in self.parts):
                    yield name
            return
        # A service by its name brings its own ports, whatever was asked about.
        asked_otherwise = meaning.ports is not None and not choice.brings
        names = () if asked_otherwise else (meaning.text,)
        for name in names if self.by_name else (*names, meaning.literal):
            if all(self.meaning(name, part) >= {*meaning.regions} for part in self.parts):
                yield name

    def meaning(self, name: str, part: FilePart) -> frozenset[Region]:
        return meaning_in(self.endpoints.scopes, name, part)


def _set(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{{{', '.join(texts)}}}"


def _targets(destinations: Sequence[tuple[str, str]]) -> str:
    names, ports = [name for name, _ in destinations], {ports for _, ports in destinations}
    return f"{_set(names)}{ports.pop()}" if len(ports) == 1 else _set([name + each for name, each in destinations])


def _names(peer: Peer, keys: Sequence[str]) -> Iterator[str]:
    """Yield what the language may call the pods of a peer that was called by its id."""
    workload = peer.workload
    if workload is None:
        yield peer.id
        return
    lasting = lasting_labels(workload)
    passing = {workload.labels[key] for key in keys if key in workload.labels and key not in lasting}
    names = (workload.name, *(lasting[key] for key in keys if key in lasting))
    yield from (f"{_place(workload)}{name}" for name in names if name not in passing)


def _labels(peer: Peer, keys: Sequence[str]) -> Iterator[str]:
    """Yield the same by the labels that name pods, or by all that last."""
    if peer.workload is None:
        return
    place, labels = _place(peer.workload), lasting_labels(peer.workload)
    yield from (f"{place}[{key}={labels[key]}]" for key in keys if key in labels)
    if labels:
        yield f"{place}[{', '.join(f'{key}={value}' for key, value in sorted(labels.items()))}]"


def _place(workload: Workload) -> str:
    return "" if workload.namespace is None else f"{workload.namespace}/"
