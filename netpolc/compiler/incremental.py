"""Compilation of as much of a program as a change can touch.

The policies of a namespace follow from the flows that make rules in it, and from everything that is no flow. So the
footprints of a build say of each statement in which namespaces it made rules. Where files differ from those of the
last build in flows alone, only the namespaces of the flows that went and of those that came can differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.compiler.footprints import Footprint, Footprints, digest_of_frame, digests_of_statements
from netpolc.compiler.model import Output, Part
from netpolc.ir.isolation import IsolatedPods
from netpolc.language.resolve.programs import resolve
from netpolc.language.syntax import tree
from netpolc.targets.documents import updated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.compiler.footprints import Change, Namespaces
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import Compilation, CompileOptions
    from netpolc.language.resolve.modules import LoadedFile
    from netpolc.source import Source


def parts_to_compile(loaded: Loaded, options: CompileOptions, change: Change | None) -> Iterator[Part | None]:
    """Yield the part of a program that a change can touch, if the rest is sure to be as it was; then None, for all.

    What is wrong or doubtful is said with all that belongs to it, so only a clean compilation of a part will do.
    """
    part = None if change is None else _part(loaded, options, change)
    if part is not None:
        yield part
    yield None


def with_unchanged(output: Output, part: Part | None, change: Change | None) -> Output:
    """Return the output of a part with those files of the last build that a change did not touch."""
    if part is None or change is None or output.faults:
        return output
    return Output(updated(change.files, output.files, part.namespaces))


def footprints(loaded: Loaded, compilation: Compilation, change: Change | None) -> Footprints | None:
    """Return what tells the next build how much of this one still holds; None where nothing would, after any change.

    `change` is the one that this was compiled for.
    """
    program = compilation.program
    # Assertions are about all flows, and so may be who owns the unnamed namespace; guardrails belong to no namespace.
    if (
        not compilation.clean
        or program.assertions
        or program.guardrails
        or any(_speaks_outside(file) for file in loaded.files)
    ):
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
            files.append(
                Footprint(digest_of_frame(file, places), b"".join(digests_of_statements(file.outline)), numbered)
            )
        else:
            files.append(Footprint(known.frame, known.statements, numbered))
    return Footprints(tuple(files), tuple(numbers))


def _part(loaded: Loaded, options: CompileOptions, change: Change) -> Part | None:
    """Find all that a change can touch; None where that may be everything."""
    if loaded.diagnostics or len(loaded.files) != len(change.before.files):
        return None
    places = {file.key: at for at, file in enumerate(loaded.files)}
    namespaces: set[str | None] = set()
    for at, file in enumerate(loaded.files):
        if file.outline.source in change.changed:
            if _speaks_outside(file) or digest_of_frame(file, places) != change.before.files[at].frame:
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
    """Return the namespaces in which each statement made rules, by its source and where it begins there."""
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
    """Tell whether a source has flows outside of any section, on which depends who owns the unnamed namespace."""
    return file.is_source and any(
        placed.placement.section is None and isinstance(placed.statement, tree.Flow)
        for placed in file.outline.statements
    )
