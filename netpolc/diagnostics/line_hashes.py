"""The hashes by which GitHub's code scanning finds a line again.

GitHub reads the partial fingerprint `primaryLocationLineHash` of a SARIF result, and its upload action computes one
where there is none and warns of one that differs. So it has to be the same: a polynomial over the first 100 UTF-16
units from the beginning of the line on, blanks left out, and how many lines with this hash there were so far
(https://github.com/github/codeql-action, `fingerprints.ts`).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from netpolc.source import Source

_UNITS = 100
_FACTOR = 37
_END_OF_FILE = "\uffff"
_LINE_END = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[ \t]+")


def line_hashes(source: Source, lines: Collection[int]) -> dict[int, str]:
    """Return the hashes of some lines, which count from 1."""
    wanted = {number: window for number, window in enumerate(_windows(source), 1) if number in lines}
    windows = set(wanted.values())
    seen: Counter[bytes] = Counter()
    hashes = {}
    for number, window in enumerate(_windows(source), 1):
        if window in windows:
            seen[window] += 1
        if number in wanted:
            hashes[number] = f"{_hash(window):x}:{seen[window]}"
    return hashes


def _windows(source: Source) -> Iterator[bytes]:
    """Yield what each line is hashed by; it runs on into the lines that follow."""
    text = _BLANKS.sub("", _LINE_END.sub("\n", source.text)) + _END_OF_FILE
    start = 0
    while True:
        yield text[start : start + _UNITS].encode("utf-16-le", "surrogatepass")[: 2 * _UNITS]
        start = text.find("\n", start) + 1
        if not start:
            return


def _hash(window: bytes) -> int:
    value = 0
    for at in range(0, 2 * _UNITS, 2):
        value = value * _FACTOR + int.from_bytes(window[at : at + 2], "little")
    return value % 2**64
