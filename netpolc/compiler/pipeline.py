"""The compiler on one screen: load → resolve → check → lower → validate → render.

Each stage is a function from one immutable type to the next. Files are read before (`loading`) and written after
(`project.output`), nowhere between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.programs.context import CheckOptions, Context
from netpolc.checks.programs.registry import check_all
from netpolc.diagnostics import ignores
from netpolc.diagnostics.model import Diagnostic, collect, errors_in
from netpolc.ir.isolation import IsolatedPods
from netpolc.language.resolve.programs import resolve
from netpolc.policy.objects import too_large
from netpolc.policy.validity import duplicates, validate
from netpolc.targets.networkpolicy import lower

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from netpolc.compiler.loading import Loaded
    from netpolc.ir.model import Program
    from netpolc.language.resolve.modules import LoadedFile
    from netpolc.policy.model import Policy
    from netpolc.source import Source

CASCADES = ("NP203", "NP204", "NP205", "NP206", "NP210", "NP211", "NP212", "NP213", "NP304", "NP5", "NP6", "NP7")
"""What may be due to a statement that could not be read: not said where that would count until the syntax is right."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a run decides beside its files; `setting.today` is left out of builds."""

    environment: str | None = None
    environments: frozenset[str] = frozenset()
    namespace: str | None = None
    labels: dict[str, str] = {}
    setting: CheckOptions = CheckOptions()


class Part(msgspec.Struct, frozen=True):
    """Some of a program's namespaces, and all flows that make rules in them, as `resolve` takes them."""

    flows: Mapping[str, frozenset[int]]
    namespaces: frozenset[str | None]


class Compilation(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the files: no policies where there is an error.

    It may be that of a `part`. `clean` is one of which there is nothing to say but notes, not even in silence. `found`
    is what there is to say before ignore comments are heeded.
    """

    program: Program
    isolations: IsolatedPods
    policies: tuple[Policy, ...]
    diagnostics: tuple[Diagnostic, ...]
    found: tuple[Diagnostic, ...]
    clean: bool
    part: Part | None

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not errors_in(self.diagnostics)


class Analysis(msgspec.Struct, frozen=True):
    """What files say, or a `part` of it, and what is wrong with that before any policy is made.

    Policies can be made where it is `sound`: where all of it could be resolved.
    """

    program: Program
    isolations: IsolatedPods
    found: tuple[Diagnostic, ...]
    sound: bool
    part: Part | None


def compile_program(loaded: Loaded, options: Options, part: Part | None = None) -> Compilation:
    """From files to policies, all or those of a part. All errors of all stages that could run are reported, once."""
    return lower_and_validate(analyse(loaded, options, part), loaded, options)


def analyse(loaded: Loaded, options: Options, part: Part | None = None) -> Analysis:
    """From files to a program that is checked."""
    flows = None if part is None else part.flows
    resolved = resolve(loaded.files, options.environment, options.namespace, options.environments, flows)
    program, isolations = resolved.program, IsolatedPods(resolved.program)
    found = [*loaded.diagnostics, *_without_cascades(loaded, resolved.diagnostics)]
    sound = not errors_in(found)
    found += check_all(Context(program, isolations, options.setting), sound=sound)
    return Analysis(program, isolations, tuple(found), sound, part)


def lower_and_validate(
    analysis: Analysis, loaded: Loaded, options: Options, only: Collection[str | None] | None = None
) -> Compilation:
    """From a program to its policies, all or those of `only` some namespaces."""
    if only is None and analysis.part is not None:
        only = analysis.part.namespaces
    found = list(analysis.found)
    policies: tuple[Policy, ...] = ()
    if analysis.sound:
        lowering = lower(analysis.program, analysis.isolations, options.labels, only)
        policies = lowering.policies
        found += lowering.diagnostics
        found += _validity(policies)
        found += _sizes(policies)
    said = _without_ignored(found, loaded, all_asked=analysis.sound and options.setting.today is not None)
    return Compilation(
        program=analysis.program,
        isolations=analysis.isolations,
        policies=() if errors_in(said) else policies,
        diagnostics=said,
        found=tuple(found),
        clean=all(finding.severity == "note" for finding in (*found, *said)),
        part=analysis.part,
    )


def _without_cascades(loaded: Loaded, resolved: tuple[Diagnostic, ...]) -> Iterable[Diagnostic]:
    """What resolution found, but for what statements may have caused that could not be read."""
    lacking = _lacking(loaded)
    for found in resolved:
        blamed = lacking if found.location is None else found.location.source in lacking
        if not blamed or not found.code.startswith(CASCADES):
            yield found


def _lacking(loaded: Loaded) -> set[Source]:
    """The files in which statements count that could not be read: their own, or those of what they import."""
    importers: dict[str, list[LoadedFile]] = {}
    for file in loaded.files:
        for key in file.imports.values():
            importers.setdefault(key or "", []).append(file)
    waiting = [file for file in loaded.files if file.outline.source in loaded.incomplete]
    lacking: dict[str, Source] = {}
    while waiting:
        file = waiting.pop()
        if file.key not in lacking:
            lacking[file.key] = file.outline.source
            waiting += importers.get(file.key, ())
    return set(lacking.values())


def _validity(policies: tuple[Policy, ...]) -> Iterable[Diagnostic]:
    """What the API server would say of each object, at the place in the source that it comes from."""
    sound: dict[int, object] = {}
    faults = (fault for policy in policies for fault in validate(policy, sound=sound))
    for problem in (*faults, *duplicates(policies)):
        yield Diagnostic(
            code=problem.code,
            severity="error",
            message=problem.message,
            location=problem.location,
            label=f"becomes `{problem.path}`",
        )


def _sizes(policies: tuple[Policy, ...]) -> Iterable[Diagnostic]:
    """Policies that client-side apply may refuse, though the API server would take them."""
    for policy in policies:
        size = too_large(policy)
        if size is not None:
            yield Diagnostic(
                code="NP604",
                severity="warning",
                message=f"the policy `{policy.name}` is {size // 1024} KiB large",
                location=policy.location,
                label="it begins here",
                help="apply it with `kubectl apply --server-side`, or select peers by a label that they share",
            )


def _without_ignored(found: list[Diagnostic], loaded: Loaded, *, all_asked: bool) -> tuple[Diagnostic, ...]:
    """What no comment silences; only a run that asks for all that can be wrong can tell which comments are unused."""
    said = ignores.apply(found, loaded.spans_of_comments())
    return collect(said if all_asked else (diagnostic for diagnostic in said if diagnostic.code != "NP504"))
