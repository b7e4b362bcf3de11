"""From policies to verified text: rendering and verification, on all processors where there is much of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.compiler.model import Output, Part
from netpolc.compiler.verification import VerificationCache, Verifier
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.targets.documents import by_file, lay_out
from netpolc.targets.layout import TemplateFault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import Analysis, Compilation, CompileOptions, Run
    from netpolc.ir.model import Program
    from netpolc.policy.model import Policy
    from netpolc.targets.layout import Document
    from netpolc.targets.render import Renderer

    Finish = Callable[[Analysis, Loaded, CompileOptions], Compilation]
    """How the policies of an analysis are made: `pipeline.lower_and_validate`."""

SMALLEST_SHARE = 1_000
"""The rules below which another process costs more than it saves."""

LARGEST_SHARE = 4_000
"""The rules whose text is held at a time where none is kept: more of them take more memory, fewer more time."""

SHARES_EACH = 6
"""The parts in which each process does its work, so that none waits long for another at the end."""

UNNAMED = "unnamed"
"""The namespace that may share a file with the one that has no name."""

Texts = dict[str, dict[str, str]]
"""The text of each file, by its namespace."""


def emit(
    compilation: Compilation,
    layout: str,
    renderer: Renderer,
    *,
    single: str | None = None,
    cache: VerificationCache | None = None,
) -> Output:
    """Render a compilation, and hold its text, read back, against its program; without policies where it has errors.

    A template that cannot be used is a fault (NP802). What is read back may be in a `cache` from another build.
    """
    if not compilation.ok:
        return Output({})
    return _render_and_verify(by_file(compilation.documents, layout, single), compilation, renderer, cache)


def faults_of(compilation: Compilation, renderer: Renderer) -> tuple[Diagnostic, ...]:
    """Find what is wrong with the text of a compilation, some namespaces at a time: no text is kept.

    That is what `emit` finds, in a fraction of the memory.
    """
    program = compilation.program
    if not compilation.ok or program.guardrails or compilation.part is not None:
        return emit(compilation, "namespace", renderer).faults
    flows = _flows_by_home(compilation)
    by_home: dict[str, list[Policy]] = {home: [] for home in flows}
    for policy in compilation.policies:
        by_home[policy.namespace or UNNAMED].append(policy)
    sizes = [(len(numbers) + 1, home) for home, numbers in flows.items()]
    cache = VerificationCache()
    for share in processors.shares_of(sizes, -(-sum(size for size, _ in sizes) // LARGEST_SHARE)):
        only = _named(compilation, share)
        held = msgspec.structs.replace(
            compilation,
            program=_with_flows_of(program, share, only, flows),
            policies=tuple(policy for home in share for policy in by_home[home]),
            part=Part({}, only),
        )
        faults = emit(held, "namespace", renderer, cache=cache).faults
        if faults:
            return faults
    return ()


def emit_apart(analysis: Analysis, loaded: Loaded, run: Run, finish: Finish) -> tuple[Compilation, Output] | None:
    """Turn an analysis straight into text, namespace by namespace, on all processors.

    The compilation comes without its policies. None where it is not worth it, or where anything is to be said of any
    namespace: then it is to be said in one way. Processes are forked, which is not for a caller with threads.
    """
    if run.layout == "single" or errors_in(analysis.found) or analysis.program.guardrails:
        return None
    flows = _flows_by_home(analysis)
    sizes = {home: len(numbers) + 1 for home, numbers in flows.items()}
    count = processors.count_for(sum(sizes.values()), SMALLEST_SHARE, run.processes)
    if count == 1:
        return None
    work = _Work(analysis, loaded, run, finish, flows, VerificationCache())
    sized = ((size, home) for home, size in sizes.items())
    shares = processors.shares_of(sized, min(len(sizes), count * SHARES_EACH))
    texts: Texts = {}
    for done in processors.spread(shares, count, work.done, msgspec.msgpack.encode, _decoded):
        if done is None:
            return None
        texts |= done
    files = {name: text for home in sorted(texts) for name, text in texts[home].items()}
    compilation = msgspec.structs.replace(work.compiled(()), program=analysis.program, part=analysis.part)
    return compilation, Output(files)


class _Work(msgspec.Struct, frozen=True):
    """The work on each share of an analysis."""

    analysis: Analysis
    loaded: Loaded
    run: Run
    finish: Finish
    flows: dict[str, list[int]]
    cache: VerificationCache

    def compiled(self, share: Collection[str]) -> Compilation:
        """Make the policies of some homes."""
        only = _named(self.analysis, share)
        program = _with_flows_of(self.analysis.program, share, only, self.flows)
        analysis = msgspec.structs.replace(self.analysis, program=program, part=Part({}, only))
        return self.finish(analysis, self.loaded, self.run.options)

    def done(self, share: list[str]) -> Texts | None:
        """Return the text of the files of each of some homes; None where anything is to be said of any."""
        compilation = self.compiled(share)
        groups = by_file(compilation.policies, self.run.layout)
        output = _render_and_verify(groups, compilation, self.run.renderer, self.cache)
        if output.faults or compilation.found != self.analysis.found:
            return None
        texts: Texts = {}
        for name, text in output.files.items():
            texts.setdefault(groups[name][0].namespace or "", {})[name] = text
        return texts


def _render_and_verify(
    groups: Mapping[str, Sequence[Document]],
    compilation: Compilation,
    renderer: Renderer,
    cache: VerificationCache | None = None,
) -> Output:
    try:
        files = lay_out(groups, renderer)
    except TemplateFault as fault:
        return Output({}, (Diagnostic(code="NP802", severity="error", message=str(fault)),))
    namespaces = None if compilation.part is None else compilation.part.namespaces
    return Output(files, Verifier(compilation.program, namespaces, cache).faults(files, own=renderer.is_own))


def _decoded(_: list[str], content: bytes) -> Texts | None:
    return msgspec.msgpack.decode(content, type=Texts | None)


def _named(compiled: Analysis | Compilation, share: Collection[str]) -> frozenset[str | None]:
    return frozenset(name for name in _namespaces(compiled) if (name or UNNAMED) in share)


def _with_flows_of(
    program: Program, share: Collection[str], only: Collection[str | None], flows: Mapping[str, Sequence[int]]
) -> Program:
    """Return the program with those flows alone that make rules in some homes, unless a namespace may cite any."""
    if any(each.location is None and each.name in only for each in program.namespaces):
        return program
    numbers = sorted({number for home in share for number in flows[home]})
    return msgspec.structs.replace(program, flows=tuple([program.flows[number] for number in numbers]))


def _flows_by_home(compiled: Analysis | Compilation) -> dict[str, list[int]]:
    """Return the flows, by number, that make rules in each home: a namespace, or two that may share a file."""
    homes: dict[str, list[int]] = {name or UNNAMED: [] for name in _namespaces(compiled)}
    for number, flow in enumerate(compiled.program.flows):
        for name in compiled.isolations.reach(flow):
            numbers = homes.get(name or UNNAMED)
            if numbers is not None:
                numbers.append(number)
    return homes


def _namespaces(compiled: Analysis | Compilation) -> Collection[str | None]:
    """Return the namespaces whose policies are to be written."""
    return [each.name for each in compiled.program.namespaces] if compiled.part is None else compiled.part.namespaces
