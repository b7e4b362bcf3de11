"""The commits that users name, and advice where there is none."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import closest
from netpolc.project.git import RevisionError

if TYPE_CHECKING:
    from netpolc.project.git import Git

SHORT = 12
"""The digits by which a commit without a name is shown."""

_MOST_NAMES = 10_000
_COMMIT = re.compile(rb"((?:[0-9a-f]{40}|[0-9a-f]{64}))\n")
_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)
_WHOLE_HISTORY = "fetch the whole history with `git fetch --unshallow` (`fetch-depth: 0` of `actions/checkout`)"


class RepositoryPosition(msgspec.Struct, frozen=True):
    """The position of a folder in its repository, and whether that is a shallow clone.

    `prefix` is the path of the folder from the root, empty or ending in `/`.
    """

    prefix: str
    shallow: bool


class Commit(msgspec.Struct, frozen=True):
    """A commit, what to call it before the colon of a path, and how many others could have been meant as well."""

    identity: str
    name: str
    others: int = 0


def position_in_repository(git: Git) -> RepositoryPosition:
    """Return the place of Git's folder; raises RevisionError where Git finds no repository."""
    answer = git.ask("rev-parse", "--is-shallow-repository", "--show-prefix")
    if not answer.done:
        raise _no_repository(answer.complaint)
    shallow, _, prefix = answer.output.partition(b"\n")
    return RepositoryPosition(os.fsdecode(prefix.removesuffix(b"\n")), shallow == b"true")


def find_commit(git: Git, revision: str, *, shallow: bool) -> Commit:
    """Find the commit of a revision, which may have any form that Git knows.

    `A...B` is the merge base of both, `A...` that with HEAD. Raises RevisionError where there is none.
    """
    first, dots, second = _split(revision, "...")
    if not dots:
        return Commit(_commit(git, revision, shallow=shallow), revision)
    names = (first or "HEAD", second or "HEAD")
    answer = git.ask("merge-base", "--all", *(_commit(git, name, shallow=shallow) for name in names))
    bases = answer.output.decode().split()
    if not bases:
        advice = _WHOLE_HISTORY if shallow else "name one commit"
        raise RevisionError(f"`{names[0]}` and `{names[1]}` have no common ancestor here", advice)
    return Commit(bases[0], bases[0][:SHORT], len(bases) - 1)


def split_path(text: str) -> tuple[str, str | None]:
    """Split `REV:PATH` into revision and path; a colon in braces, as in `HEAD@{10:00}`, belongs to the revision."""
    revision, colon, path = _split(text, ":")
    return revision, path if colon else None


def _split(text: str, sign: str) -> tuple[str, str, str]:
    """Split a text at the first sign outside of braces, as `str.partition` does."""
    at = re.sub(r"\{[^{}]*\}", lambda braces: "_" * len(braces[0]), text).find(sign)
    return (text, "", "") if at < 0 else (text[:at], sign, text[at + len(sign) :])


def _commit(git: Git, name: str, *, shallow: bool) -> str:
    if _split(name, "..")[1]:
        raise RevisionError(f"`{name}` is a range", "name both ends apart, or their merge base as `A...B`")
    answer = git.ask("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    if "is ambiguous" in answer.complaint:
        raise _ambiguous(git, name)
    found = _COMMIT.fullmatch(answer.output)
    if not answer.done or found is None:
        raise _unknown(git, name, shallow=shallow)
    return found[1].decode()


def _no_repository(complaint: str) -> RevisionError:
    owned = re.search(r"safe\.directory (.+)", complaint)
    if owned is not None:
        return RevisionError(
            "git refuses a repository that belongs to another user",
            f"if you trust it, `git config --global --add safe.directory {owned[1]}`",
        )
    if "not a git repository" in complaint:
        return RevisionError(
            "the working folder is in no git repository", "run netpolc inside of one, or name files and folders"
        )
    first = next(iter(complaint.splitlines()), "it failed").removeprefix("fatal: ")
    return RevisionError(f"git says: {first}")


def _ambiguous(git: Git, name: str) -> RevisionError:
    stem = _stem(name)
    references = [f"refs/{kind}/{stem}" for kind in ("heads", "tags", "remotes")]
    found = git.ask("for-each-ref", "--format=%(refname)", *references).output
    full = [
        f"`{reference}{name[len(stem) :]}`" for reference in references if reference in os.fsdecode(found).splitlines()
    ]
    if full:
        return RevisionError(f"`{name}` is the name of more than one thing", f"write {' or '.join(full)}")
    return RevisionError(f"`{name}` is the beginning of more than one object's name", "write more of its digits")


def _unknown(git: Git, name: str, *, shallow: bool) -> RevisionError:
    stem = _stem(name)
    listed = git.ask("for-each-ref", f"--count={_MOST_NAMES}", "--format=%(refname:short)")
    names = os.fsdecode(listed.output).splitlines()
    near = None
    if stem and stem not in {*names, "HEAD"}:
        near = next((other for other in names if other.endswith(f"/{stem}")), None) or closest(stem, names)
    advice = [f"use `{near}{name[len(stem) :]}`"] if near else []
    if shallow:
        advice.insert(0, _fetch(name))
    elif not near:
        advice.append("fetch it, or use a name that `git branch --all` or `git tag` lists")
    here = "this shallow clone" if shallow else "the repository"
    return RevisionError(f"`{name}` is no commit of {here}", "; or ".join(advice))


def _stem(name: str) -> str:
    """Return the name that a revision begins with, without its steps to ancestors."""
    return re.split(r"[~^@]", name, maxsplit=1)[0]


def _fetch(name: str) -> str:
    """Return advice on how to fetch a commit that a shallow clone lacks."""
    remote = name.removeprefix("origin/")
    if not remote or remote.startswith("-") or _PLAIN.fullmatch(remote) is None:
        return _WHOLE_HISTORY
    whole = re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name)
    if whole is None and re.fullmatch(r"HEAD|[0-9a-f]{7,64}", name):
        return _WHOLE_HISTORY
    fetch = f"fetch it with `git fetch --depth=1 origin {remote}`"
    history = "`fetch-depth: 0` of `actions/checkout` fetches the whole history"
    return f"{fetch}; {history}" if whole else f"{fetch} and name it `FETCH_HEAD`; {history}"
