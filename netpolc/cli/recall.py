"""A build that would change nothing, recognised before anything is compiled.

What a build reads decides what it writes. Where the same request finds the same texts under the same names, and the
same netpolc, the files of the last build are the files of this one; whether they are still on disk is looked up anew.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.project.imports import project_root
from netpolc.project.reading import read_source
from netpolc.source import Source
from netpolc.version import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cache import Cache
    from netpolc.loading import Loaded
    from netpolc.project.discovery import SourceFile

Files = dict[str, str]


class Input(msgspec.Struct, frozen=True, array_like=True):
    """A file that was read: where it is, the folder that its imports may not leave, and its text."""

    path: str
    root: str
    digest: bytes


class Build(msgspec.Struct, frozen=True, array_like=True):
    """A build without findings: what it read, and the files of each of its outputs."""

    sources: tuple[str, ...]
    inputs: tuple[Input, ...]
    outputs: tuple[Files, ...]


class Recall:
    """The memory of one request, which is everything beside its files that a result depends on."""

    def __init__(self, cache: Cache, cwd: Path, *request: object) -> None:
        """Name a request by the texts of its parts."""
        self._cache = cache
        self._cwd = cwd
        digest = hashlib.sha256(repr((str(cwd), *request)).encode(errors="surrogatepass"))
        self._key = f"build-{digest.hexdigest()[:32]}"
        self._fingerprint = fingerprint()
        self._roots: dict[Path, str] = {}

    def outputs(self, sources: Sequence[SourceFile]) -> tuple[Files, ...] | None:
        """The files of each output, if nothing that they depend on has changed."""
        kept = self._cache.read(self._key)
        if kept is None or not kept.startswith(self._fingerprint):
            return None
        try:
            build = msgspec.msgpack.decode(kept[len(self._fingerprint) :], type=Build)
        except msgspec.MsgspecError:
            return None
        same = build.sources == _names(sources) and all(self._is_same(known) for known in build.inputs)
        return build.outputs if same else None

    def keep(self, sources: Sequence[SourceFile], loaded: Loaded, outputs: tuple[Files, ...]) -> None:
        """Remember a build that found nothing wrong or doubtful."""
        inputs = tuple(self._input(path, source) for source, path in loaded.paths.items())
        build = Build(_names(sources), inputs, outputs)
        self._cache.write(self._key, self._fingerprint + msgspec.msgpack.encode(build))

    def _is_same(self, known: Input) -> bool:
        path = Path(known.path)
        found = read_source(path, known.path)
        return isinstance(found, Source) and self._input(path, found) == known

    def _input(self, path: Path, source: Source) -> Input:
        if path.parent not in self._roots:
            self._roots[path.parent] = str(project_root(path, self._cwd))
        digest = hashlib.sha256(source.text.encode(errors="surrogatepass")).digest()
        return Input(str(path), self._roots[path.parent], digest)


def _names(sources: Sequence[SourceFile]) -> tuple[str, ...]:
    return tuple(f"{file.path}\0{file.name}" for file in sources)
