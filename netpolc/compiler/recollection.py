"""The last build of a request, as a memory keeps it, and what the next one can use of it.

`cli.recall` keeps the same on disk from one process to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.compiler.footprints import Change, Footprints, split_digests
from netpolc.compiler.verification import VerificationCache
from netpolc.diagnostics import ignores
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.memory import Memory
    from netpolc.compiler.model import CompileOptions, Outcome
    from netpolc.policy.model import Policy
    from netpolc.source import Source
    from netpolc.targets.layout import Document

    Roles = list[tuple[str, str, bool, dict[str, str | None]]]
    Notes = dict[tuple[str, bytes], list[Diagnostic]]
    """What there is to say of each statement, by its file and digest."""


_READ_BACK = "read back"


class _Kept(msgspec.Struct, frozen=True):
    """A build: its policies and their texts, and if it had no findings but notes, what a part of the next can use.

    That are its sources by key, its files, notes and footprints.
    """

    policies: tuple[Policy, ...]
    texts: dict[Document, str]
    sources: dict[str, Source] = {}
    roles: Roles = []
    files: dict[str, str] = {}
    notes: Notes = {}
    footprints: Footprints | None = None


class Recollection:
    """Remembers the builds of one request: of all that a result depends on beside the texts of its sources."""

    def __init__(self, memory: Memory, options: CompileOptions, layout: str) -> None:
        """Name a request by what it asks for."""
        self._memory = memory
        self._standards = options.checks.standards
        self._request = "build", repr(options), layout
        self._last: _Kept | None = memory.result(self._request)

    @property
    def texts(self) -> Mapping[Document, str]:
        """The texts of the policies of the last build; the API server would take these."""
        return {} if self._last is None else self._last.texts

    def changes(self, loaded: Loaded) -> list[Change | None]:
        """Return what the next build can use of the last one; None where more is new than the texts of files."""
        last = self._last
        if last is None or last.footprints is None or last.roles != _roles(loaded):
            return [None]
        changed = frozenset(
            file.outline.source for file in loaded.files if last.sources[file.key] is not file.outline.source
        )
        return [Change(last.files, last.footprints, changed)]

    def whole(
        self, loaded: Loaded, outcome: Outcome, texts: Mapping[Document, str]
    ) -> tuple[tuple[Policy, ...], tuple[Diagnostic, ...]]:
        """Return all policies and diagnostics of a build, with those that it took over, and remember it.

        `texts` are those of its policies, and maybe of more. Without footprints, no part of the next build can be
        taken from it.
        """
        compilation = outcome.compilation
        policies, said = compilation.policies, compilation.diagnostics
        if outcome.footprints is None:
            self._memory.keep(self._request, _Kept(policies, {each: texts[each] for each in compilation.documents}))
            return policies, said
        notes = _notes(loaded, outcome)
        if compilation.part is not None and self._last is not None:
            touched = compilation.part.namespaces
            kept = (policy for policy in self._last.policies if policy.namespace not in touched)
            # Within a namespace they keep their order, which lowering decides.
            policies = tuple(sorted((*kept, *policies), key=lambda each: each.namespace or ""))
            notes |= _kept_notes(loaded, outcome, self._last.notes)
            found = [note for of_statement in notes.values() for note in of_statement]
            said = self._standards.applied(collect(ignores.apply(found, loaded.comments, tells_unused=False)))
        sources = {file.key: file.outline.source for file in loaded.files}
        written: dict[Document, str] = {each: texts[each] for each in policies}
        build = _Kept(policies, written, sources, _roles(loaded), outcome.output.files, notes, outcome.footprints)
        self._memory.keep(self._request, build)
        return policies, said


def read_back(memory: Memory) -> VerificationCache:
    """Return what was read of all texts that builds with this memory wrote; threads may share it."""
    known: VerificationCache | None = memory.result(_READ_BACK)
    if known is None or known.is_full:
        known = VerificationCache(stays=True)
    memory.keep(_READ_BACK, known)
    return known


def _roles(loaded: Loaded) -> Roles:
    """Return the files in their order, each with its label, which output shows, and its part in the program."""
    return [(file.key, file.outline.source.label, file.is_source, dict(file.imports)) for file in loaded.files]


def _notes(loaded: Loaded, outcome: Outcome) -> Notes:
    """Return what was found of each statement that was compiled, before ignore comments are heeded."""
    found: dict[tuple[Source, int], list[Diagnostic]] = {}
    for note in outcome.compilation.found:
        if note.location is not None:
            found.setdefault((note.location.source, note.location.span.start), []).append(note)
    if not found:
        return {}
    return {
        (key, digest): found[source, start]
        for key, source, start, _, digest in _statements(loaded, outcome)
        if (source, start) in found
    }


def _kept_notes(loaded: Loaded, outcome: Outcome, last: Notes) -> Notes:
    """Return what was said before of the statements that were not compiled again, where they stand now."""
    part = outcome.compilation.part
    if part is None or not last:
        return {}
    return {
        (key, digest): [_moved(note, source, start) for note in last[key, digest]]
        for key, source, start, number, digest in _statements(loaded, outcome)
        if (key, digest) in last and number not in part.flows.get(key, ())
    }


def _statements(loaded: Loaded, outcome: Outcome) -> Iterator[tuple[str, Source, int, int, bytes]]:
    """Yield each statement by its file's key, its source and start, its number, and its digest."""
    footprints = outcome.footprints
    for file, footprint in zip(loaded.files, footprints.files if footprints else (), strict=True):
        source = file.outline.source
        digests = zip(file.outline.statements, split_digests(footprint.statements), strict=True)
        for number, (placed, digest) in enumerate(digests):
            yield file.key, source, placed.statement.span.start, number, digest


def _moved(note: Diagnostic, source: Source, start: int) -> Diagnostic:
    """Return a note at a statement's place in the present text."""
    if note.location is None or note.location.source is source:
        return note
    length = note.location.span.end - note.location.span.start
    return msgspec.structs.replace(note, location=Location(source, Span(start, start + length)))
