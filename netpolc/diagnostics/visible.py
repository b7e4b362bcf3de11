"""Texts of users made fit for a terminal: nothing in them acts, nothing in them hides, and their width is known."""

from __future__ import annotations

LONGEST = 1_000

# Characters that print as nothing although Python calls them printable: the fillers, joiners and variation selectors
# of Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt) that are letters or marks.
_BLANK = frozenset(
    chr(code)
    for codes in (
        (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
    for code in codes
)


def visible(text: str) -> str:
    """Escape every control, format, bidirectional and invisible character of a text, so that it takes one line."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(
        character if character.isprintable() and character not in _BLANK else _escape(character) for character in text
    )


def sentence(text: str) -> str:
    """Show text as `visible` does, cut in the middle where a user's text makes it too long to read."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 :]}"
    return visible(text)


def in_one_line(text: str) -> str:
    """Show text as `sentence` does, its lines joined by blanks."""
    return sentence(" ".join(text.splitlines()))


def cells(text: str) -> int:
    """Count the cells of a terminal that a visible text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    import unicodedata  # most texts are ASCII

    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
