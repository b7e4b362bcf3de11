"""All checks of programs, in the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.rules import assertions, expiry, no_effect, unstated_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.program.model import Program
    from netpolc.rules.context import Setting

RULES: tuple[Callable[[Program, Setting], Iterable[Diagnostic]], ...] = (
    no_effect.check,
    unstated_labels.check,
    expiry.check,
    assertions.check,
)


def check_all(program: Program, setting: Setting) -> Iterator[Diagnostic]:
    """What all checks find."""
    for rule in RULES:
        yield from rule(program, setting)
