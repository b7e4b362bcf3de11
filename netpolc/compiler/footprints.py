"""The footprints that a build leaves for the next one: digests of statements, and where each made rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.digests import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netpolc.compiler.loading import Loaded
    from netpolc.language.resolve.modules import LoadedFile
    from netpolc.language.resolve.outline import Outline, Placed, PlacedDeclaration, Placement
    from netpolc.source import Source

    Changes = Callable[[Loaded], Sequence["Change | None"]]
    """How sources, once they are loaded, differ from those of each run's last build; None where that is of no use."""

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
        """Return what each statement of the file at an index reached in the last build; None for one that is new."""
        before = self.before.files[at]
        reach = [self.before.reaches[number] for number in before.reach]
        if file.outline.source not in self.changed:
            return [*reach]
        known = dict(zip(split_digests(before.statements), reach, strict=True))
        return [known.get(digest) for digest in digests_of_statements(file.outline)]

    def lost(self, file: LoadedFile, at: int) -> set[str | None]:
        """Find the namespaces that statements reached which the file at an index does not have any more."""
        before = self.before.files[at]
        left = set(digests_of_statements(file.outline))
        lost = {
            number
            for digest, number in zip(split_digests(before.statements), before.reach, strict=True)
            if digest not in left
        }
        return {namespace for number in lost for namespace in self.before.reaches[number]}


def digests_of_statements(outline: Outline) -> Iterator[bytes]:
    """Yield a digest of each statement, with its line, which comments name, and all else that a policy may show."""
    return (_digest(_placed(outline, placed)) for placed in outline.statements)


def digest_of_frame(file: LoadedFile, places: dict[str, int]) -> bytes:
    """Return a digest of all of a file that is no flow, as far as anything but the place of a finding depends on it."""
    from netpolc.language.syntax import tree  # a build without changes compares no statements

    outline = file.outline
    text = outline.source.text
    opened = [
        (
            opened.name.text,
            opened.labels and text[opened.labels.span.start : opened.labels.span.end],
            _placement(opened.placement),
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
            [_written(outline, declaration) for declaration in outline.declarations],
            [_placed(outline, placed) for placed in outline.statements if not isinstance(placed.statement, tree.Flow)],
        )
    )


def _placed(outline: Outline, placed: Placed) -> tuple[object, ...]:
    return (*outline.source.position(placed.statement.span.start), *_written(outline, placed))


def _written(outline: Outline, placed: Placed | PlacedDeclaration) -> tuple[object, ...]:
    span = placed.statement.span
    notes = [(annotation.name, annotation.value) for annotation in placed.annotations]
    return outline.source.text[span.start : span.end], notes, _placement(placed.placement)


def _placement(placement: Placement) -> tuple[object, ...]:
    return placement.section, placement.environments and sorted(placement.environments)


def _digest(value: object) -> bytes:
    return sha256(repr(value).encode(errors="surrogatepass")).digest()[:DIGEST]


def split_digests(digests: bytes) -> list[bytes]:
    """Return the digests of statements, one each, that a footprint has in one."""
    return [digests[at : at + DIGEST] for at in range(0, len(digests), DIGEST)]
