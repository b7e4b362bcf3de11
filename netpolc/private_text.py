"""The parts of manifests that no output shows: what Secrets hold or are made of, data, and the values of variables.

What is encrypted counts as well: it may be read one day, and what is copied into a log stays there. A text that is
shown may be one that nobody can parse, so this looks at lines, their indentation and their keys, in YAML as in JSON,
and rather hides too much. Positions are shown, texts are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_TOLD_BY = {
    "Secret": r"Secret\b",
    **{
        word: rf"{word}\b(?<!\w{word})"
        for word in ("data", "stringData", "binaryData", "encryptedData", "sops", "literals", "env", "value")
    },
}
"""The words that private text comes with, each as it is found fastest: few texts have more than two of them."""
_SECRET = re.compile(r"""(?:^|[\s{,\-])["']?kind["']?\s*:\s*["']?\w*Secret["']?\s*(?:$|[,}#\s])""").search
"""The kind of a Secret, or of what one is made of, such as a SealedSecret."""

_FIELD_INSIDE = re.compile(
    r"""[{,\["'\s](["']?)(?:value\1\s*:\s*(?=\S)|(?:data|stringData|binaryData|encryptedData|sops|literals|env)\1\s*:\s*(?=[{\[]))"""
).search
_KEY = re.compile(r"""(\s*+(?:-\s++)*+)(["']?)([\w./-]++)\2\s*:(?=\s|$)""").match
_OBJECT = re.compile(r"""\s*-\s+["']?(?:apiVersion|kind|metadata)\b|\s*[{}]|\s*-\s*\{""").match
_BESIDE_ITEMS = re.compile(r"(?:apiVersion|kind|metadata|items)\b").match

_VALUE = re.compile(r"""[\s-]*(["']?)value\1(?=[\s:]|$)""").match

_CREDENTIALS = re.compile(r"://(?=[^\s/@:]*+:[^\s/@]++@)").finditer
"""Before a name and a password in a URL, wherever that stands: in arguments, say."""

_MARK = "ENC[AES256_GCM"
_ENCRYPTED = re.compile(rf"(?={re.escape(_MARK)})").finditer
"""Before a value as SOPS writes it (getsops/sops, aes/cipher.go)."""

_KEYS = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|ENCRYPTED FILE|MESSAGE)(?: BLOCK)?-----").finditer
_END_OF_KEY = "-----END "
"""How private keys and encrypted files begin and end (RFC 7468, RFC 4880)."""

_BLOCKS = frozenset({"data", "stringData", "binaryData", "encryptedData", "sops", "literals", "env"})
_OF_VARIABLES = frozenset(
    {"name", "valueFrom", "secretKeyRef", "configMapKeyRef", "fieldRef", "fieldPath", "resourceFieldRef", "resource"}
)
"""Keys of a variable that say where its value is from."""
_OF_SECRETS = frozenset({"apiVersion", "kind", "metadata", "type", "immutable"})


class _Line(msgspec.Struct, frozen=True):
    """A line: the column of its text, and of its key, the name of that, and the column after it."""

    text: str
    indent: int
    column: int
    name: str
    end: int

    @property
    def rest(self) -> str:
        """What follows the key."""
        return self.text[self.end :].strip()

    @property
    def opens(self) -> bool:
        """Whether a block or brackets follow the key, and no text of one line: a label may be called `data`, too."""
        return bool(self.name) and (not self.rest or self.rest[0] in "{[&!#|>")


def private_starts(text: str, *, unreadable: bool = False) -> dict[int, int]:
    """Return the lines with private text, which count from 0, and the column from which on it is private.

    Where a text is `unreadable`, nobody knows where a Secret ends, so all of its document is private.
    """
    lines = text.split("\n")
    candidates = _candidates(text)
    found: dict[int, int] = {}
    for part in (
        _found_by(_CREDENTIALS, text),
        _found_by(_ENCRYPTED, text) if _MARK in text else {},
        _keys(lines, text),
        _values(lines, candidates),
        _secrets(lines, candidates, whole=unreadable),
    ):
        for number, start in part.items():
            found[number] = min(start, found.get(number, start))
    return found


def _found_by(finditer: Callable[[str], Iterator[re.Match[str]]], text: str) -> dict[int, int]:
    """Find the lines with a match, and the column where the first one ends."""
    found: dict[int, int] = {}
    number = at = 0
    for match in finditer(text):
        number += text.count("\n", at, match.end())
        at = match.end()
        found.setdefault(number, at - (text.rfind("\n", 0, at) + 1))
    return found


