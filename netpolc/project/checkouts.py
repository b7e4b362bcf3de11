"""The files of a commit that netpolc reads, written to a folder: as they are in the commit, and nowhere else."""

from __future__ import annotations

import os
import posixpath
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.project.config import FILE_NAME
from netpolc.project.filenames import demand_safe
from netpolc.project.git import EndedEarlyError, RevisionError
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from netpolc.project.git import Git

SUFFIXES = (SUFFIX, ".yaml", ".yml", ".json", ".j2", ".tpl")
"""What the names of sources, manifests and templates end in."""

NAMES = frozenset({FILE_NAME, "Kustomization", "Chart.lock", ".helmignore"})
PACKED_CHART = re.compile(r"(?:^|/)charts/[^/]+\.tgz$")

MOST_FILES = 20_000
MOST_BYTES = 200 * 1024 * 1024
MOST_LISTED_BYTES = 256 * 1024 * 1024
"""A commit of a few objects can list more files than there are atoms; no repository that people work in comes near."""
DEEPEST = 100
LONGEST_LINK = 4096

_IMPORT = re.compile(rb'\bimport[ \t]+"([^"\\\n]*)"')
"""An import, or what looks like one in a comment."""

_CHUNK = 1024 * 1024
_LONGEST_HEADER = 200
_PORTABLE_ONLY = os.name == "nt"
_APART = "check the revision out with `git worktree add`, and name that folder"


class CommitEntry(msgspec.Struct, frozen=True):
    """A file or symbolic link of a commit."""

    path: str
    identity: bytes
    is_link: bool


class CommitListing(msgspec.Struct, frozen=True):
    """The files and links to write, the submodules, and the paths that were asked for and are in the commit."""

    entries: tuple[CommitEntry, ...]
    submodules: tuple[str, ...]
    found: frozenset[str]


def is_read(path: str) -> bool:
    """Tell whether netpolc may read a file of this name without being told to."""
    return path.endswith(SUFFIXES) or path.rpartition("/")[2] in NAMES or PACKED_CHART.search(path) is not None


def leads_below(path: Path, root: Path) -> bool:
    """Tell whether a path exists and, with all links resolved, is below a root."""
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def list_entries(
    git: Git, commit: str, asked: str, sought: Sequence[str] = (), below: Sequence[str] = ()
) -> CommitListing:
    """List the files of a commit that netpolc reads or was asked for, and all links, which may lead to one.

    Where some paths are given, only these are looked at, and what is `below` them. Whether there is anything at what
    was asked for, and at other paths that are `sought`, is found.
    """
    entries: list[CommitEntry] = []
    submodules: list[str] = []
    found: set[str] = set()
    with git.stream("ls-tree", "-r", "-z", "--full-tree", commit, "--", *below) as output:
        for record in _records(output):
            stated, _, name = record.partition(b"\t")
            mode, _, identity = stated.split(b" ")
            path = os.fsdecode(name)
            found.update(each for each in (asked, *sought) if path == each or path.startswith(f"{each}/"))
            if mode == b"160000":
                submodules.append(path)
            elif mode == b"120000" or is_read(path) or path == asked:
                _demand_safe(path)
                entries.append(CommitEntry(path, identity, mode == b"120000"))
                if len(entries) > MOST_FILES:
                    raise RevisionError(f"it has more than {MOST_FILES:,} files that netpolc would read", _APART)
    return CommitListing(tuple(entries), tuple(submodules), frozenset(found))


