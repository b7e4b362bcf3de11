"""The files that ship with netpolc: grammar/, templates/, codes/, schema/ and sql/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PACKAGE = Path(__file__).parent
_CHECKOUT = {"codes": "docs/codes"} | {name: name for name in ("grammar", "templates", "schema", "sql")}


def bundled(folder: str, *parts: str) -> Traversable:
    """Return a file or folder below `grammar`, `templates`, `codes`, `schema` or `sql`; it need not exist.

    A wheel carries them inside of the package, a checkout has them beside it.
    """
    inside = _PACKAGE / "_bundled"
    if inside.is_dir():
        return inside.joinpath(folder, *parts)
    beside = _PACKAGE.parent / _CHECKOUT[folder]
    if beside.is_dir():
        return beside.joinpath(*parts)
    # Only a package in a zip file needs importlib.resources, which is slow to import.
    from importlib.resources import files

    return files("netpolc").joinpath("_bundled", folder, *parts)
