"""All checks of programs, in the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs import assertions, expiry, names_of_addresses, no_effect, unstated_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.diagnostics.model import Diagnostic

    Rule = Callable[[CheckedProgram], Iterable[Diagnostic]]

RULES: tuple[Rule, ...] = (
    no_effect.check,
    names_of_addresses.check,
    unstated_labels.check,
    expiry.check,
    assertions.check,
)


OF_STATEMENTS: tuple[Rule, ...] = (expiry.check,)
"""Those that ask each statement by itself, and so can be asked where others could not be resolved."""


def check_all(checked: CheckedProgram, *, sound: bool = True) -> Iterator[Diagnostic]:
    """What all checks find, in a program that is sound; builds are spared those that take the engine."""
    rules = OF_STATEMENTS if not sound else (*RULES, *thorough()) if checked.options.thorough else RULES
    for rule in rules:
        yield from rule(checked)


def thorough() -> tuple[Rule, ...]:
    """The checks that take the engine, which not every run imports."""
    from netpolc.checks.programs import (  # noqa: PLC0415 -- see there
        blocks_with_pods,
        covered,
        look_alikes,
        no_dns,
        whole_world,
    )

    return covered.check, no_dns.check, whole_world.check, blocks_with_pods.check, look_alikes.check
