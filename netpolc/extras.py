"""Packages that only an extra of netpolc brings: loaded where they are needed, and said kindly where they are not."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from netpolc.diagnostics.usage import UsageError

if TYPE_CHECKING:
    from types import ModuleType

QUIET = "SET enable_progress_bar = false"
"""What each connection of DuckDB is told first: its bar goes to standard output, whatever that is (2.0.1)."""


def needed(package: str, extra: str, purpose: str) -> ModuleType:
    """Load a package of an extra.

    Args:
        package: its name, which is that of its module, too.
        extra: the extra that brings it, as `flows`.
        purpose: what it is needed for, the beginning of a sentence: `Parquet`.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        advice = how_to_get(extra, package)
        raise UsageError(f"{purpose} needs {package}, which is not installed", code="NP880", advice=advice) from error


def how_to_get(extra: str, package: str) -> str:
    """Say how to add a package of an extra to a netpolc that is installed, by pip or by pipx."""
    return f"`pip install 'netpolc[{extra}]'`, or with pipx `pipx inject netpolc {package}`"
