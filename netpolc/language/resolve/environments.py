"""Environments of a run, of a project and of its files that do not fit each other, which are most likely misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.ir.model import UndeclaredEnvironment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from netpolc.language.resolve.modules import Module


def check_environment(
    modules: Collection[Module], environment: str | None, declared: frozenset[str]
) -> Iterator[Diagnostic]:
    """Report the environment of a run that no file knows."""
    known = {word.text for module in modules for word in module.outline.environments}
    if environment is None or not known or environment in known | declared:
        return
    from netpolc.diagnostics.closest import closest  # most programs have no mistake

    near = closest(environment, known)
    yield Diagnostic(
        code="NP213",
        severity="error",
        message=f"no file has anything for the environment `{environment}`",
        help=f"use `{near}`" if near else f"the files know {', '.join(f'`{name}`' for name in sorted(known))}",
    )


def undeclared_environments(modules: Collection[Module], declared: frozenset[str]) -> Iterator[UndeclaredEnvironment]:
    """Yield the environments of sources that a project has not; one that has declared none takes any.

    A file that is imported may be made for other projects, too.
    """
    for module in modules:
        for word in module.outline.environments if declared and module.is_source else ():
            if word.text not in declared:
                yield UndeclaredEnvironment(word.text, module.at(word.span), declared)
