"""The last build of each request, so that one that would change nothing is recognised before anything is compiled.

What a build reads decides what it writes. Where the same request finds the same texts under the same names, and the
same netpolc, the files of the last build are the files of this one; whether they are still on disk is looked up anew.
Where some texts are others, the footprints of the last build tell how much of it still holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.compiler.footprints import Change, Footprints
from netpolc.digests import sha256
from netpolc.project.imports import project_root
from netpolc.project.reading import read_source
from netpolc.source import Source
from netpolc.version import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cache import Cache
    from netpolc.compiler.loading import Loaded
    from netpolc.project.discovery import SourceFile

Files = dict[str, str]


class RememberedInput(msgspec.Struct, frozen=True, array_like=True):
    """A file that was read: where it is, the folder that its imports may not leave, and its text."""

    path: str
    root: str
    digest: bytes


class RememberedOutput(msgspec.Struct, frozen=True, array_like=True):
    """The files of one output, and what its statements reached, if they can be compiled in parts."""

    files: Files
    footprints: Footprints | None


class RememberedBuild(msgspec.Struct, frozen=True, array_like=True):
    """A build without findings: what it read, and its outputs."""

    sources: tuple[str, ...]
    inputs: tuple[RememberedInput, ...]
    outputs: tuple[RememberedOutput, ...]


class Recall:
    """The memory of one request, which is everything beside its files that a result depends on."""

    def __init__(self, cache: Cache, cwd: Path, sources: Sequence[SourceFile], *request: object) -> None:
        """Name a request by the texts of its parts."""
        self._cache = cache
        self._sources = tuple(f"{file.path}\0{file.name}" for file in sources)
        self._cwd = cwd
        digest = sha256(repr((str(cwd), *request)).encode(errors="surrogatepass"))
        self._key = f"build-{digest.hexdigest()[:32]}"
        self._fingerprint = fingerprint()
        self._roots: dict[Path, str] = {}

    def last(self) -> RememberedBuild | None:
        """Return the last build of these sources by this very netpolc, None where there is none."""
        kept = self._cache.read(self._key)
        if kept is None or not kept.startswith(self._fingerprint):
            return None
        try:
            build = msgspec.msgpack.decode(kept[len(self._fingerprint) :], type=RememberedBuild)
        except msgspec.MsgspecError:
            return None
        return build if build.sources == self._sources else None

    def is_current(self, build: RememberedBuild) -> bool:
        """Tell whether nothing has changed that a build depends on."""
        return all(self._is_same(known) for known in build.inputs)

    def changes(self, build: RememberedBuild, loaded: Loaded) -> tuple[Change | None, ...]:
        """Return what each output can use of a build; None where more is new than the texts of files."""
        inputs = self._inputs(loaded)
        if [(each.path, each.root) for each in inputs] != [(each.path, each.root) for each in build.inputs]:
            return tuple(None for _ in build.outputs)
        both = zip(loaded.paths, inputs, build.inputs, strict=True)
        changed = frozenset(source for source, now, then in both if now.digest != then.digest)
        return tuple(
            None if output.footprints is None else Change(output.files, output.footprints, changed)
            for output in build.outputs
        )

    def keep(self, loaded: Loaded, outputs: tuple[Files, ...], footprints: tuple[Footprints | None, ...]) -> None:
        """Remember a build that found nothing wrong or doubtful."""
        build = RememberedBuild(self._sources, self._inputs(loaded), tuple(map(RememberedOutput, outputs, footprints)))
        self._cache.write(self._key, self._fingerprint + msgspec.msgpack.encode(build))

    def _inputs(self, loaded: Loaded) -> tuple[RememberedInput, ...]:
        return tuple(self._input(path, source) for source, path in loaded.paths.items())

    def _is_same(self, known: RememberedInput) -> bool:
        path = Path(known.path)
        found = read_source(path, known.path)
        return isinstance(found, Source) and self._input(path, found) == known

    def _input(self, path: Path, source: Source) -> RememberedInput:
        if path.parent not in self._roots:
            self._roots[path.parent] = str(project_root(path, self._cwd))
        digest = sha256(source.text.encode(errors="surrogatepass")).digest()
        return RememberedInput(str(path), self._roots[path.parent], digest)
