"""Help that fits the terminal, however narrow that is."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import TYPE_CHECKING

from typer._click.core import Context  # Typer has Click inside, and hands out little of it
from typer._click.formatting import HelpFormatter

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDEST = 80
NARROWEST = 30
ROOMY = 50
"""The columns from which on there is room for what is said of an option beside it."""

MARGIN = 2
FIRST_COLUMN, NARROW_COLUMN = 30, 12


class FittedHelp(HelpFormatter):
    """A writer of help for which fifty columns are no least: in fewer, most is said below the option that it is of."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        """Measure the terminal."""
        columns = min(get_terminal_size().columns, max_width or WIDEST)
        super().__init__(indent_increment, width or max(columns - MARGIN, NARROWEST))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = FIRST_COLUMN, col_spacing: int = MARGIN) -> None:
        """Write a list of names, each with what it is."""
        super().write_dl(rows, col_max if self.width >= ROOMY else NARROW_COLUMN, col_spacing)


def fit_help() -> None:
    """Let all help be written so."""
    Context.formatter_class = FittedHelp
