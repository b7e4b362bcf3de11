"""What is said of files that nobody named, but that were found below folders: once for all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.deploying_kinds import deploys_more
from netpolc.manifests.namespace_default import UNSTATED, moved, noted
from netpolc.project.kustomizations import Kustomizations, read_kustomization
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from netpolc.manifests.model import Manifests
    from netpolc.project.discovery import Search
    from netpolc.source import Source

TEMPLATE = "NP122"
UNRENDERED = "NP811"
REPEATED_KEY = "NP121"
OPEN_TEMPLATE = "NP424"
PARTIAL = frozenset({TEMPLATE, UNRENDERED, OPEN_TEMPLATE})
"""What is said of parts that are not read; notes of these are about kustomizations, or objects of a Template."""


def kustomizations_of(search: Search) -> Kustomizations:
    """Read the kustomizations that are not applied; one that cannot be read names nothing."""
    found = ((file, search.disk.source(file, name)) for file, name in search.unapplied.items())
    return Kustomizations(
        read_kustomization(source, search.cwd / file.parent)
        for file, source in found
        if not isinstance(source, Diagnostic)
    )


def without_parts(search: Search, kustomizations: Kustomizations) -> Iterator[Diagnostic]:
    """Take files out of a search that kustomizations name, but not as resources, and yield a note on them.

    A source stays one, though a ConfigMap may hold it, too.
    """
    parts = {
        identity: file
        for identity, file in search.files.items()
        if not file.named
        and file.path.suffix != SUFFIX
        and kustomizations.is_part(os.path.normpath(search.cwd / file.path))
    }
    for identity in parts:
        del search.files[identity]
    if parts:
        count = len(parts)
        first = next(iter(parts.values())).name
        yield Diagnostic(
            code=UNRENDERED,
            severity="note",
            message=f"{count} file{'s' * (count != 1)} that kustomizations name as patches, values and the like "
            f"{'is' if count == 1 else 'are'} not read: {'it is' if count == 1 else 'they are'} no manifest"
            f"{'s' * (count != 1)}",
            help=f"to have one read all the same, name it: `{first}`",
        )


def only_parts(paths: Sequence[str], search: Search) -> list[Diagnostic]:
    """Return the problems of a search that found kustomizations and nothing else, which is no empty input."""
    first = next(iter(search.unapplied.values()))
    where = ", ".join(f"`{path}`" for path in paths) or "the working folder"
    lack = Diagnostic(
        code=UNRENDERED,
        severity="error",
        message=f"only kustomizations are in {where}, and below a folder none is applied",
        help=f"to read what one makes, name its folder: `{first}`",
    )
    return [*(each for each in search.problems if each.code != "NP807"), lack]


def not_applied(search: Search) -> Iterator[Diagnostic]:
    """Yield a note on kustomizations below folders: their files are read, but not what they make of them."""
    names = [*search.unapplied.values()]
    if names:
        which = f"{len(names)} kustomization{'s' * (len(names) != 1)} {'is' if len(names) == 1 else 'are'}"
        yield Diagnostic(
            code=UNRENDERED,
            severity="note",
            message=f"{which} not applied: their files are read as they stand",
            help=f"to read what one makes, name its folder: `{names[0]}`",
        )


def as_found(
    parts: Mapping[Source, Manifests],
    found: Mapping[Source, Path],
    rendered: Container[Source],
    kustomizations: Kustomizations | None,
) -> tuple[dict[Source, Manifests], tuple[Diagnostic, ...]]:
    """Return manifests as far as nobody named their files, and one warning of all templates among these.

    A tool renders these somewhere, so that nobody applies them as they stand. What a chart makes that was only found
    is not for its user to mend, so that a key which is there twice is a warning. Objects are in the namespace that
    their kustomization gives.
    """
    kept: dict[Source, Manifests] = {}
    templates: list[Diagnostic] = []
    for source, part in parts.items():
        if source not in found:
            kept[source] = part
            continue
        placed = part if kustomizations is None else _in_namespaces(part, found[source], kustomizations)
        read = _lenient(placed) if source in rendered else placed
        own = [each for each in read.diagnostics if each.code == TEMPLATE]
        templates += own[:1]
        kept[source] = _without(read, TEMPLATE) if own else read
    return kept, tuple(_together(templates, "template", "and what becomes of {it} is not judged"))


def shows_less(manifests: Manifests, said: Iterable[Diagnostic], kustomizations: Kustomizations | None) -> bool:
    """Tell whether manifests show less than what is deployed from where they were found.

    There are charts and templates that nobody rendered, kustomizations that change labels, or objects that have others
    deployed.
    """
    return (
        any(each.code in PARTIAL and (each.severity == "warning" or each.code == OPEN_TEMPLATE) for each in said)
        or (kustomizations is not None and not kustomizations.are_plain)
        or any(map(deploys_more, manifests.skipped))
    )


def _lenient(part: Manifests) -> Manifests:
    found = tuple(
        msgspec.structs.replace(each, severity="warning") if each.code == REPEATED_KEY else each
        for each in part.diagnostics
    )
    return msgspec.structs.replace(part, diagnostics=found)


def _in_namespaces(part: Manifests, path: Path, kustomizations: Kustomizations) -> Manifests:
    """Return what a file holds in the namespace that kustomizations give it, where that is one and the same.

    What says that no namespace is written is not said where they give any, and is a note where they give none: whoever
    applies what they make, or includes it, does.
    """
    file = os.path.normpath(path)
    names = kustomizations.namespaces_of(file)
    if not names:
        return noted(part) if kustomizations.including(file) else part
    part = _without(part, UNSTATED)
    return moved(part, *names) if len(names) == 1 else part


def _without(part: Manifests, code: str) -> Manifests:
    kept = tuple(each for each in part.diagnostics if each.code != code)
    return msgspec.structs.replace(part, diagnostics=kept)


def _together(each: Sequence[Diagnostic], what: str, why: str) -> Iterator[Diagnostic]:
    """Yield one warning for several errors, at the first of them."""
    if not each:
        return
    first = each[0]
    count = len(each)
    it = "it" if count == 1 else "them"
    which = f"this file is a {what}" if count == 1 else f"{count} files are {what}s"
    yield msgspec.structs.replace(
        first,
        severity="warning",
        message=f"{which}, {why.format(it=it)}",
        label="" if count == 1 else "the first of them",
        labels=() if count > 1 else first.labels,
        help="to leave out such files without a word, name them with `--exclude`",
    )
