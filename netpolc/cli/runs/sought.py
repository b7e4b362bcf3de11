"""The sides of a comparison, as a command line names them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.diagnostics.usage import UsageError
from netpolc.project.git import Git, RevisionError
from netpolc.project.revisions import SCHEME, RevisionRequest, parse
from netpolc.source import STREAM, in_files

if TYPE_CHECKING:
    from collections.abc import Sequence

Sought = RevisionRequest | str | None
"""A revision, a path, or the project."""

LAST_COMMIT = "HEAD"
"""What the working tree is compared with where nothing is named, as `git diff` does."""

ASKING_SECONDS = 5.0
"""How long Git is asked whether somebody may have meant a revision."""


def sought_by(old: str | None, new: str | None, against: str | None) -> tuple[Sought, Sought]:
    """Return what either side is: a revision, a path, or the project.

    Raises:
        UsageError: sides that cannot be compared.
    """
    if against is None:
        if old is None or new is None:
            raise UsageError("two sides are needed", "NEW" if old else "OLD", advice=_other_side(old))
        if old == new == STREAM:
            raise UsageError("only one side can be standard input", "NEW")
        for side, name in ((old, "OLD"), (new, "NEW")):
            if _is_revision(side):
                advice = f"write `{SCHEME}{side}`"
                raise UsageError(f"`{side}` is a revision, and no file or folder", name, advice=advice)
        return parse(old) or old, parse(new) or new
    if new is not None:
        raise UsageError("it compares one path at most", "--against")
    if old is not None and (not in_files(old) or parse(old) is not None):
        raise UsageError("it compares a path of the working tree", "--against")
    revision = against.removeprefix(SCHEME)
    whole = parse(SCHEME + revision)
    if whole is not None and whole.path is not None:
        raise UsageError("it takes a revision alone", "--against", advice=f"name `{whole.path}` as the path to compare")
    if old is None:
        return whole, None
    beside = Path(os.path.relpath(old)).as_posix()
    return parse(f"{SCHEME}{revision}:./{beside}"), old


def is_committed() -> bool:
    """Tell whether the working folder is in a Git repository that has a commit."""
    return _is_commit(LAST_COMMIT, Git(Path.cwd(), ASKING_SECONDS))


def sought_against(against: str, inputs: Sequence[str]) -> tuple[Sought, Sought]:
    """Return both sides where the new one is the inputs, and the old one a path that there is, or a revision.

    Raises:
        UsageError: sides that cannot be compared.
    """
    if len(inputs) > 1:
        raise UsageError("it compares one path at most", "--against")
    (new,) = inputs or (None,)
    named = parse(against)
    if (named is not None and named.path is not None) or not in_files(against) or os.path.lexists(against):
        return named or against, new
    return sought_by(new, None, against)


def _other_side(old: str | None) -> str:
    """Say how to name two sides, or what is meant where there is one."""
    if old is None:
        return "name them, as in `netpolc diff OLD NEW`, or a revision, as in `netpolc diff --against main`"
    if not _is_revision(old):
        return "name a second one, or `--against REV`"
    first, dots, second = old.partition("..")
    if not dots:
        return f"write `--against {old}`"
    base, second = (f"{first}...{second[1:]}", second[1:]) if second.startswith(".") else (first, second)
    return f"write `{SCHEME}{base or LAST_COMMIT} {SCHEME}{second or LAST_COMMIT}`"


def _is_revision(side: str) -> bool:
    """Tell whether what is named as a path is none, but a revision, or a range of these."""
    if not in_files(side) or parse(side) is not None or os.path.lexists(side):
        return False
    ends = [end.removeprefix(".") for end in side.split("..", 1)]
    git = Git(Path.cwd(), ASKING_SECONDS)
    return all(_is_commit(end or LAST_COMMIT, git) for end in ends)


def _is_commit(revision: str, git: Git) -> bool:
    try:
        return git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").done
    except RevisionError:
        return False
