"""From policies to verified text: rendering and verification, on all processors where there is much of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.compiler.pipeline import lower_and_validate
from netpolc.compiler.verification import Known, Verifier
from netpolc.diagnostics.model import errors_in
from netpolc.targets.documents import by_file, lay_out
from netpolc.targets.layout import TemplateFault

if TYPE_CHECKING:
    from collections.abc import Collection

    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.pipeline import Analysis, Compilation, Options
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.targets.render import Renderer

SMALLEST_SHARE = 1_000
"""The rules below which another process costs more than it saves."""

SHARES_EACH = 6
"""The parts in which each process does its work, so that none waits long for another at the end."""

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
    flows = _flows_by_home(analysis)
    sizes = {home: len(numbers) + 1 for home, numbers in flows.items()}
    count = processors.count_for(sum(sizes.values()), SMALLEST_SHARE)
    if count == 1:
        return None
    work = _Work(analysis, loaded, options, layout, renderer, flows, Known())
    sized = ((size, home) for home, size in sizes.items())
    shares = processors.shares_of(sized, min(len(sizes), count * SHARES_EACH))
    texts: Texts = {}
    for done in processors.spread(shares, count, work.done, msgspec.msgpack.encode, _decoded):
        if done is None:
            return None
        texts |= done
    files = {name: text for home in sorted(texts) for name, text in texts[home].items()}
    return msgspec.structs.replace(work.compiled(()), program=analysis.program), Emission(files, ())


class _Work(msgspec.Struct, frozen=True):
    """What is to be done with each share of an analysis."""

    analysis: Analysis
    loaded: Loaded
    options: Options
    layout: str
    renderer: Renderer
    flows: dict[str, list[int]]
    known: Known

    def namespaces(self, share: Collection[str]) -> set[str | None]:
        """The namespaces of some homes."""
        return {name for name in _namespaces(self.analysis) if (name or UNNAMED) in share}

    def compiled(self, share: Collection[str]) -> Compilation:
        """The policies of some homes."""
        only = self.namespaces(share)
        return lower_and_validate(self.about(share, only), self.loaded, self.options, only)

    def about(self, share: Collection[str], only: Collection[str | None]) -> Analysis:
        """An analysis with the flows alone that make rules in some homes; one that no line opens may cite any."""
        program = self.analysis.program
        if any(each.location is None and each.name in only for each in program.namespaces):
            return self.analysis
        numbers = sorted({number for home in share for number in self.flows[home]})
        flows = tuple([program.flows[number] for number in numbers])
        return msgspec.structs.replace(self.analysis, program=msgspec.structs.replace(program, flows=flows))

    def done(self, share: list[str]) -> Texts | None:
        """The text of the files of each of some homes; None where anything is to be said of any."""
        compilation = self.compiled(share)
        groups = by_file(compilation.policies, self.layout)
        try:
            files = lay_out(groups, self.renderer)
        except TemplateFault:
            return None
        verifier = Verifier(compilation.program, self.namespaces(share), self.known)
        if verifier.faults(files, own=self.renderer.is_own) or compilation.found != self.analysis.found:
            return None
        texts: Texts = {}
        for name, text in files.items():
            texts.setdefault(groups[name][0].namespace or "", {})[name] = text
        return texts


def _decoded(_: list[str], content: bytes) -> Texts | None:
    return msgspec.msgpack.decode(content, type=Texts | None)


def _flows_by_home(analysis: Analysis) -> dict[str, list[int]]:
    """The flows that make rules in each home, which is a namespace, or both that may share a file, by their numbers."""
    homes: dict[str, list[int]] = {name or UNNAMED: [] for name in _namespaces(analysis)}
    for number, flow in enumerate(analysis.program.flows):
        for name in analysis.isolations.reach(flow):
            numbers = homes.get(name or UNNAMED)
            if numbers is not None:
                numbers.append(number)
    return homes


def _namespaces(analysis: Analysis) -> Collection[str | None]:
    """The namespaces whose policies are to be written."""
    return [each.name for each in analysis.program.namespaces] if analysis.part is None else analysis.part.namespaces
