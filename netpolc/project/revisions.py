"""The files of a revision of a Git repository, in a folder like the working tree, for as long as a run needs it."""

from __future__ import annotations

import os
import posixpath
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.checkouts import Checkout, CommitListing, is_read, leads_below, list_entries
from netpolc.project.commits import Commit, find_commit, position_in_repository, split_path
from netpolc.project.config import find
from netpolc.project.git import EndedEarlyError, Git, RevisionError
from netpolc.project.needed_files import is_below, is_source, project_folder, write_needed
from netpolc.project.reading import reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SCHEME = "git:"
_MOST_NAMED = 3


class RevisionRequest(msgspec.Struct, frozen=True):
    """A revision as a user asks for it, and the path in it, None where there is none.

    As for Git, a path is relative to the root of the repository, or to the working folder if it begins with `./` or
    `../`.
    """

    text: str
    revision: str
    path: str | None = None


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A revision whose files are in `root`; `cwd` is what the working folder is there.

    Links that lead nowhere below the root are left out, with a warning, and so are submodules, with a note.
    """

    asked: RevisionRequest
    commit: str
    name: str
    root: Path
    cwd: Path
    path: str | None
    notes: tuple[Diagnostic, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The requested path as a command run in `cwd` takes it; nothing where the project is meant."""
        return () if self.path is None else (os.path.relpath(self.root / self.path, self.cwd),)

    @property
    def project_file(self) -> Path | None:
        """The project file of the working folder, as it was."""
        return find(self.cwd)

    def name_of(self, path: Path) -> str:
        """Return Git's name for a file below the root, or relative to `cwd`: `main:policies/shop.netpol`."""
        inside = Path(os.path.relpath(self.cwd / path, self.root)).as_posix()
        return str(path) if inside.split("/")[0] == ".." else f"{self.name}:{'' if inside == '.' else inside}"

    def with_git_names(self, text: str) -> str:
        """Return a text in which each path below the root has Git's name."""
        return text.replace(f"{self.root}{os.sep}", f"{self.name}:").replace(str(self.root), f"{self.name}:")


def parse(text: str) -> RevisionRequest | None:
    """Read `git:REV` or `git:REV:PATH`; return None for anything else, which is a path."""
    if not text.startswith(SCHEME):
        return None
    return RevisionRequest(text, *split_path(text.removeprefix(SCHEME)))


@contextmanager
def check_out(asked: RevisionRequest, cwd: Path) -> Iterator[Revision | Diagnostic]:
    """Write the files of a revision that are needed to a private folder until the context ends, or yield NP810."""
    import tempfile  # a diff of folders needs none

    try:
        folder = tempfile.TemporaryDirectory(prefix="netpolc-", ignore_cleanup_errors=True)
    except OSError as error:
        yield _unreadable(asked, RevisionError(f"there is no room for its files: {reason(error)}"))
        return
    with folder as created:
        try:
            found = _checked_out(asked, cwd, Path(os.path.realpath(created)))
        except RevisionError as error:
            found = _unreadable(asked, error)
        yield found


def _checked_out(asked: RevisionRequest, cwd: Path, root: Path) -> Revision | Diagnostic:
    above = find(root)
    if above is not None:
        raise RevisionError(f"`{above}` would be its project file", "set TMPDIR to a folder outside of any project")
    git = Git(cwd)
    here = position_in_repository(git)
    commit = find_commit(git, asked.revision, shallow=here.shallow)
    path = None if asked.path is None else _from_root(asked.path, here.prefix)
    try:
        submodules, left_out = _written(git, commit, asked, path, here.prefix, root)
        if path is not None:
            _ensure_folder(root / path)
        folder = root / here.prefix
        folder.mkdir(parents=True, exist_ok=True)
        # Imports end at the root of a repository, which they know by this.
        (root / ".git").mkdir()
    except EndedEarlyError:
        raise RevisionError(
            "not all of its files are in this clone", "fetch them with `git fetch --refetch --no-filter`"
        ) from None
    except (FileExistsError, NotADirectoryError):
        raise RevisionError(f"the working folder, `{here.prefix}`, is no folder in it") from None
    except OSError as error:
        raise RevisionError(f"its files cannot be written: {reason(error)}") from None
    notes = tuple(_notes(asked, commit, submodules, left_out))
    return Revision(
        asked=asked, commit=commit.identity, name=commit.name, root=root, cwd=folder, path=path, notes=notes
    )