def _keys(lines: Sequence[str], text: str) -> dict[int, int]:
    """Find private keys, from the line on which they begin to that on which they end."""
    found: dict[int, int] = {}
    for first in _found_by(_KEYS, text):
        for number in range(first, len(lines) if first not in found else first):
            found[number] = _line(lines[number]).end
            if _END_OF_KEY in lines[number]:
                break
    return found


def _candidates(text: str) -> list[int]:
    """Return the lines with a word that private text comes with: where one begins is one of these."""
    patterns = [pattern for word, pattern in _TOLD_BY.items() if word in text]
    found: list[int] = []
    number = at = 0
    for start in sorted(match.start() for pattern in patterns for match in re.finditer(pattern, text)):
        number += text.count("\n", at, start)
        at = start
        if not found or found[-1] != number:
            found.append(number)
    return found


def _line(text: str) -> _Line:
    indent = _indent(text)
    key = _KEY(text)
    return (
        _Line(text, indent, indent, "", indent) if key is None else _Line(text, indent, key.end(1), key[3], key.end())
    )


def _values(lines: Sequence[str], candidates: Sequence[int]) -> dict[int, int]:
    """Find what is below `env` and `data`, and what comes after `value`, in any object."""
    found: dict[int, int] = {}
    end = 0
    for first in candidates:
        if first >= end:
            end = _read_values(lines, first, found)
    return found


def _read_values(lines: Sequence[str], first: int, found: dict[int, int]) -> int:
    """Add what a line has, and what is below it, and return the line that is not below it any more."""
    block: _Line | None = None
    value: _Line | None = None
    for number in range(first, len(lines)):
        if not lines[number].strip():
            continue
        line = _line(lines[number])
        value = None if value is None or _is_after(line, value.column, items=False) else value
        block = None if block is None or _is_after(line, block.column, items=True) else block
        if number > first and value is None and block is None:
            return number
        if value is not None:
            found[number] = line.indent
        elif _VALUE(line.text):
            found[number], value = line.end, line
        elif (start := _start_of_value(line, block)) is not None:
            found[number] = start
        if block is None and line.name in _BLOCKS and line.opens:
            block = line
    return len(lines)


def _start_of_value(line: _Line, block: _Line | None) -> int | None:
    """Return where a line of a block, or one that opens a block in brackets, has something private."""
    inside = _FIELD_INSIDE(line.text)
    if inside is not None:
        return inside.end() if block is None else line.end
    if block is None:
        return line.end if line.name in _BLOCKS and line.opens and line.rest else None
    return None if block.name == "env" and line.name in _OF_VARIABLES else line.end


def _is_after(line: _Line, column: int, *, items: bool) -> bool:
    """Tell whether a line is below no key at a column any more, whose `items` may stand right below it.

    What is indented wrongly, and no key or item, belongs to what comes before.
    """
    item = line.text.lstrip().startswith(("- ", "]", "}"))
    if not (line.name or item):
        return False
    return line.indent < column or (line.indent == column and not (items and item))


def _secrets(lines: Sequence[str], candidates: Sequence[int], *, whole: bool) -> dict[int, int]:
    """Find all of each Secret but for the keys that every object has, or the `whole` document around it."""
    found: dict[int, int] = {}
    for number in candidates:
        if number in found or _SECRET(lines[number]) is None:
            continue
        line = _line(lines[number])
        column = line.column if line.name == "kind" and not whole else 0
        for inner in _lines_of_object(lines, number, column):
            line = _line(lines[inner])
            is_told = line.column == column and line.name in _OF_SECRETS
            found[inner] = line.end if is_told else line.indent
    return found


def _lines_of_object(lines: Sequence[str], number: int, column: int) -> Iterator[int]:
    """Yield the lines of the object that has a key at a column; what is indented wrongly counts as its own."""
    first, last = number, number + 1
    while first and not (_indent(lines[first]) < column and _OBJECT(lines[first])) and not _separates(lines[first - 1]):
        first -= 1
    while last < len(lines) and not _ends(lines[last], column):
        last += 1
    yield from range(first, last)


def _ends(line: str, column: int) -> bool:
    """Tell whether something else begins: a document, the next object of a list, or what stands beside the list."""
    return _separates(line) or (
        _indent(line) < column and (_OBJECT(line) is not None or _BESIDE_ITEMS(line) is not None)
    )


def _separates(line: str) -> bool:
    return line.startswith("---")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
