"""The entrance: source files and all that they import, read and parsed."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.digests import sha256
from netpolc.language.resolve.modules import LoadedFile
from netpolc.language.resolve.outline import outline, outline_on
from netpolc.language.syntax.comments import CommentSpans
from netpolc.language.syntax.tree import Tree
from netpolc.project.filesystem import DISK, Disk
from netpolc.project.imports import ImportProblem, project_root, resolve_import
from netpolc.source import SUFFIX, Location, Source, Span
from netpolc.version import fingerprint

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from netpolc.cache import Cache
    from netpolc.compiler.memory import Memory
    from netpolc.language.resolve.outline import Outline
    from netpolc.language.syntax.tree import Import
    from netpolc.project.discovery import SourceFile

    Visit = Iterator["Visit"]
    """The imports of a file, each of them loaded, and to be visited before the next is asked for."""

LIBRARY = Path(__file__).parents[1] / "ecosystem"
LEAST_TO_SPREAD = 200_000
"""The characters from which on parsing is worth more than one processor."""
BUNDLED = {"std": LIBRARY / "std.netpol"}
"""Files of netpolc's own by what imports them; they are on disk, wherever the sources are."""
USUAL = "kubernetes"
"""The platform where nobody names one (`ecosystem.platforms`)."""


def together(one: Loaded, other: Loaded) -> Loaded:
    """Join the files of both; one that is a source of either is a source."""
    files = {file.key: file for file in (*one.files, *other.files)}
    files |= {file.key: file for file in (*one.files, *other.files) if file.is_source}
    return Loaded(
        tuple(files.values()),
        {**one.comments, **other.comments},
        {**one.paths, **other.paths},
        (*one.diagnostics, *other.diagnostics),
        one.incomplete | other.incomplete,
    )


class _Read(msgspec.Struct, frozen=True):
    """One text as it was read, and what is wrong with it; `complete` unless a statement could not be read."""

    outline: Outline
    comments: Iterable[Span]
    diagnostics: tuple[Diagnostic, ...] = ()
    complete: bool = True


class Loaded(msgspec.Struct, frozen=True):
    """The files of a run, sources and imports, and what was wrong with their texts.

    `incomplete` are those that have statements which could not be read.
    """

    files: tuple[LoadedFile, ...]
    comments: dict[Source, Iterable[Span]]
    paths: dict[Source, Path]
    diagnostics: tuple[Diagnostic, ...]
    incomplete: frozenset[Source] = frozenset()


def load_files(
    sources: Sequence[SourceFile],
    cwd: Path,
    cache: Cache | None = None,
    *,
    files: Disk = DISK,
    memory: Memory | None = None,
    processes: int = 1,
    platform: str = USUAL,
) -> Loaded:
    """Read files and what they import; each file once, however it is reached.

    The library is that of a `platform`. Large work is spread over `processes`, which takes forks: that is for the
    caller to allow, and not for one with threads. A `memory` spares what was parsed before.
    """
    loader = _Loader(cwd, cache, files, memory, platform)
    if processes > 1:
        loader.parse_ahead(sources, processes)
    for file in sources:
        loader.load_source(file)
    return loader.loaded()


def load_text(
    source: Source,
    cwd: Path,
    cache: Cache | None = None,
    *,
    files: Disk = DISK,
    memory: Memory | None = None,
    platform: str = USUAL,
) -> Loaded:
    """Read a text that is in no file; its imports are relative to the working folder."""
    loader = _Loader(cwd, cache, files, memory, platform)
    loader.load_given(source)
    return loader.loaded()


