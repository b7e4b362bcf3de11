"""From policies to verified text: rendering and verification, on all processors where there is much of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.targets.documents import SINGLE_FILE, by_file, lay_out
from netpolc.verification import Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.pipeline import Compilation
    from netpolc.policy.model import Policy
    from netpolc.targets.render import Renderer

    Groups = dict[str, list[Policy]]

SMALLEST_SHARE = 1_000
"""The rules below which another process costs more than it saves."""


class Emission(msgspec.Struct, frozen=True):
    """The text of each file by its relative name, and what is wrong with it: then it is not to be written."""

    files: dict[str, str]
    faults: tuple[Diagnostic, ...]


def emit(
    compilation: Compilation, layout: str, renderer: Renderer, *, single: str | None = None, spread: bool = False
) -> Emission:
    """The text of a compilation, read back and held against its program.

    To `spread` large work over processors takes forks, which are for the caller to allow: not for one with threads.

    Raises:
        TemplateFault: a template that cannot be used.
    """
    groups = by_file(compilation.policies, layout, single)
    verifier = Verifier(compilation.program)
    count = processors.count_for(sum(map(_size, groups.values())), SMALLEST_SHARE) if spread else 1
    if count > 1 and SINGLE_FILE not in groups and single is None:
        files = _emit_apart(groups, renderer, verifier, count)
        if files is not None:
            return Emission(files, ())
    files = lay_out(groups, renderer)
    namespaces = None if compilation.part is None else compilation.part.namespaces
    return Emission(files, verifier.faults(files, namespaces, own=renderer.is_own))


def _emit_apart(groups: Groups, renderer: Renderer, verifier: Verifier, count: int) -> dict[str, str] | None:
    """The files, rendered and verified namespace by namespace; None where anything is to be said of any."""
    sizes: dict[str | None, int] = {}
    for policies in groups.values():
        home = policies[0].namespace
        sizes[home] = sizes.get(home, 0) + _size(policies)

    def emitted(share: list[str | None]) -> dict[str, str] | None:
        files = lay_out({name: held for name, held in groups.items() if held[0].namespace in share}, renderer)
        return None if verifier.faults(files, share, own=renderer.is_own) else files

    mine, *others = processors.shares_of(((size, name) for name, size in sizes.items()), count)
    elsewhere = processors.Elsewhere(others, lambda share: msgspec.msgpack.encode(emitted(share)))
    files = emitted(mine)
    for result in elsewhere.results():
        found = None if result is None else msgspec.msgpack.decode(result, type=dict[str, str] | None)
        files = None if files is None or found is None else files | found
    return None if files is None else {name: files[name] for name in groups}


def _size(policies: Sequence[Policy]) -> int:
    """The rules of some policies, to which the work on them is about proportional."""
    return sum(1 + len(policy.ingress or ()) + len(policy.egress or ()) for policy in policies)
