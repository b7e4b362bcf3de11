"""What a text holds that has no name to say so: objects and other data in YAML or JSON, or netpol."""

from __future__ import annotations

import re

_OBJECT = r"""(?m)^[\s{\-\["']*(?:apiVersion|kind)["']?\s*:|"(?:apiVersion|kind)"\s*:"""
"""What no netpol source has."""

_BEFORE = r"\A(?:[ \t]*+(?:#[^\n]*+)?(?:\r?\n|\Z))*+"
_KEY = r"""(?:"[^"\n]*+"|'[^'\n]*+'|[\w./-]++):(?=\s|\Z)"""

_MAPPINGS = rf"""{_BEFORE}\s*+(?:(?:---[^\n]*\n\s*+)?-[ \t]++{_KEY}|\{{\s*+"[^"\n]*+"\s*+:|\[\s*+\{{)"""
"""What begins as no statement does, and is no list of statements either."""

_DATA = rf"{_BEFORE}[ \t]*+(?:---|%YAML\b|-(?=\s|\Z)|{_KEY})"
"""What else begins as YAML; of netpol, it may be a slip."""


def holds_data(text: str) -> bool:
    """Tell whether a text is YAML or JSON: of objects, or of anything else that is no netpol."""
    if re.search(_OBJECT, text) is not None or re.match(_MAPPINGS, text) is not None:
        return True
    return ("->" not in text and re.match(_DATA, text) is not None) or _is_json(text)


def _is_json(text: str) -> bool:
    """Tell whether a text is a value of JSON; none but lists and mappings may be long."""
    shape = text.strip()
    if not shape or (shape[0] + shape[-1] not in {"{}", "[]"} and re.fullmatch(r'"[^\n]*"|[\w.+-]+', shape) is None):
        return False
    import json  # few texts have the shape

    try:
        json.loads(shape)
    except (ValueError, RecursionError):
        return False
    return True