class _Loader:
    def __init__(self, cwd: Path, cache: Cache | None, disk: Disk, memory: Memory | None, platform: str) -> None:
        self.cwd = cwd
        self.cache = cache
        self.disk = disk
        self.memory = memory
        self.platform = platform
        self.code = fingerprint()
        self.files: dict[str, LoadedFile] = {}
        self.comments: dict[Source, Iterable[Span]] = {}
        self.paths: dict[Source, Path] = {}
        self.diagnostics: list[Diagnostic] = []
        self.incomplete: set[Source] = set()
        self.failed: set[str] = set()
        self.roots: dict[Path, Path] = {}
        self.ahead: dict[bytes, Tree] = {}

    def parse_ahead(self, files: Sequence[SourceFile], processes: int) -> None:
        """Parse the larger part of what is not in the cache on all processors; mistakes are left to be found again."""
        unknown: dict[Source, bytes] = {}
        for file in files:
            path = self.cwd / file.path
            source = self.disk.source(path, file.name)
            if isinstance(source, Source):
                digest = self._digest(source)
                if self._kept(_place(self._key(path)), digest) is None:
                    unknown[source] = digest
        if sum(len(source.text) for source in unknown) > LEAST_TO_SPREAD:
            from netpolc.language.syntax.spread import parse_apart  # as below

            self.ahead = {unknown[source]: tree for source, tree in parse_apart(tuple(unknown), processes).items()}

    def loaded(self) -> Loaded:
        return Loaded(
            tuple(self.files.values()), self.comments, self.paths, tuple(self.diagnostics), frozenset(self.incomplete)
        )

    def load_source(self, file: SourceFile) -> None:
        path = self.cwd / file.path
        key = self._key(path)
        known = self.files.get(key)
        if known is not None:
            self.files[key] = msgspec.structs.replace(known, is_source=True)
        elif key not in self.failed:
            _finish(self._load(path, file.name, key, (), is_source=True))

    def load_given(self, source: Source) -> None:
        source.label = source.label.encode(errors="backslashreplace").decode()
        _finish(self._enter(source, self.cwd / source.name, source.name, (), is_source=True))

    def _load(self, path: Path, display: str, key: str, chain: tuple[str, ...], *, is_source: bool) -> Visit:
        disk = DISK if path in BUNDLED.values() else self.disk
        found = disk.source(path, display)
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
            self.failed.add(key)
            return iter(())
        source = found if self.memory is None else self.memory.source(found)
        source.label = _legible(_relative(path, self._root(path)))
        return self._enter(source, path, key, chain, is_source=is_source)

    def _enter(self, source: Source, path: Path, key: str, chain: tuple[str, ...], *, is_source: bool) -> Visit:
        read = self._read(source, key)
        flat = outline_on(read.outline, self.platform) if path in BUNDLED.values() else read.outline
        self.diagnostics += (*read.diagnostics, *flat.diagnostics)
        if not read.complete:
            self.incomplete.add(source)
        self.comments[source] = read.comments
        self.paths[source] = path
        # Files enter in the order of their sources; imports are filled in before anybody looks.
        imports: dict[str, str | None] = {}
        self.files[key] = LoadedFile(key, flat, imports, is_source)
        return self._imports(flat, path, imports, (*chain, key))

    def _read(self, source: Source, key: str) -> _Read:
        """Parse and outline a text, unless the memory has both."""
        read = partial(self._parse, source, key)
        return read() if self.memory is None else self.memory.made(source, "outline", read)

    def _parse(self, source: Source, key: str) -> _Read:
        """Parse a text, or take its tree from the cache where the same text was parsed before."""
        place, digest = _place(key), self._digest(source)
        kept = self._kept(place, digest)
        if kept is not None:
            with suppress(msgspec.MsgspecError):
                return _flawless(source, msgspec.msgpack.decode(kept, type=Tree))
        tree = self.ahead.get(digest)
        if tree is None:
            from netpolc.language.syntax.parser import parse  # a tree from the cache takes no parser

            parsed = parse(source)
            if parsed.diagnostics:
                comments = () if parsed.refused else CommentSpans(source.text)
                return _Read(outline(source, parsed.tree), comments, parsed.diagnostics, parsed.complete)
            tree = parsed.tree
        if self.cache is not None:
            self.cache.write(place, digest + msgspec.msgpack.encode(tree))
        return _flawless(source, tree)

    def _digest(self, source: Source) -> bytes:
        return sha256(self.code + source.text.encode(errors="surrogatepass")).digest()

    def _kept(self, place: str, digest: bytes) -> bytes | None:
        """Return the tree of a text as the cache has it, encoded."""
        kept = None if self.cache is None else self.cache.read(place)
        return kept[len(digest) :] if kept is not None and kept.startswith(digest) else None

    def _imports(self, flat: Outline, path: Path, imports: dict[str, str | None], chain: tuple[str, ...]) -> Visit:
        aliases: dict[str, Import] = {}
        for statement in flat.imports:
            place = Location(flat.source, statement.path.span)
            alias = _alias(statement)
            if alias in aliases:
                first = Location(flat.source, aliases[alias].span)
                self._error(
                    "NP201",
                    f"two files are imported as `{alias}`",
                    place,
                    f'name one of them: `import "{statement.path.text}" as other`',
                    (Label(first, "first imported here"),),
                )
                continue
            aliases[alias] = statement
            imports[alias] = yield from self._import(statement, path, place, chain, flat.imports)

    def _import(
        self, statement: Import, path: Path, place: Location, chain: tuple[str, ...], beside: Sequence[Import]
    ) -> Generator[Visit, None, str | None]:
        """Load an imported file and return its key; None after a report."""
        written = statement.path.text
        found = BUNDLED.get(written) or resolve_import(path, written, self._root(path), self.disk)
        if isinstance(found, ImportProblem):
            self._not_imported(found, statement, place, beside)
            return None
        key = self._key(found)
        if key in chain:
            names = [self.files[link].outline.source.name for link in (*chain[chain.index(key) :], key)]
            self._error(
                "NP208", f"files import each other: {' -> '.join(names)}", place, "move what both need to a third"
            )
            return None
        if key not in self.files and key not in self.failed:
            display = written if written in BUNDLED else _relative(found, self.cwd)
            yield self._load(found, display, key, chain, is_source=False)
        return None if key in self.failed else key

    def _not_imported(
        self, problem: ImportProblem, statement: Import, place: Location, beside: Sequence[Import]
    ) -> None:
        """Report what cannot be imported; a word may be meant for a file of netpolc's own."""
        from netpolc.diagnostics.closest import closest  # only an import that fails needs it

        written = statement.path.text
        near = closest(written.removesuffix(SUFFIX), BUNDLED) or (written.removesuffix(SUFFIX) in BUNDLED and "std")
        if problem.code != "NP207" or not near or "/" in written:
            self._error(problem.code, problem.message, place, problem.help)
            return
        # What another import of the file is called, a second one cannot be.
        taken = statement.alias is None and any(each is not statement and _alias(each) == near for each in beside)
        fixes = () if taken else (Fix(f'use `"{near}"`', (Edit(place, f'"{near}"'),)),)
        message, advice = problem.message, f'the library that comes with netpolc is `"{near}"`'
        self.diagnostics.append(
            Diagnostic(code="NP207", severity="error", message=message, location=place, help=advice, fixes=fixes)
        )

    def _root(self, path: Path) -> Path:
        folder = path.parent
        if folder not in self.roots:
            self.roots[folder] = project_root(path, self.cwd, self.disk)
        return self.roots[folder]

    def _key(self, path: Path) -> str:
        """Return what tells files apart, whatever their names; where there is none, its path."""
        if path in BUNDLED.values():
            return str(path)
        try:
            return repr(self.disk.identity(path))
        except OSError:
            return str(path)

    def _error(
        self, code: str, message: str, place: Location, advice: str | None, labels: tuple[Label, ...] = ()
    ) -> None:
        self.diagnostics.append(
            Diagnostic(code=code, severity="error", message=message, location=place, labels=labels, help=advice)
        )


def _flawless(source: Source, tree: Tree) -> _Read:
    return _Read(outline(source, tree), CommentSpans(source.text))


def _finish(visit: Visit) -> None:
    """Do all of a visit, on a stack of our own: a chain of imports may be longer than Python's is high."""
    pending = [visit]
    while pending:
        inner = next(pending[-1], None)
        if inner is None:
            pending.pop()
        else:
            pending.append(inner)


def _place(key: str) -> str:
    """Return where the cache keeps the tree of a file."""
    return f"tree-{sha256(key.encode(errors='surrogatepass')).hexdigest()[:32]}"


def _alias(statement: Import) -> str:
    if statement.alias is not None:
        return statement.alias.text
    return statement.path.text.rsplit("/", 1)[-1].removesuffix(SUFFIX)


def _relative(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder, with `/` on every system."""
    return Path(os.path.relpath(path, folder)).as_posix()


def _legible(path: str) -> str:
    """Return a path as UTF-8 text, whatever encoding the system takes its names to have."""
    return os.fsencode(path).decode(errors="backslashreplace")
