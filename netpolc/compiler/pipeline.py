"""The compiler on one screen: load → resolve → check → lower → validate → render → verify.

Each stage is a function from one immutable type to the next (`model`). Files are read by the first, and written by
whoever calls (`project.files`), nowhere between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.compiled import check_compiled
from netpolc.checks.programs.checked_program import CheckedProgram
from netpolc.checks.programs.run import check_program
from netpolc.compiler.cascades import without_cascades
from netpolc.compiler.incremental import footprints, parts_to_compile, with_unchanged
from netpolc.compiler.model import Analysis, Build, Compilation, Outcome
from netpolc.compiler.output import emit, emit_apart
from netpolc.compiler.validation import rejected
from netpolc.diagnostics import ignores
from netpolc.diagnostics.model import errors_in
from netpolc.ir.isolation import IsolatedPods
from netpolc.language.resolve.programs import resolve
from netpolc.targets.kinds import LoweredProgram, lower

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netpolc.compiler.footprints import Change, Changes
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import CompileOptions, Known, Part, Run


def build(load: Callable[[], Loaded], runs: Sequence[Run], changes: Changes | None = None) -> Build:
    """Take sources all the way to verified text, once for each run; `changes` tell what each can reuse of its last."""
    loaded = load()
    known = changes(loaded) if changes else [None] * len(runs)
    outcomes = [_outcome(loaded, run, change) for run, change in zip(runs, known, strict=True)]
    return Build(loaded, tuple(outcomes))


def _outcome(loaded: Loaded, run: Run, change: Change | None) -> Outcome:
    for part in parts_to_compile(loaded, run.options, change):
        analysis = analyse(loaded, run.options, part)
        apart = emit_apart(analysis, loaded, run, lower_and_validate) if run.processes > 1 else None
        compilation, output = apart or (lower_and_validate(analysis, loaded, run.options, run.known), None)
        if compilation.clean:
            break
    output = output or emit(compilation, run.layout, run.renderer, single=run.single, cache=run.read_back)
    prints = footprints(loaded, compilation, change) if run.remembered and run.layout != "single" else None
    return Outcome(compilation, with_unchanged(output, compilation.part, change), prints)


def compile_program(loaded: Loaded, options: CompileOptions, part: Part | None = None) -> Compilation:
    """Turn files into policies, all or those of a part, and report the errors of all stages that could run, once."""
    return lower_and_validate(analyse(loaded, options, part), loaded, options)


def analyse(loaded: Loaded, options: CompileOptions, part: Part | None = None) -> Analysis:
    """Resolve files, or a part of them, and check the program that they are."""
    flows = part.flows if part else None
    resolved = resolve(loaded.files, options.environment, options.namespace, options.environments, flows)
    program, isolations = resolved.program, IsolatedPods(resolved.program)
    found = [*loaded.diagnostics, *without_cascades(loaded, resolved.diagnostics)]
    sound = not errors_in(found)
    found += check_program(CheckedProgram(program, isolations, options.checks), sound=sound)
    return Analysis(program, isolations, tuple(found), sound, part)


def lower_and_validate(analysis: Analysis, loaded: Loaded, options: CompileOptions, known: Known = ()) -> Compilation:
    """Turn a program, or its part, into its policies, and say what the API server would say of those not `known`."""
    program, isolations, part = analysis.program, analysis.isolations, analysis.part
    only = part.namespaces if part else None
    lowered = lower(program, isolations, options.target_settings, only) if analysis.sound else LoweredProgram()
    policies, checks, found = lowered.policies, options.checks, (*analysis.found, *lowered.diagnostics)
    found += (*rejected(policies, known), *check_compiled(policies, program, checks, lowered.tier_policies))
    asks_all = analysis.sound and checks.today is not None
    said = checks.standards.applied(ignores.apply(found, loaded.comments, tells_unused=asks_all))
    if errors_in(said):
        return Compilation(program, isolations, (), said, found, part)
    return Compilation(program, isolations, policies, said, found, part, lowered.tier_policies)
