"""What each text of manifests holds, read on all processors, or as far as the memory does not have it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.operators import MADE_BY_OPERATORS
from netpolc.manifests.spread import read_apart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from netpolc.compiler.memory import Memory
    from netpolc.compiler.workspace import Workspace
    from netpolc.manifests.model import Manifests
    from netpolc.manifests.reading import CheckingReaders
    from netpolc.source import Source


class HowRead(msgspec.Struct, frozen=True):
    """How a text is read: whether how it is written is checked, whether evidence is read, whether somebody named it."""

    checked: bool
    wide: bool
    named: bool


def parts_of(
    sources: Sequence[Source], unnamed: Collection[Source], workspace: Workspace, *, checked: bool, wide: bool
) -> list[Manifests]:
    """Read each text of manifests; those that are `unnamed` were only found."""
    memory = workspace.memory
    known: dict[Source, Manifests] = {}
    how = {source: HowRead(checked, wide, source not in unnamed) for source in sources}
    if memory is not None:
        known = {source: part for source in sources for part in _remembered(memory, source, how[source])}
    missing = [source for source in sources if source not in known]
    checking = _checking_readers() if checked else None
    read = read_apart(missing, unnamed, checking=checking, wide=wide, processes=workspace.processes)
    for source, part in zip(missing, read, strict=True):
        known[source] = part
        if memory is not None:
            memory.note(source, how[source], part)
    return [known[source] for source in sources]


def _remembered(memory: Memory, source: Source, how: HowRead) -> Iterator[Manifests]:
    """Yield what a text holds, if it was read so, or was checked and nothing but what checks say has to be left out."""
    part = memory.noted(source, how)
    if part is None and not how.checked and not how.wide:
        checked = memory.noted(source, HowRead(checked=True, wide=True, named=how.named))
        part = None if checked is None else _unchecked(checked)
    if part is not None:
        yield part


def _unchecked(part: Manifests) -> Manifests | None:
    """Return what a reading of a text says that checks nothing, from one that did; None where it has to be read again.

    That is where the reader itself had something to say, which checks put into other words, or where an object may
    decide who reaches whom that was read for what it makes.
    """
    from netpolc.checks.registry import NAMESPACES, YAML  # few runs read both ways

    doubts = {code for each in (*YAML, *NAMESPACES) for code in each.codes} - {"NP416"}
    made = (name.rpartition("/")[0].rpartition("/")[0] in MADE_BY_OPERATORS for name in part.widely)
    if part.refused or any(made) or any(each.code not in doubts for each in part.diagnostics):
        return None
    return msgspec.structs.replace(
        part,
        webhooks=(),
        monitors=(),
        config_maps=(),
        bindings=(),
        makers=(),
        skipped=dict(Counter(part.skipped) + Counter(part.widely)),
        widely={},
        diagnostics=(),
    )


def _checking_readers() -> CheckingReaders:
    from netpolc.checks.yaml.run import CHECKING_READERS  # only `check` does

    return CHECKING_READERS
