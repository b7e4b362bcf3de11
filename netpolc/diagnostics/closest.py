"""The search for the name that a user may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST, LONGEST = 4, 63
"""The lengths of names that have neighbours; 63 is the longest label value (apimachinery, LabelValueMaxLength)."""

ALIKE = 0.6
MOST = 100

_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate most like a word, by difflib's ratio and ignoring case; None where none is like it.

    Of very many candidates, only those that begin like the word and are about as long are looked at.
    """
    from difflib import SequenceMatcher  # only runs that report an error need it

    folded = word.casefold()[:LONGEST]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    best: tuple[float, str] | None = None
    for candidate in _plausible(folded, candidates):
        matcher.set_seq1(candidate.casefold())
        least = ALIKE if best is None else best[0]
        if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
            continue
        ratio = matcher.ratio()
        if candidate != word and (ratio > least or (best is None and ratio == least)):
            best = ratio, candidate
    return None if best is None else best[1]


def _plausible(folded: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates worth a closer look, sorted, at most `MOST`."""
    near = {name for name in candidates if len(name) <= LONGEST and abs(len(name) - len(folded)) <= len(folded)}
    if len(near) > MOST:
        near = {name for name in near if name[:1].casefold() == folded[:1]}
    nearest = sorted(near, key=lambda name: (abs(len(name) - len(folded)), name))
    return sorted(nearest[:MOST])


class Neighbours:
    """An index of names that finds those one slip of the keyboard away.

    Two words are neighbours when they differ, without regard to case, by at most one insertion, deletion, substitution
    or transposition. Words that differ only in digits are told apart on purpose, and short words by chance.

    Words one such slip apart share a variant with at most one character deleted, so names are filed under their
    variants, and a lookup costs as many steps as the word has characters, however many names there are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Index the names."""
        self._forms: dict[str, list[_FoldedName]] = {}
        for name in sorted(set(names)):
            form = _form(name)
            for variant in _variants(form.folded):
                self._forms.setdefault(variant, []).append(form)

    def of(self, word: str) -> str | None:
        """Return the neighbour of a word, the first by name where there are several; no word neighbours itself."""
        return min(self._neighbours(_form(word)), default=None)

    def _neighbours(self, word: _FoldedName) -> Iterator[str]:
        for variant in _variants(word.folded):
            for form in self._forms.get(variant, ()):
                if _are_neighbours(word, form):
                    yield form.name
                    break


class _FoldedName(msgspec.Struct, frozen=True):
    """A name, without regard to case, and without digits either."""

    name: str
    folded: str
    letters: str


def _form(name: str) -> _FoldedName:
    folded = name.casefold()
    return _FoldedName(name, folded, folded.translate(_WITHOUT_DIGITS))


def _variants(folded: str) -> set[str]:
    if not SHORTEST <= len(folded) <= LONGEST:
        return set()
    return {folded} | {folded[:i] + folded[i + 1 :] for i in range(len(folded))}


def _are_neighbours(word: _FoldedName, name: _FoldedName) -> bool:
    if word.folded == name.folded:
        return word.name != name.name
    return word.letters != name.letters and _one_slip_apart(word.folded, name.folded)


def _one_slip_apart(a: str, b: str) -> bool:
    """Tell whether one insertion, deletion, substitution or transposition makes two different words one."""
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i in range(len(a)) if a[i] != b[i]), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    swapped = a[at + 1 : at + 2] + a[at : at + 1] + a[at + 2 :]
    return a[at + 1 :] == b[at + 1 :] or swapped == b[at:]
