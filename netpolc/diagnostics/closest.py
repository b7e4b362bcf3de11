"""The search for the name that a hand may have slipped on.

A *slip* is one of a hand, not a likeness: another case, a `-` or `_` more, less or for the other, or, in one part of a
name, one letter more, less or wrong, or two letters in the wrong order. Parts stand between `-`, `_`, `.` and `/`, and
what two names have in common beside that part counts for nothing: `shop-ui` is no slip of `shop-csi`.

Words that differ only in digits are told apart on purpose, short ones by chance, and protocols by the `s` of TLS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST, LONGEST = 4, 63
"""The lengths of parts that may be slipped on; 63 is the longest label value (apimachinery, LabelValueMaxLength)."""

SHORTEST_OF_FEW = 3
"""The length where there are only so many words, as of keywords, protocols and fields, and of what has a plural."""

FIRST_LETTER_FROM = 7
"""From which length on the first letter may be the wrong one: `oauth` is no slip of `auth`."""

SECURED = frozenset({"amqp", "grpc", "http", "imap", "ldap", "mqtt", "pop3", "redis", "sip", "smtp"})
"""Protocols that are another one with an `s` behind them."""

_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")
_JOINTS = re.compile(r"(?<![0-9])[-_]|[-_](?![0-9])")
_PARTS = re.compile(r"[-_./]")


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that a word is a slip of, of few that can be meant: the nearest, then the first by name."""
    form = _form(word)
    found = [other for each in candidates if _are_as_long(word, each) and (other := _form(each)).name != word]
    ranked = ((_distance(form, each, SHORTEST_OF_FEW), each.name) for each in found)
    return min(((rank, name) for rank, name in ranked if rank is not None), default=(0, None))[1]


def _are_as_long(word: str, candidate: str) -> bool:
    """Tell whether one can be a slip of the other at all, by their lengths without joints."""
    if max(len(word), len(candidate)) > 2 * LONGEST:
        return False
    return abs(len(_JOINTS.sub("", word)) - len(_JOINTS.sub("", candidate))) <= 1


class Neighbours:
    """An index of names that finds those one slip away.

    Words one such slip apart share a variant with at most one character deleted, so names are filed under their
    variants, and a lookup costs as many steps as the word has characters, however many names there are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Index the names."""
        self._forms: dict[str, list[_FoldedName]] = {}
        for name in sorted(set(names)):
            form = _form(name)
            for variant in _variants(form.joined):
                self._forms.setdefault(variant, []).append(form)

    def of(self, word: str) -> str | None:
        """Return the nearest neighbour of a word, then the first by name; no word neighbours itself."""
        if not self._forms:
            return None
        return min(self._neighbours(_form(word)), default=(0, None))[1]

    def _neighbours(self, word: _FoldedName) -> Iterator[tuple[int, str]]:
        for variant in _variants(word.joined):
            for form in self._forms.get(variant, ()):
                distance = None if word.name == form.name else _distance(word, form, SHORTEST)
                if distance is not None:
                    yield distance, form.name
                    break


class _FoldedName(msgspec.Struct, frozen=True):
    """A name, and without regard to case: its letters and digits without joints, and its parts."""

    name: str
    joined: str
    parts: tuple[str, ...]


def _form(name: str) -> _FoldedName:
    folded = name.casefold()
    return _FoldedName(name, _JOINTS.sub("", folded), tuple(_PARTS.split(folded)))


def _variants(joined: str) -> set[str]:
    if not SHORTEST <= len(joined) <= LONGEST:
        return set()
    return {joined} | {joined[:i] + joined[i + 1 :] for i in range(len(joined))}


def _distance(word: _FoldedName, name: _FoldedName, shortest: int) -> int | None:
    """Return 0 where words differ in case and joints, 1 where a part of one is one slip from the other's, else None."""
    if word.joined == name.joined:
        return 0
    if len(word.parts) != len(name.parts):
        return None
    apart = [(one, other) for one, other in zip(word.parts, name.parts, strict=True) if one != other]
    return 1 if len(apart) == 1 and _one_slip_apart(*apart[0], shortest) else None


def _one_slip_apart(a: str, b: str, shortest: int) -> bool:
    """Tell whether one insertion, deletion, substitution or transposition makes two different parts one."""
    if len(a) > len(b):
        a, b = b, a
    if b == f"{a}s":
        return len(a) >= SHORTEST_OF_FEW and a not in SECURED
    if not shortest <= len(a) <= len(b) <= LONGEST or a.translate(_WITHOUT_DIGITS) == b.translate(_WITHOUT_DIGITS):
        return False
    at = next((i for i in range(len(a)) if a[i] != b[i]), len(a))
    swapped = a[at + 1 : at + 2] + a[at : at + 1] + a[at + 2 :]
    if swapped == b[at:]:
        return True
    if at == 0 and len(b) < FIRST_LETTER_FROM:
        return False
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return len(a) >= SHORTEST and a[at + 1 :] == b[at + 1 :]
