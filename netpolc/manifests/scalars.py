"""The values of scalars without quotes for Kubernetes, which reads YAML by go-yaml v2 and turns it into JSON.

The rules are those of resolve() in go-yaml's resolve.go (go.yaml.in/yaml/v2), and for keys those of sigs.k8s.io/yaml
(convertToJSONableObject). They are neither those of YAML 1.1 nor of 1.2: `y` is a boolean, `012` is ten, `1:30` a text.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from netpolc.manifests.nodes import Scalar

Value = str | int | float | bool | None

_WORDS: dict[str, Value] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_NULLS = frozenset(text for text, value in _WORDS.items() if value is None)
_BASES = {"0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2}

# Longer numbers than these are floating-point numbers or text; Python refuses to read very long ones.
_LONGEST = 80
_PLAIN_DIGITS = 18
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_LARGEST_KEY = 2**63 - 1

# Outside of these, Go's shortest form has an exponent.
_FIRST_EXPONENT, _LAST_EXPONENT = -4, 5

# Compiled when they are first asked for: most manifests have no numbers but plain ones.
_INTEGER = r"([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_FRACTION = r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
_time = r"[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?"
_DATE = (
    r"[0-9]{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])"
    rf"(?:[Tt]{_time}(?:Z|[-+][0-9]{{2}}:[0-9]{{2}})| {_time})?"
)


def is_null(node: object) -> bool:
    """Tell whether a node is null, written or left out."""
    return isinstance(node, Scalar) and node.plain and node.text in _NULLS


def value_of(scalar: Scalar) -> Value:
    """Return the value of a scalar: its text, or what its text resolves to where it is plain."""
    return resolve(scalar.text) if scalar.plain else scalar.text


@lru_cache(maxsize=1024)
def resolve(text: str) -> Value:
    """Return the value of plain text; a date stays text."""
    first = text[:1]
    if first.isalpha() or first in {"", "~"}:
        return _WORDS.get(text, text)
    if first == ".":
        return float(text) if re.fullmatch(_FRACTION, text) and math.isfinite(float(text)) else _WORDS.get(text, text)
    return _number(text) if first in "+-0123456789" else text


def _number(text: str) -> Value:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _PLAIN_DIGITS and text[0] != "0" and text.isascii() and text.isdigit():
        return int(text)
    digits = text.replace("_", "")
    if len(digits) <= _LONGEST and (match := re.fullmatch(_INTEGER, digits)):
        integer = _integer_of(match[1], match[2])
        if integer is not None:
            return integer
    return float(digits) if re.fullmatch(_FLOAT, digits) and math.isfinite(float(digits)) else text


def _integer_of(sign: str, digits: str) -> int | None:
    """Read a number by Go's rules for prefixes, or return None where 64 bits do not hold it."""
    base = _BASES.get(digits[:2], 8 if digits[0] == "0" else 10)
    number = int(digits[2:], base) if digits[:2] in _BASES else int(digits, base)
    if sign == "-":
        number = -number
    # An unsigned number takes the 64th bit, but no sign.
    return number if _SMALLEST <= number <= (_LARGEST_KEY if sign else _LARGEST) else None


def tagged(text: str, tag: str) -> bool | None:
    """Tell whether a scalar with a YAML tag is resolved like a plain one; None where its text does not fit the tag."""
    value = resolve(text)
    match tag:
        case "tag:yaml.org,2002:int":
            return True if isinstance(value, int) and not isinstance(value, bool) else None
        case "tag:yaml.org,2002:float":
            return True if isinstance(value, int | float) and not isinstance(value, bool) else None
        case "tag:yaml.org,2002:bool":
            return True if isinstance(value, bool) else None
        case "tag:yaml.org,2002:null":
            return True if value is None else None
        case "tag:yaml.org,2002:timestamp":
            return False if re.fullmatch(_DATE, text) else None
        case _:
            return False


def key_of(scalar: Scalar) -> str | None:
    """Return the key of a JSON object that a scalar becomes, or None where it cannot be one."""
    value = value_of(scalar)
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if value <= _LARGEST_KEY else None
        case float():
            return _short_float(value)
        case None:
            return None


def _short_float(value: float) -> str:
    """Format a floating-point number as Go does: with the fewest digits that tell it apart in 32 bits."""
    single = _single(value)
    if not math.isfinite(single):
        return ".nan" if math.isnan(single) else ".inf" if single > 0 else "-.inf"
    text = next(text for precision in range(9) if _single(float(text := f"{single:.{precision}e}")) == single)
    digits, _, exponent = text.partition("e")
    if not _FIRST_EXPONENT <= int(exponent) <= _LAST_EXPONENT:
        return text
    decimals = len(digits.lstrip("-").replace(".", "")) - 1 - int(exponent)
    return f"{single:.{max(0, decimals)}f}"


def _single(value: float) -> float:
    """Round a number to 32 bits."""
    import struct  # few manifests have fractions where a text belongs

    try:
        rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return rounded
