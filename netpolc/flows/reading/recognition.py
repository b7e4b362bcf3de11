"""Telling what a file is by its beginning: the format of its records, and whether each stands on a line of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from netpolc.flows.reading.formats import FORMATS
from netpolc.flows.reading.lines import LogLines
from netpolc.flows.reading.values import LISTS, LogValues
from netpolc.flows.reading.wrapping import WRAPPINGS, Unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.flows.reading.model import Format

HEAD = 1024 * 1024
"""The bytes in which there has to be a record."""

Records = Callable[[Iterable[bytes]], LogLines | LogValues | Unwrapped]
"""How records stand in a text: what makes them of its pieces."""


def recognized(head: bytes, formats: Sequence[Format] = FORMATS) -> tuple[Format | None, Records]:
    """Return the format of a file that begins so, None where no record is of any, and how its records stand."""
    ways = _ways(head)
    wrapped = (partial(Unwrapped, way, begin) for way in ways for begin in WRAPPINGS)
    for way in (*ways, *wrapped):
        for record in _records(head, way):
            found = format_of(record, formats)
            if found is not None:
                return found, way
    return None, ways[0]


def format_of(record: bytes, formats: Sequence[Format] = FORMATS) -> Format | None:
    """Return the format of one record, if it is of any."""
    value = _value(record)
    return None if value is None else next((each for each in formats if each.fits(value)), None)


def _ways(head: bytes) -> tuple[type[LogLines | LogValues], ...]:
    """Return how records may stand in a text that begins so, the likeliest first."""
    start = head.lstrip()
    if start.startswith(b"["):
        return (LogValues,)
    if not start.startswith(b"{"):
        return (LogLines,)
    first = _value(start.split(b"\n", 1)[0])
    if not isinstance(first, dict):
        return LogValues, LogLines
    return (LogValues,) if any(isinstance(first.get(key), list) for key in LISTS) else (LogLines,)


def _records(head: bytes, way: Records) -> Iterator[bytes]:
    for _, records in way(iter((head,))):
        yield from records


def _value(record: bytes) -> object:
    """Return what a record is: a JSON object, or a line as text; None for what is neither."""
    if not record.lstrip().startswith(b"{"):
        return record.decode("utf-8", "replace").strip() or None
    try:
        return msgspec.json.decode(record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
