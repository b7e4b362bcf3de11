"""What stands around the records of a log that something else has collected: a prefix, or JSON with each as a text.

Source: "CRI log format" of Kubernetes (kubelet, pkg/kuberuntime/logs), where runtimes cut long lines to parts; the
`json-file` driver of Docker (`log`); `logcli query --output=jsonl` of Loki (`line`); `stern --output json` (`message`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.flows.reading.lines import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netpolc.flows.reading.lines import LogLines
    from netpolc.flows.reading.values import LogValues

    Unwrap = Callable[[bytes], bytes | None]
    """Return what a record holds, nothing where the next ones go on, or None where it is not wrapped so."""

_CRI = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (stdout|stderr) ([FP])(?::\S*)? ", re.DOTALL).match


class _Collected(msgspec.Struct):
    line: str | None = None
    log: str | None = None
    message: str | None = None


_COLLECTED = msgspec.json.Decoder(_Collected)


def _of_runtime() -> Unwrap:
    """Begin with the lines of a container runtime, whose parts are joined by stream."""
    parts: dict[bytes, bytes] = {}

    def unwrap(record: bytes) -> bytes | None:
        prefix = _CRI(record)
        if prefix is None:
            return None
        stream, is_last = prefix[1], prefix[2] == b"F"
        whole = parts.pop(stream, b"") + record[prefix.end() :]
        if not is_last and len(whole) <= LONGEST:
            parts[stream] = whole
            return b""
        return whole

    return unwrap


def _of_collector() -> Unwrap:
    """Begin with objects of JSON that have each record as a text."""
    return _text


def _text(record: bytes) -> bytes | None:
    if not record.lstrip().startswith(b"{"):
        return None
    try:
        found = _COLLECTED.decode(record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    text = next((each for each in (found.line, found.log, found.message) if each is not None), None)
    return None if text is None else text.encode("utf-8", "replace").strip()


WRAPPINGS: tuple[Callable[[], Unwrap], ...] = (_of_runtime, _of_collector)
"""What makes each way to unwrap the records of one file, in their order."""


class Unwrapped:
    """The records of a log without what stands around them; what is not wrapped is left as it is."""

    def __init__(
        self,
        records: Callable[[Iterable[bytes]], LogLines | LogValues],
        begin: Callable[[], Unwrap],
        pieces: Iterable[bytes],
    ) -> None:
        """Take how records stand in a text, one of `WRAPPINGS`, and the pieces of the text."""
        self._records = records(pieces)
        self._unwrap = begin()

    def __iter__(self) -> Iterator[tuple[Sequence[int], list[bytes]]]:
        """Yield records with their numbers, from 1."""
        for numbers, batch in self._records:
            yield numbers, [record if (inner := self._unwrap(record)) is None else inner for record in batch]

    @property
    def too_long(self) -> list[int]:
        """The numbers of the records that are too long to be read."""
        return self._records.too_long

    @property
    def unterminated(self) -> int:
        """The number of the last record where no end of a line follows it, or 0."""
        return self._records.unterminated
