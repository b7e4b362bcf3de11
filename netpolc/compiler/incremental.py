"""What of a program has to be compiled again once some of its flows have changed.

The policies of a namespace follow from the flows that make rules in it, and from everything that is no flow. So the
footprints of a build say of each statement in which namespaces it made rules. Where files differ from those of the
last build in flows alone, only the namespaces of the flows that went and of those that came can differ.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.pipeline import Analysis, Compilation, Options, Part
    from netpolc.language.resolve.modules import LoadedFile
    from netpolc.language.resolve.outline import Outline, Placed, PlacedDeclaration, Standing
    from netpolc.source import Source

Namespaces = tuple[str | None, ...]

DIGEST = 16
"""The bytes of the digest of a statement."""


class Footprint(msgspec.Struct, frozen=True, array_like=True):
    """One file of a build.

    `frame` is a digest of everything that is no flow, `statements` has one of each statement, and `reach` leads from
    each of them to the namespaces in which it made rules, by their place in the build's list.
    """

    frame: bytes
    statements: bytes
    reach: tuple[int, ...]


class Footprints(msgspec.Struct, frozen=True, array_like=True):
    """The files of a build in the order in which they were loaded, and the list of what their statements reach."""

    files: tuple[Footprint, ...]
    reaches: tuple[Namespaces, ...]


class Change(msgspec.Struct, frozen=True):
    """The files and footprints of the last build, and the sources that have another text since."""

    files: dict[str, str]
    before: Footprints
    changed: frozenset[Source]

    def reach(self, file: LoadedFile, at: int) -> list[Namespaces | None]:
        """What each statement of a file, the one `at` a place, reached in the last build; None for one that is new."""
        before = self.before.files[at]
        reach = [self.before.reaches[number] for number in before.reach]
        if file.outline.source not in self.changed:
            return [*reach]
        known = dict(zip(_split(before.statements), reach, strict=True))
        return [known.get(digest) for digest in _statements(file.outline)]

    def lost(self, file: LoadedFile, at: int) -> set[str | None]:
        """The namespaces that statements reached which a file does not have any more."""
        before = self.before.files[at]
        left = set(_statements(file.outline))
        lost = {
            number for digest, number in zip(_split(before.statements), before.reach, strict=True) if digest not in left
        }
        return {namespace for number in lost for namespace in self.before.reaches[number]}


def analyses(loaded: Loaded, options: Options, change: Change | None) -> Iterator[Analysis]:
    """What to compile: as much of a program as a change can touch, if the rest is sure to be as it was; then all of it.

    What is wrong or doubtful is said with all that belongs to it, so only a clean compilation of a part will do.
    """
    from netpolc.compiler.pipeline import analyse  # noqa: PLC0415 -- a build without changes compiles nothing

    part = None if change is None else _part(loaded, options, change)
    if part is not None:
        yield analyse(loaded, options, part)
    yield analyse(loaded, options)


def footprints(loaded: Loaded, compilation: Compilation, change: Change | None) -> Footprints | None:
    """What tells the next build how much of this one will still hold; None where nothing would, after any change.

    `change` is the one that this was compiled for.
    """
    program = compilation.program
    # Assertions are about all flows, and so may be who owns the unnamed namespace.
    if not compilation.clean or program.assertions or any(_speaks_outside(file) for file in loaded.files):
        return None
    if any(namespace.location is None for namespace in program.namespaces):
        return None
    reached = _reached(compilation)
    places = {file.key: at for at, file in enumerate(loaded.files)}
    numbers: dict[Namespaces, int] = {}
    files: list[Footprint] = []
    for at, file in enumerate(loaded.files):
        source, statements = file.outline.source, file.outline.statements
        reach = [reached.get((source, placed.statement.span.start), ()) for placed in statements]
        known = None
        if compilation.part is not None and change is not None:
            again = compilation.part.flows[file.key]
            both = enumerate(zip(reach, change.reach(file, at), strict=True))
            reach = [now if before is None or number in again else before for number, (now, before) in both]
            known = None if source in change.changed else change.before.files[at]
        numbered = tuple([numbers.setdefault(namespaces, len(numbers)) for namespaces in reach])
        if known is None:
            files.append(Footprint(_frame(file, places), b"".join(_statements(file.outline)), numbered))
        else:
            files.append(Footprint(known.frame, known.statements, numbered))
    return Footprints(tuple(files), tuple(numbers))


def _part(loaded: Loaded, options: Options, change: Change) -> Part | None:
    """All that a change can touch; None where that may be everything."""
    from netpolc.compiler.pipeline import Part  # noqa: PLC0415 -- as above
    from netpolc.ir.isolation import IsolatedPods  # noqa: PLC0415
    from netpolc.language.resolve.programs import resolve  # noqa: PLC0415

    if loaded.diagnostics or len(loaded.files) != len(change.before.files):
        return None
    places = {file.key: at for at, file in enumerate(loaded.files)}
    namespaces: set[str | None] = set()
    for at, file in enumerate(loaded.files):
        if file.outline.source in change.changed:
            if _speaks_outside(file) or _frame(file, places) != change.before.files[at].frame:
                return None
            namespaces |= change.lost(file, at)
    reach = {file.key: change.reach(file, at) for at, file in enumerate(loaded.files)}
    came = {key: [number for number, before in enumerate(known) if before is None] for key, known in reach.items()}
    found = resolve(loaded.files, options.environment, options.namespace, options.environments, came)
    if found.diagnostics:
        return None
    isolations = IsolatedPods(found.program)
    namespaces.update(*(isolations.reach(flow) for flow in found.program.flows))
    touched = {
        key: frozenset(
            number for number, before in enumerate(known) if before is None or not namespaces.isdisjoint(before)
        )
        for key, known in reach.items()
    }
    return Part(touched, frozenset(namespaces))


def _reached(compilation: Compilation) -> dict[tuple[Source, int], Namespaces]:
    """The namespaces in which each statement made rules, by its place."""
    ordered: dict[frozenset[str | None], Namespaces] = {}
    reached: dict[tuple[Source, int], frozenset[str | None]] = {}
    for flow in compilation.program.flows:
        location = flow.origin.location
        place = location.source, location.span.start
        reach = compilation.isolations.reach(flow)
        reached[place] = reached[place] | reach if place in reached else reach
    for reach in reached.values():
        if reach not in ordered:
            ordered[reach] = tuple(sorted(reach, key=str))
    return {place: ordered[reach] for place, reach in reached.items()}


def _speaks_outside(file: LoadedFile) -> bool:
    """Whether a source has flows outside of any section, on which it depends who owns the unnamed namespace."""
    from netpolc.language.syntax.tree import Flow  # noqa: PLC0415 -- as above

    return file.is_source and any(
        placed.standing.section is None and isinstance(placed.statement, Flow) for placed in file.outline.statements
    )


def _frame(file: LoadedFile, places: dict[str, int]) -> bytes:
    """A digest of all of a file that is no flow, as far as anything but the place of a finding depends on it."""
    from netpolc.language.syntax.tree import Flow  # noqa: PLC0415 -- as above

    outline = file.outline
    text = outline.source.text
    opened = [
        (
            opened.statement.name.text,
            opened.statement.labels and text[opened.statement.labels.span.start : opened.statement.labels.span.end],
            _standing(opened.standing),
        )
        for opened in outline.namespaces
    ]
    return _digest(
        (
            file.is_source,
            outline.key,
            outline.strict,
            [(alias, None if key is None else places[key]) for alias, key in file.imports.items()],
            [word.text for word in outline.environments],
            opened,
            [_said(outline, declaration) for declaration in outline.declarations],
            [_placed(outline, placed) for placed in outline.statements if not isinstance(placed.statement, Flow)],
        )
    )


def _statements(outline: Outline) -> Iterator[bytes]:
    """A digest of each statement, with its line, which comments name, and all else that a policy may show."""
    return (_digest(_placed(outline, placed)) for placed in outline.statements)


def _placed(outline: Outline, placed: Placed) -> tuple[object, ...]:
    return (*outline.source.position(placed.statement.span.start), *_said(outline, placed))


def _said(outline: Outline, placed: Placed | PlacedDeclaration) -> tuple[object, ...]:
    span = placed.statement.span
    notes = [(annotation.name, annotation.value) for annotation in placed.annotations]
    return outline.source.text[span.start : span.end], notes, _standing(placed.standing)


def _standing(standing: Standing) -> tuple[object, ...]:
    return standing.section, standing.environments and sorted(standing.environments)


def _digest(value: object) -> bytes:
    return hashlib.sha256(repr(value).encode(errors="surrogatepass")).digest()[:DIGEST]


def _split(digests: bytes) -> list[bytes]:
    return [digests[at : at + DIGEST] for at in range(0, len(digests), DIGEST)]
