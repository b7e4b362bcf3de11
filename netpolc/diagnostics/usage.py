"""Why a request has no result: what was asked for, or the inputs that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.diagnostics.model import Diagnostic


class UsageError(ValueError):
    """Something was asked for that cannot be meant so: `message` says why, `about` which argument is to blame.

    One about a name or the like that the inputs do not have is a finding: it has a `code`, and may have `advice`.
    """

    def __init__(
        self, message: str, about: str | None = None, *, code: str | None = None, advice: str | None = None
    ) -> None:
        """Say what is wrong, and with what."""
        super().__init__(message if advice is None else f"{message}; {advice}")
        self.message = message
        self.about = about
        self.code = code
        self.advice = advice


class InputError(Exception):
    """A question about inputs that have errors; `diagnostics` are all that there is to say of them.

    Where a question is about several inputs, `sides` has those with errors by their names: `old`, `new`, `workloads`.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic] = (), **sides: Sequence[Diagnostic]) -> None:
        """Say what is wrong."""
        self.diagnostics = (*diagnostics, *(found for side in sides.values() for found in side))
        self.sides = {name: tuple(found) for name, found in sides.items()}
        super().__init__("; ".join(each.message for each in self.diagnostics if each.severity == "error"))
