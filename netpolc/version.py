"""The version of the installed netpolc."""

from __future__ import annotations


def version() -> str:
    """The version, as its package states it."""
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415 -- as below
    from importlib.metadata import version as stated  # noqa: PLC0415 -- importing it takes 30 ms

    try:
        return stated("netpolc")
    except PackageNotFoundError:
        return "(not installed)"