class Checkout:
    """The files of a commit in a folder; `imports` are the paths in the commit that sources among them import.

    Links are made once all files of a step are there, and gone before the next, so that nothing is ever written through
    one.
    """

    def __init__(self, git: Git, root: Path) -> None:
        """Begin with a folder that is empty."""
        self.imports: dict[str, None] = {}
        self._git = git
        self._root = root
        self._bytes_left = MOST_BYTES
        self._written: set[str] = set()
        self._folders: set[Path] = set()
        self._links: dict[str, bytes] = {}
        self._made: list[str] = []

    def write(self, entries: Iterable[CommitEntry]) -> tuple[str, ...]:
        """Write files that are not there yet, and return the links that are left out: those that lead to no file."""
        for path in self._made:
            (self._root / path).unlink()
        self._made = []
        missing = [entry for entry in entries if entry.path not in self._written]
        if missing:
            self._write(missing)
        return self._link()

    def target(self, link: str) -> str | None:
        """Return the path in the commit that a link leads to, if no other link is on the way; None where it is none."""
        written = os.fsdecode(self._links[link])
        return _joined(link, written) if written and len(written) <= LONGEST_LINK else None

    def _write(self, entries: Sequence[CommitEntry]) -> None:
        import tempfile  # a diff of folders needs none

        with tempfile.TemporaryFile() as wanted:
            wanted.writelines(entry.identity + b"\n" for entry in entries)
            wanted.seek(0)
            with self._git.stream("cat-file", "--batch", "--buffer", given=wanted) as output:
                for entry, content in zip(entries, self._contents(output, len(entries)), strict=True):
                    with _one_name_each(entry.path):
                        self._write_file(entry, content)

    def _write_file(self, entry: CommitEntry, content: bytes) -> None:
        path = self._root / entry.path
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        if entry.is_link:
            if entry.path in self._links:
                raise FileExistsError
            self._links[entry.path] = content
        else:
            with path.open("xb") as file:
                file.write(content)
            if entry.path.endswith(SUFFIX):
                written = (os.fsdecode(found[1]) for found in _IMPORT.finditer(content))
                self.imports.update(dict.fromkeys(filter(None, (_joined(entry.path, each) for each in written))))
        self._written.add(entry.path)

    def _contents(self, output: BinaryIO, count: int) -> Iterator[bytes]:
        """Yield the contents of a number of blobs, each of which has a line before it that states its size."""
        for _ in range(count):
            stated = output.readline(_LONGEST_HEADER).split()
            if len(stated) != 3 or stated[1] != b"blob":  # noqa: PLR2004 - the object, its type, its size
                raise EndedEarlyError
            size = int(stated[2])
            self._bytes_left -= size
            if self._bytes_left < 0:
                raise RevisionError(f"its files have more than {MOST_BYTES // _CHUNK} MiB", _APART)
            content = output.read(size + 1)
            if len(content) != size + 1:
                raise EndedEarlyError
            yield content[:-1]

    def _link(self) -> tuple[str, ...]:
        made: list[str] = []
        left_out: list[str] = []
        for path, target in self._links.items():
            (made if _is_made(path, target, self._root) else left_out).append(path)
        astray = [path for path in made if not leads_below(self._root / path, self._root)]
        for path in astray:
            (self._root / path).unlink()
        self._made = [path for path in made if path not in set(astray)]
        return (*left_out, *astray)


def _joined(path: str, written: str) -> str | None:
    """Return where a relative path leads from a file of a commit; None where that is outside."""
    steps = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
    return None if steps.split("/")[0] in ("", "..") or "\0" in steps else "" if steps == "." else steps


def _is_made(path: str, target: bytes, root: Path) -> bool:
    written = os.fsdecode(target)
    if len(target) > LONGEST_LINK or Path(written).is_absolute():
        return False
    try:
        with _one_name_each(path):
            (root / path).symlink_to(written)
    except (OSError, ValueError):  # an empty target, one with a null byte, a system without links
        return False
    return True


def _records(output: BinaryIO) -> Iterator[bytes]:
    """Yield the records of an output, each of which ends in a null byte."""
    rest, total = b"", 0
    while chunk := output.read(_CHUNK):
        total += len(chunk)
        if total > MOST_LISTED_BYTES:
            raise RevisionError("it has too many files to list", _APART)
        *records, rest = (rest + chunk).split(b"\0")
        yield from records
        if len(rest) > _CHUNK:
            break
    if rest:
        raise EndedEarlyError


def _demand_safe(path: str) -> None:
    parts = path.split("/")
    safe = len(parts) <= DEEPEST and not any(part in ("", ".", "..") or part.casefold() == ".git" for part in parts)
    if _PORTABLE_ONLY and safe:
        try:
            demand_safe([path])
        except ValueError:
            safe = False
    if not safe:
        raise RevisionError(f"its `{path}` is no path that a file can have here")


@contextmanager
def _one_name_each(path: str) -> Iterator[None]:
    """Say which file it is that the system cannot tell from another, as some do not by case."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise RevisionError(f"its `{path}` and another of its files have one name on this system") from None
