"""The files of a commit that a run needs: those of a path, the project files above it, and what these lead to."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.project.checkouts import list_entries
from netpolc.project.config import FILE_NAME
from netpolc.project.discovery import KUSTOMIZATIONS
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.project.checkouts import Checkout, CommitListing
    from netpolc.project.git import Git

_MOST_STEPS, _MOST_PATHS, _LONGEST_PATH = 8, 200, 1000
"""How far imports and links are followed one by one; who goes further gets everything."""


class NeededFiles(msgspec.Struct, frozen=True):
    """The links that lead to no file so far, the submodules, and what is lacking, if anything.

    Where an import leads to no file, it may go through a link, or another source has nearly its name. `all` are for a
    path that is not there as it is written, a link that leads on, and Kustomize.
    """

    left_out: tuple[str, ...]
    submodules: tuple[str, ...]
    lacks: Literal["sources", "all"] | None


def write_needed(checkout: Checkout, git: Git, commit: str, scope: str, prefix: str) -> NeededFiles:
    """Write the files at and below a path, which is the root if it is empty, and follow their imports and links."""
    below = (scope, *_project_files(scope, prefix)) if scope else ()
    sought: tuple[str, ...] = ()
    for _ in range(_MOST_STEPS):
        near = list_entries(git, commit, scope, sought, below)
        left_out = checkout.write(near.entries)
        led_to = [checkout.target(link) for link in left_out]
        targets = [each for each in led_to if each is not None and not is_below(each, scope)]
        imports = [each for each in checkout.imports if is_source(each) and not is_below(each, scope)]
        new = tuple(dict.fromkeys(each for each in (*targets, *imports) if each not in sought))
        if not scope or not new or _is_too_much((*below, *new)):
            break
        below, sought = (*below, *new), (*sought, *new)
    lacking: Literal["sources", "all"] | None = None
    if scope and (not near.found.issuperset((scope, *targets)) or _is_built(near, scope) or "" in targets):
        lacking = "all"
    elif scope and not near.found.issuperset(imports):
        lacking = "sources"
    return NeededFiles(left_out, near.submodules, lacking)


def project_folder(git: Git, commit: str, prefix: str) -> str:
    """Return the folder of the project around the working folder, or that itself."""
    here = prefix.rstrip("/")
    if not here:
        return ""
    named = git.ask("ls-tree", "-z", "--name-only", "--full-tree", commit, "--", *_project_files(f"{here}/"))
    nearest = max(named.output.split(b"\0"), key=len)
    return posixpath.dirname(os.fsdecode(nearest)) if nearest else here


def is_source(path: str) -> bool:
    """Tell whether a path is that of a source, as far as its name says."""
    return path.endswith(SUFFIX)


def is_below(path: str, folder: str) -> bool:
    """Tell whether a path is a folder's own, or below it; everything is below the root."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def _project_files(*paths: str) -> Iterator[str]:
    """Yield the places of the project files that could be above some paths, of which folders end in `/`."""
    above = {""}
    for path in paths:
        folder = path
        while folder := posixpath.dirname(folder):
            above.add(folder)
    yield from (posixpath.join(folder, FILE_NAME) for folder in sorted(above))


def _is_too_much(paths: Iterable[str]) -> bool:
    several = tuple(paths)
    return len(several) > _MOST_PATHS or any(len(each) > _LONGEST_PATH for each in several)


def _is_built(near: CommitListing, scope: str) -> bool:
    """Tell whether Kustomize may render a folder: one that is named itself, which may be a setting of a project."""
    paths = {entry.path for entry in near.entries if is_below(entry.path, scope)}
    built = [posixpath.dirname(path) for path in paths if posixpath.basename(path) in KUSTOMIZATIONS]
    return scope in built or bool(built and f"{scope}/{FILE_NAME}" in paths)
