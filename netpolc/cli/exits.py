"""How the work of a command ends early, said without Typer."""

from __future__ import annotations

INTERRUPTED = 130
"""How a run ends that Ctrl-C has ended."""


class EndedError(Exception):
    """The run is over, and everything that is to be said of it has been said."""

    def __init__(self, code: int) -> None:
        """End with an exit code."""
        super().__init__(code)
        self.code = code