def _written(
    git: Git, commit: Commit, asked: RevisionRequest, path: str | None, prefix: str, root: Path
) -> tuple[tuple[str, ...], Sequence[str]]:
    """Write the files that are needed; return the submodules and the links left out, both of what was asked for.

    Raises RevisionError where the path is not in the commit.
    """
    scope = project_folder(git, commit.identity, prefix) if path is None else path
    checkout = Checkout(git, root)
    near = write_needed(checkout, git, commit.identity, scope, prefix)
    left_out = near.left_out
    if near.lacks is not None:
        beside = posixpath.normpath(prefix + scope)
        whole = list_entries(git, commit.identity, scope, (beside,))
        left_out = checkout.write(
            each for each in whole.entries if near.lacks == "all" or each.is_link or is_source(each.path)
        )
        if path and path not in whole.found and not leads_below(root / path, root):
            raise _missing(asked, path, beside, whole)
    if path in left_out:
        raise RevisionError(f"`{path}` is a link that leads to no file of it")
    submodules = tuple(each for each in near.submodules if is_below(each, scope))
    return submodules, [each for each in left_out if is_below(each, scope)]


def _ensure_folder(path: Path) -> None:
    """Create a folder of which no file is read, so that it is found, and found empty."""
    if not path.exists():
        path.mkdir(parents=True)


def _from_root(path: str, prefix: str) -> str:
    """Return a path relative to the root of the repository, which it must not leave."""
    first = path.split("/")[0]
    steps = posixpath.normpath(f"{prefix}{path}" if first in {".", ".."} else path or ".")
    if steps.startswith("/"):
        raise RevisionError(f"`{path}` is an absolute path", "write it relative to the root of the repository")
    if steps.split("/")[0] == "..":
        raise RevisionError(f"`{path}` leaves the repository")
    return "" if steps == "." else steps


def _missing(asked: RevisionRequest, path: str, beside: str, listing: CommitListing) -> RevisionError:
    submodule = next((each for each in listing.submodules if f"{path}/".startswith(f"{each}/")), None)
    if submodule is not None:
        return RevisionError(f"`{submodule}` is a submodule", "name a revision of it from inside of its folder")
    if beside in listing.found:
        return RevisionError(f"it has no `{path}` in its root", f"use `{SCHEME}{asked.revision}:./{path}`")
    near = closest(path, (entry.path for entry in listing.entries))
    return RevisionError(f"it has no `{path}`", None if near is None else f"use `{SCHEME}{asked.revision}:{near}`")


def _unreadable(asked: RevisionRequest, error: RevisionError) -> Diagnostic:
    return Diagnostic(
        code="NP810",
        severity="error",
        message=f"`{asked.text}` cannot be read: {error.message}",
        help=error.advice,
    )


def _notes(
    asked: RevisionRequest, commit: Commit, submodules: Sequence[str], links: Sequence[str]
) -> Iterator[Diagnostic]:
    if commit.others:
        yield Diagnostic(
            code="NP810",
            severity="warning",
            message=f"`{asked.revision}` has {commit.others + 1} merge bases, of which `{commit.name}` is read",
        )
    if links := [path for path in links if is_read(path)]:
        message = f"{_listed(links, asked)} left out: no file of the revision is where the link leads"
        yield Diagnostic(code="NP810", severity="warning", message=message)
    if submodules:
        message = f"{_listed(submodules, asked)} left out: what a submodule holds is no part of it"
        yield Diagnostic(code="NP810", severity="note", message=message)


def _listed(paths: Sequence[str], asked: RevisionRequest) -> str:
    """Return paths and their verb, as the beginning of a sentence."""
    named = ", ".join(f"`{path}`" for path in paths[:_MOST_NAMED])
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return f"{named}{more} of `{asked.revision}` {'is' if len(paths) == 1 else 'are'}"
