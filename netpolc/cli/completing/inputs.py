"""Inputs that are no files: a cluster by its context, and a revision of the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.cli.completing.contexts import contexts
from netpolc.cli.completing.revisions import revisions
from netpolc.project.revisions import SCHEME
from netpolc.source import CLUSTER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def inputs(incomplete: str) -> list[str]:
    """List the clusters that begin so, each as an input."""
    return _behind(CLUSTER, incomplete, contexts)


def sides(incomplete: str) -> list[str]:
    """List the revisions and clusters that begin so, each as a side of a comparison."""
    return [*_behind(SCHEME, incomplete, revisions), *inputs(incomplete)]


def _behind(scheme: str, incomplete: str, named: Callable[[str], Sequence[str]]) -> list[str]:
    """List names behind a scheme; nothing for what may be the beginning of a path."""
    if incomplete.startswith(scheme):
        return [f"{scheme}{name}" for name in named(incomplete[len(scheme) :])]
    if not incomplete or not scheme.startswith(incomplete) or _begins_a_path(incomplete):
        return []
    return [f"{scheme}{name}" for name in named("")]


def _begins_a_path(incomplete: str) -> bool:
    """Tell whether something in the working folder begins so: a shell completes its name, unless it is answered."""
    return any(each.name.startswith(incomplete) for each in Path.cwd().iterdir())
