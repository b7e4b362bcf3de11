"""Namespaces in the words of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN = 3
"""The namespaces that are named; more would not help."""


def listed(namespaces: Iterable[str | None]) -> str:
    """Return namespaces in words, each by its name or None; the unnamed one stands last."""
    found = list(namespaces)
    names = [f"`{name}`" for name in found if name is not None]
    shown = names if len(names) <= SHOWN else [*names[:SHOWN], f"{len(names) - SHOWN} more"]
    parts = [", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown
    said = f"namespace{'s' * (len(names) > 1)} {' and '.join(parts)}" if names else ""
    return " and ".join(filter(None, (said, "the unnamed namespace" if None in found else "")))
