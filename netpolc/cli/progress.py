"""A sign of life on a terminal, for work that takes longer than people wait without one."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.cli.output import Style

PATIENCE_SECONDS = 1.0
_ERASE = "\r\x1b[K"


@contextmanager
def working(at: str, style: Style) -> Iterator[None]:
    """Say what is being worked at while it lasts, once that is long; afterwards nothing is left of it."""
    if style.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    from threading import Timer  # only people wait

    shown: list[str] = []

    def show() -> None:
        shown.append(at)
        sys.stderr.write(f"{at} …")
        sys.stderr.flush()

    timer = Timer(PATIENCE_SECONDS, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if shown:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
