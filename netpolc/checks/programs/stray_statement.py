"""NP649: flows and assertions about the unnamed namespace, in files that open namespaces with names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.model import Stray
    from netpolc.source import Source

SHOWN = 3
"""The namespaces, and the other statements, that are named; more would not help."""


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield the first such statement of each file: unlike a baseline there, it holds for none of these namespaces."""
    by_file: dict[Source, list[Stray]] = {}
    for stray in checked.program.strays:
        by_file.setdefault(stray.origin.location.source, []).append(stray)
    return (_stray(*strays) for strays in by_file.values())


def _stray(first: Stray, *others: Stray) -> Diagnostic:
    names = list(dict.fromkeys(place.text for place in first.opened))
    among = ", ".join([*names[:SHOWN], "…"] if len(names) > SHOWN else names)
    also = f", as {'are' if len(others) > 1 else 'is'} {len(others)} more" if others else ""
    return Diagnostic(
        code="NP649",
        severity="warning",
        message=f"this stands outside of any namespace, and is about the unnamed one alone{also}",
        location=first.origin.location,
        label="its pods are of the namespace that is named when the policies are applied",
        labels=(
            Label(first.opened[0], "this file opens namespaces with names"),
            *(Label(stray.origin.location, "and this") for stray in others[:SHOWN]),
        ),
        help=f"write it in the section of `{among}`"
        if len(names) == 1
        else f"write it in the section that it is for, or for each in `namespace {{{among}}} {{ … }}`",
    )
