"""Reading on several processors, since it is the largest cost of most questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc import processors
from netpolc.manifests.model import Manifests
from netpolc.manifests.reading import Repeated, read_manifests
from netpolc.source import Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from netpolc.manifests.reading import CheckingReaders

SMALLEST_SHARE = 250_000
"""The characters below which another process costs more than it saves."""


def read_apart(
    sources: Sequence[Source],
    unnamed: Collection[Source] = (),
    *,
    checking: CheckingReaders | None,
    wide: bool,
    processes: int = 1,
) -> list[Manifests]:
    """Read each source as `read_manifests` does, on several processors, and return the manifests in their order.

    Those that are `unnamed` were only found.
    """
    repeated = Repeated()

    def read(number: int) -> Manifests:
        source = sources[number]
        return read_manifests(source, checking=checking, wide=wide, named=source not in unnamed, repeated=repeated)

    count = processors.count_for(sum(len(source.text) for source in sources), SMALLEST_SHARE, processes)
    largest_first = sorted(range(len(sources)), key=lambda number: -len(sources[number].text))
    encode, decode = _encoder().encode, lambda number, content: _decoded(content, sources[number])
    found = dict(zip(largest_first, processors.spread(largest_first, count, read, encode, decode), strict=True))
    return [found[number] for number in range(len(sources))]


def _encoder() -> msgspec.msgpack.Encoder:
    """Return an encoder that writes a location as its two offsets, since the reader of it has the text."""
    return msgspec.msgpack.Encoder(enc_hook=lambda location: (location.span.start, location.span.end))


def _decoded(part: bytes, source: Source) -> Manifests:
    def located(_: type, offsets: Any) -> Location:
        return Location(source, Span(*offsets))

    return msgspec.msgpack.decode(part, type=Manifests, dec_hook=located)
