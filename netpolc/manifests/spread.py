"""Reading on several processors, since it is the largest cost of most questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc import processors
from netpolc.manifests.model import Manifests
from netpolc.manifests.reading import read_manifests
from netpolc.source import Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.manifests.reading import Judges

SMALLEST_SHARE = 250_000
"""The characters below which another process costs more than it saves."""


def read_apart(sources: Sequence[Source], *, judges: Judges | None, wide: bool, processes: int = 1) -> list[Manifests]:
    """What `read_manifests` reads of each source, in their order."""

    def read(number: int) -> Manifests:
        return read_manifests(sources[number], judges=judges, wide=wide)

    count = processors.count_for(sum(len(source.text) for source in sources), SMALLEST_SHARE, processes)
    largest_first = sorted(range(len(sources)), key=lambda number: -len(sources[number].text))
    encode, decode = _encoder().encode, lambda number, content: _decoded(content, sources[number])
    found = dict(zip(largest_first, processors.spread(largest_first, count, read, encode, decode), strict=True))
    return [found[number] for number in range(len(sources))]


def _encoder() -> msgspec.msgpack.Encoder:
    """Writes a place as its offsets: it is in the text that was read."""
    return msgspec.msgpack.Encoder(enc_hook=lambda place: (place.span.start, place.span.end))


def _decoded(part: bytes, source: Source) -> Manifests:
    def place(_: type, offsets: Any) -> Location:
        return Location(source, Span(*offsets))

    return msgspec.msgpack.decode(part, type=Manifests, dec_hook=place)
