"""The bytes of a flow log, in pieces: as they are, or unpacked by gzip or zstd, told by how they begin.

What is unpacked is bounded by its proportion to what was packed, since a small file can hold any number of lines.
"""

from __future__ import annotations

import codecs
import re
import sys
import zlib
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE = 256 * 1024
"""The bytes of a piece: more is not faster, and less is slower."""

GENEROUS = 64 * 1024 * 1024
MOST_TIMES = 500
"""What is unpacked may be as large as the first, or as many times what was packed: logs are 10 to 100 times."""

_GZIP = b"\x1f\x8b"
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18").match
"""A frame of zstd, or one to be skipped before it (RFC 8878, 3.1)."""

_STEP = 256
"""The bytes of zstd that are unpacked at once: each 4 of them may be a block of 128 KiB (RFC 8878, 3.1.1.2)."""

_WITH_GZIP_HEADER = 31
"""The `wbits` of zlib for data with the header and the check sum of gzip."""


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_CUT = "it ends in the middle"
_DAMAGED = "what is packed in it is damaged"


class UnpackError(Exception):
    """A file that cannot be unpacked to its end, and why; what came before is good."""


class DisproportionError(UnpackError):
    """A file that unpacks to far more than logs do."""


class NeedsExtraError(Exception):
    """A file that takes a package to read which is not installed; the extra `flows` has it."""


def in_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a text in UTF-8 without its byte order mark; shells of Windows redirect to UTF-16."""
    first = next(pieces, b"")
    encoding = next((name for mark, name in _MARKS if first.startswith(mark)), None)
    if encoding is None:
        yield from chain((first,), pieces)
    else:
        decode = codecs.getincrementaldecoder(encoding)("replace").decode
        for piece in chain((first,), pieces):
            yield decode(piece).encode("utf-8", "replace")


def unpacked(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream in pieces, unpacked if need be.

    Raises:
        UnpackError: the rest is cut off, damaged, or out of all proportion.
        NeedsExtraError: there is no package for this compression.
        OSError: the stream cannot be read.
    """
    first = stream.read(PIECE)
    if first.startswith(_GZIP):
        yield from _gzip(first, stream)
    elif _ZSTD(first):
        yield from _zstd(first, stream)
    else:
        while first:
            yield first
            first = stream.read(PIECE)


def _gzip(data: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """Unpack the members of a file of gzip, one after the other, with zeros between them as tapes have."""
    proportion = _Proportion()
    member = None
    while data or (data := stream.read(PIECE)):
        try:
            if member is None:
                data = data.lstrip(b"\0")
                if not data:
                    continue
                member = zlib.decompressobj(_WITH_GZIP_HEADER)
            left = len(data)
            piece = member.decompress(data, PIECE)
        except zlib.error:
            raise UnpackError(_DAMAGED) from None
        data = member.unused_data if member.eof else member.unconsumed_tail
        proportion.packed += left - len(data)
        yield proportion.checked(piece)
        if member.eof:
            member = None
    if member is not None:
        yield member.flush()
        if not member.eof:
            raise UnpackError(_CUT)


def _zstd(data: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """Unpack the frames of a file of zstd, by the standard library or by a package, in steps that bound each piece."""
    new_frame, error = _zstd_library()
    proportion = _Proportion()
    frame = None
    while data or (data := stream.read(PIECE)):
        at = 0
        while at < len(data):
            step = data[at : at + _STEP]
            proportion.packed += len(step)
            frame = frame or new_frame()
            try:
                piece = frame.decompress(step)
            except error:
                raise UnpackError(_DAMAGED) from None
            at += len(step)
            if frame.eof:
                at -= len(frame.unused_data)
                frame = None
            if piece:
                yield proportion.checked(piece)
        data = b""
    if frame is not None:
        raise UnpackError(_CUT)


def _zstd_library() -> tuple[Callable[[], Any], type[Exception]]:
    """Return what makes the decompressor of a frame, and what that raises."""
    if sys.version_info >= (3, 14):
        zstd: Any = import_module("compression.zstd")
        return zstd.ZstdDecompressor, zstd.ZstdError
    try:
        zstd = import_module("zstandard")
    except ImportError:
        raise NeedsExtraError from None
    return zstd.ZstdDecompressor().decompressobj, zstd.ZstdError


class _Proportion:
    """How much was unpacked of how much."""

    def __init__(self) -> None:
        self.packed = 0
        self._unpacked = 0

    def checked(self, piece: bytes) -> bytes:
        """Return a piece; raises DisproportionError if all pieces are too much for what was packed."""
        self._unpacked += len(piece)
        if self._unpacked > GENEROUS and self._unpacked > self.packed * MOST_TIMES:
            raise DisproportionError(f"it unpacks to more than {MOST_TIMES} times its size, as no log does")
        return piece
