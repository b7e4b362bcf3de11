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

SMALLEST_SHARE = 250_000
"""The characters below which another process costs more than it saves."""


def read_apart(sources: Sequence[Source], *, judged: bool, wide: bool) -> list[Manifests]:
    """What `read_manifests` reads of each source, in their order; a process that fails leaves its share to this one."""

    def read(number: int) -> Manifests:
        return read_manifests(sources[number], judged=judged, wide=wide)

    count = processors.count_for(sum(len(source.text) for source in sources), SMALLEST_SHARE)
    sized = [(len(source.text), number) for number, source in enumerate(sources)]
    mine, *others = processors.shares_of(sized, max(1, min(count, len(sources))))
    elsewhere = processors.Elsewhere(others, lambda share: _encoder().encode([read(number) for number in share]))
    found = {number: read(number) for number in mine}
    for share, content in zip(others, elsewhere.results(), strict=True):
        if content is None:
            found |= {number: read(number) for number in share}
        else:
            parts = msgspec.msgpack.decode(content, type=list[msgspec.Raw])
            found |= {number: _decoded(part, sources[number]) for number, part in zip(share, parts, strict=True)}
    return [found[number] for number in range(len(sources))]


def _encoder() -> msgspec.msgpack.Encoder:
    """Writes a place as its offsets: it is in the text that was read."""
    return msgspec.msgpack.Encoder(enc_hook=lambda place: (place.span.start, place.span.end))


def _decoded(part: msgspec.Raw, source: Source) -> Manifests:
    def place(_: type, offsets: Any) -> Location:
        return Location(source, Span(*offsets))

    return msgspec.msgpack.decode(part, type=Manifests, dec_hook=place)
