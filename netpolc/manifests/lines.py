"""Lines of plain YAML, each of which can be read by itself.

Such a line begins items, gives a key, a value on the same line, or both, and may end in a comment.
"""

from __future__ import annotations

import re

from netpolc.manifests.nodes import DEEPEST, UNWRITABLE

# Keys that YAML 1.1 takes for something else than their text; those that begin with a digit are not read here.
_RESERVED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))

# Whatever ends a line to some YAML parser, or may not stand in YAML at all, is in none of these. Beyond ASCII there are
# only comments, and texts are searched for such characters once: a class of them takes milliseconds to compile.
COMMENT = r"\#[^\x00-\x08\n-\x1f\x7f]*+"
FOREIGN = r"[\x80-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
_CODE = r"x[0-9A-Fa-f]{2}|u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4}|U000[1-9A-Fa-f][0-9A-Fa-f]{4}"
DOUBLE = rf"""(?:[ !#-\[\]-~]|\\(?:["\\nrt]|{_CODE}))"""
_SINGLE = r"(?:[ -&(-~]|'')"
_WORD = r"(?:[!-9;-~]|:(?=[!-~]))"

# YAML allows 1,024 characters up to the colon; the bounds on keys stay below that.
_KEY = rf"""[A-Za-z]{_WORD}{{0,127}}+|\.|"{DOUBLE}{{0,127}}+"|'{_SINGLE}{{0,127}}+'"""
_PLAIN = rf"""(?:[$()+./0-9;<=A-Z\\^_a-z~]|-(?=[!-~]))(?:{_WORD}|[ ]++(?=[!-"$-~]))*+"""
_line = re.compile(
    rf"""
    (?P<indent>[ ]*+) (?P<dashes>(?:-[ ]++)*+) (?:(?P<key>{_KEY})(?P<colon>:)(?:[ ]++|(?=\r?$)))?+
    (?P<value>\{{\}}|\[\]|"{DOUBLE}*+"|'{_SINGLE}*+'|{_PLAIN}|"\\)?+
    (?: [ ]++(?:{COMMENT})?+ | (?<=[ ]){COMMENT} )?+ \r?
    """,
    re.VERBOSE,
).fullmatch
_BLANK_LINE = rf"[ ]*+(?:{COMMENT})?+\r?"
_ESCAPE = r"\\(?:(?:x(..)|u(....)|U(.{8}))|(.))"
_NAMED = {"n": "\n", "r": "\r", "t": "\t"}

NOTHING, SCALAR, COLLECTION, FOLDED = range(4)
_KINDS = {"{}": COLLECTION, "[]": COLLECTION, '"\\': FOLDED}

# The parts of a line: its indent, the columns of its dashes and of what follows them, a key, the kind of its value with
# the text, whether that is plain, and the columns at which it begins and ends; without a value, that of the colon.
LineParts = tuple[int, tuple[int, ...], int, str | None, int, str, bool, int, int]
BLANK: LineParts = (-1, (), 0, None, NOTHING, "", False, 0, 0)
LineCache = dict[str, LineParts | None]


def parse_line(line: str) -> LineParts | None:
    """Return the parts of a line, or None where it cannot be read by itself."""
    match = _line(line)
    if match is None:
        return BLANK if re.fullmatch(_BLANK_LINE, line) else None
    spaces, dashes, key, colon, value = match.groups()
    if not dashes and not colon:
        return BLANK if re.fullmatch(_BLANK_LINE, line) else None
    if key is not None and key[0] in "\"'":
        key = unquoted(key)
    elif key is not None and key.lower() in _RESERVED:
        return None
    if value in UNWRITABLE or (value is None and key is None) or len(dashes) > DEEPEST:
        return None
    columns = tuple(column for column, sign in enumerate(dashes, len(spaces)) if sign == "-")
    content = len(spaces) + len(dashes)
    if value is None:
        return len(spaces), columns, content, key, NOTHING, "", False, *match.span("colon")
    kind = _KINDS.get(value, SCALAR)
    quoted = kind == SCALAR and value[0] in "\"'"
    return (
        len(spaces),
        columns,
        content,
        key,
        kind,
        unquoted(value) if quoted else value,
        not quoted,
        *match.span("value"),
    )


def unquoted(text: str) -> str:
    """Return the text that quotes enclose, with escapes resolved."""
    inside = text[1:-1]
    if text[0] == "'":
        return inside.replace("''", "'")
    return re.sub(_ESCAPE, _unescaped, inside) if "\\" in inside else inside


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    return chr(int(code, 16)) if code else _NAMED.get(match[4], match[4])
