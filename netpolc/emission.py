"""From policies to verified text: rendering and verification, on all processors where there is much of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.diagnostics.model import errors_in
from netpolc.pipeline import lowered
from netpolc.targets.documents import by_file, lay_out
from netpolc.targets.layout import TemplateFault
from netpolc.verification import Verifier

if TYPE_CHECKING:
    from collections.abc import Collection

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.loading import Loaded
    from netpolc.pipeline import Analysis, Compilation, Options
    from netpolc.targets.render import Renderer

SMALLEST_SHARE = 1_000
"""The rules below which another process costs more than it saves."""

UNNAMED = "unnamed"
"""The namespace that may share a file with the one that has no name."""

Texts = dict[str, dict[str, str]]
"""The text of each file, by its namespace."""


class Emission(msgspec.Struct, frozen=True):
    """The text of each file by its relative name, and what is wrong with it: then it is not to be written."""

    files: dict[str, str]
    faults: tuple[Diagnostic, ...]


def emit(compilation: Compilation, layout: str, renderer: Renderer, *, single: str | None = None) -> Emission:
    """The text of a compilation, read back and held against its program.

    Raises:
        TemplateFault: a template that cannot be used.
    """
    files = lay_out(by_file(compilation.policies, layout, single), renderer)
    namespaces = None if compilation.part is None else compilation.part.namespaces
    return Emission(files, Verifier(compilation.program, namespaces).faults(files, own=renderer.is_own))


def emit_apart(
    analysis: Analysis, loaded: Loaded, options: Options, layout: str, renderer: Renderer
) -> tuple[Compilation, Emission] | None:
    """From an analysis straight to text, namespace by namespace, on all processors.

    The compilation comes without its policies. None where it is not worth it, or where anything is to be said of any
    namespace: then it is to be said in one way. Processes are forked, which is not for a caller with threads.
    """
    if layout == "single" or errors_in(analysis.found):
        return None
    sizes = _sizes(analysis)
    count = processors.count_for(sum(sizes.values()), SMALLEST_SHARE)
    if count == 1:
        return None
    work = _Work(analysis, loaded, options, layout, renderer)
    mine, *others = processors.shares_of(((size, name) for name, size in sizes.items()), count)
    elsewhere = processors.Elsewhere(others, lambda share: msgspec.msgpack.encode(work.done(share)[1]))
    compilation, texts = work.done(mine)
    for result in elsewhere.results():
        found = None if result is None else msgspec.msgpack.decode(result, type=Texts | None)
        texts = None if texts is None or found is None else texts | found
    if texts is None:
        return None
    files = {name: text for home in sorted(texts) for name, text in texts[home].items()}
    whole = msgspec.structs.replace(compilation, program=analysis.program, policies=())
    return whole, Emission(files, ())


class _Work(msgspec.Struct, frozen=True):
    """What is to be done with each share of an analysis."""

    analysis: Analysis
    loaded: Loaded
    options: Options
    layout: str
    renderer: Renderer

    def about(self, namespaces: set[str | None]) -> Analysis:
        """An analysis with the flows alone that make rules in some namespaces; one that no line opens may cite any."""
        program, closures = self.analysis.program, self.analysis.closures
        if any(each.location is None and each.name in namespaces for each in program.namespaces):
            return self.analysis
        flows = tuple(flow for flow in program.flows if not namespaces.isdisjoint(closures.reach(flow)))
        return msgspec.structs.replace(self.analysis, program=msgspec.structs.replace(program, flows=flows))

    def done(self, share: list[str]) -> tuple[Compilation, Texts | None]:
        """Some namespaces compiled, and the text of the files of each; None where anything is to be said of any."""
        only = {name for name in _namespaces(self.analysis) if (name or UNNAMED) in share}
        analysis = self.about(only)
        compilation = lowered(analysis, self.loaded, self.options, only)
        groups = by_file(compilation.policies, self.layout)
        try:
            files = lay_out(groups, self.renderer)
        except TemplateFault:
            return compilation, None
        faults = Verifier(analysis.program, only).faults(files, own=self.renderer.is_own)
        if faults or compilation.found != self.analysis.found:
            return compilation, None
        texts: Texts = {}
        for name, text in files.items():
            texts.setdefault(groups[name][0].namespace or "", {})[name] = text
        return compilation, texts


def _sizes(analysis: Analysis) -> dict[str, int]:
    """About how many rules each namespace has, to which the work on it is about proportional."""
    sizes = dict.fromkeys((name or UNNAMED for name in _namespaces(analysis)), 1)
    for flow in analysis.program.flows:
        for name in analysis.closures.reach(flow):
            if (name or UNNAMED) in sizes:
                sizes[name or UNNAMED] += 1
    return sizes


def _namespaces(analysis: Analysis) -> Collection[str | None]:
    """The namespaces whose policies are to be written."""
    return [each.name for each in analysis.program.namespaces] if analysis.part is None else analysis.part.namespaces
