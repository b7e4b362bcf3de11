"""The work of `netpolc build`, which knows nothing of the command line's options but their values."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.progress import working
from netpolc.cli.recall import Recall
from netpolc.cli.session import Session
from netpolc.diagnostics.model import collect
from netpolc.diagnostics.usage import UsageError
from netpolc.project.files import obstruction, plan, plan_file
from netpolc.project.filesystem import DISK
from netpolc.project.model import FILE_SUFFIXES
from netpolc.source import STREAM

if TYPE_CHECKING:
    from pathlib import Path

    from netpolc.cli.recall import Files
    from netpolc.compiler.model import Run
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.project.discovery import SourceFile
    from netpolc.project.files import Plan
    from netpolc.project.model import Target


REMOVED = "a cluster keeps the policies of removed files until they are deleted there: `netpolc plan` shows which"


class BuildRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A build and what becomes of it; settings that are None are the project's."""

    paths: tuple[str, ...] = ()
    output: str | None = None
    environment: str | None = None
    namespace: str | None = None
    target: Target | None = None
    layout: str | None = None
    templates: str | None = None
    check: bool = False
    dry_run: bool = False
    force: bool = False


class BuildRun:
    """One run of `netpolc build`."""

    def __init__(self, session: Session, request: BuildRequest) -> None:
        """Build what is requested, where a session stands."""
        # A check is for those who do not trust what is there.
        self.session = msgspec.structs.replace(session, cached=not request.check)
        self.project = session.project
        self.request = request

    def run(self) -> int:
        """Do it, and return how the run is to end."""
        environments = self.session.workspace.environments(self.request.environment)
        targets = [self._target(environment, len(environments)) for environment in environments]
        if None in targets and len(targets) > 1:
            names = ", ".join(map(str, environments))
            raise UsageError(f"there are several environments ({names}): choose one", "--env")
        if (self.request.check or self.request.dry_run) and None in targets:
            raise UsageError("there are no files to compare with: give `-o PATH`, or `output` in netpolc.toml")
        self._demand_room(targets)
        found: list[Diagnostic] = []
        with working("compiling", self.session.style):
            outputs = self._outputs(environments, targets, found)
            plans = [self._plan(files, target) for files, target in zip(outputs, targets, strict=False) if target]
        if exit_code(found):
            return self._end(found)
        plans += self._abandoned(plans, found)
        for files, target in zip(outputs, targets, strict=True):
            sys.stdout.write("" if target else files[STREAM])
        return self._finish(plans, found)

    def _outputs(
        self, environments: tuple[str | None, ...], targets: list[Path | None], found: list[Diagnostic]
    ) -> tuple[Files, ...]:
        """Return the files of each output, from memory if nothing has changed; none after errors, which are found."""
        sources = self.session.sources(self.request.paths)
        recall = self._recall(sources, targets) if isinstance(sources, tuple) else None
        last = None if recall is None else recall.last()
        if recall is not None and last is not None and recall.is_current(last):
            return tuple(output.files for output in last.outputs)
        from netpolc.compiler.pipeline import build  # a build without changes compiles nothing

        runs = [self._run(*each, remembered=recall is not None) for each in zip(environments, targets, strict=True)]
        changes = None if recall is None or last is None else partial(recall.changes, last)
        built = build(partial(self.session.load, sources), runs, changes)
        found += collect(diagnostic for each in built.outcomes for diagnostic in each.compilation.diagnostics)
        if exit_code(found):
            return ()
        for each in built.outcomes:
            if each.output.faults:
                raise self.session.fail(each.output.faults)
        outputs = tuple(each.output.files for each in built.outcomes)
        if recall is not None and all(finding.severity == "note" for finding in found):
            recall.keep(built.loaded, outputs, tuple(each.footprints for each in built.outcomes))
        return outputs

    def _recall(self, sources: tuple[SourceFile, ...], targets: list[Path | None]) -> Recall | None:
        """Return the memory of builds like this one, if it writes files by netpolc's own template and says no notes."""
        request, cache, style = self.request, self.session.cache, self.session.style
        if cache is None or None in targets or self._templates() is not None or style.says_notes:
            return None
        settings = (request.environment, request.namespace, request.target, request.layout, [*map(_single, targets)])
        beside = self.project, self.session.platform, self.session.baseline
        return Recall(cache, self.session.cwd, sources, *beside, targets, settings)

    def _target(self, environment: str | None, count: int) -> Path | None:
        """Return where the result of an environment goes; None is standard output."""
        output, several = self.request.output, count > 1
        if output is None and self.project is not None and not self.request.paths:
            return self.project.output_of(environment)
        if output is None or output == STREAM:
            return None
        path = self.session.cwd / output
        if several and path.suffix in FILE_SUFFIXES:
            raise UsageError("one file cannot hold several environments: choose one", "--env")
        return path / str(environment) if several else path

    def _demand_room(self, targets: list[Path | None]) -> None:
        """End the run where a file stands in the place of a folder: all else would only say so of each policy."""
        folders = (target if _single(target) is None else target.parent for target in targets if target)
        faults = {fault.message: fault for fault in map(obstruction, folders) if fault is not None}
        if faults:
            raise self.session.fail([*faults.values()])

    def _run(self, environment: str | None, target: Path | None, *, remembered: bool) -> Run:
        """Return what the compiler is to make for an environment; a single file has the name of its own."""
        from netpolc.compiler.model import Run
        from netpolc.targets.render import Renderer

        single = _single(target)
        layout = self.request.layout or (self.project.layout if self.project is not None else "object")
        options = self.session.workspace.options(environment, self.request.namespace)
        if self.request.target is not None:
            options = msgspec.structs.replace(options, target=self.request.target)
        return Run(
            options=options,
            layout=layout if single is None else "single",
            renderer=Renderer(self._templates(), self.session.cache),
            single=single,
            processes=processors.available(),
            remembered=remembered,
        )

    def _templates(self) -> Path | None:
        """Return the folder of the user's templates, None where there are none."""
        asked = self.request.templates
        if asked is None:
            named = self.project is not None and self.project.templates
            return self.project.root / named if self.project is not None and named else None
        from netpolc.targets.layout import CLUSTER_NETWORK_POLICY, NETWORK_POLICY  # as above

        folder = self.session.cwd / asked
        if not DISK.is_folder(folder):
            raise UsageError(f"`{asked}` is no folder", "--templates")
        # The bundled one stands for the other.
        if not any(DISK.exists(folder / name) for name in (NETWORK_POLICY, CLUSTER_NETWORK_POLICY)):
            message = f"`{asked}` has neither `{NETWORK_POLICY}` nor `{CLUSTER_NETWORK_POLICY}`"
            raise UsageError(message, "--templates")
        return folder

    def _plan(self, files: Files, target: Path) -> Plan:
        single = _single(target)
        if single is not None:
            return plan_file(target, files[single], force=self.request.force)
        return plan(target, files, force=self.request.force)

    def _abandoned(self, plans: list[Plan], found: list[Diagnostic]) -> tuple[Plan, ...]:
        """Plan the removal of what was output before the project changed, if all of its output is built."""
        request, project = self.request, self.project
        if project is None or project.output is None or request.paths or request.output or request.environment:
            return ()
        from netpolc.project.abandoned import plans_of_abandoned  # few projects have moved their output

        removals, warnings = plans_of_abandoned(project, plans, force=request.force)
        found += warnings
        return removals

    def _finish(self, plans: list[Plan], found: list[Diagnostic]) -> int:
        if self.request.check:
            code = self._end([*found, *(diagnostic for plan in plans for diagnostic in plan.stale)])
            if not code:
                say("the files on disk are up to date", self.session.style)
            return code
        found += [diagnostic for plan in plans for diagnostic in (*plan.conflicts, *plan.warnings)]
        if self.request.dry_run:
            for plan in plans:
                prefix = f"{_shown(plan.folder, self.session.cwd)}/" if len(plans) > 1 else ""
                sys.stdout.write(plan.diff(prefix) if self.session.style.verbose else plan.summary(prefix))
            return self._end(found)
        if not exit_code(found):
            found += _applied(plans)
        code = self._end(found)
        for plan in plans if not code else ():
            if plan.removed or not plan.abandoned:
                _say_done(plan, self.session)
        if not code and any(plan.removed for plan in plans):
            say(REMOVED, self.session.style)
        return code

    def _end(self, found: list[Diagnostic]) -> int:
        """Report everything at once, since a program that reads it expects one document."""
        report([_near(each, self.session.cwd) for each in found], self.session.style)
        return exit_code(found)


def _near(found: Diagnostic, cwd: Path) -> Diagnostic:
    """Return a finding about a file that names it from the working folder on, if it is below."""
    below = f"{cwd}{os.sep}"
    if not found.file.startswith(below):
        return found
    file = found.file.removeprefix(below)
    return msgspec.structs.replace(found, file=file, message=found.message.replace(f"`{found.file}`", f"`{file}`"))


def _applied(plans: list[Plan]) -> list[Diagnostic]:
    """Apply plans, and return what fails; old output goes only once the new one is there."""
    failures = [failure for plan in plans if not plan.abandoned for failure in plan.apply()]
    return failures or [failure for plan in plans if plan.abandoned for failure in plan.apply()]


def _say_done(plan: Plan, session: Session) -> None:
    written, removed = len(plan.created) + len(plan.changed), len(plan.removed)
    folder = _shown(plan.folder, session.cwd)
    if session.style.verbose:
        say(plan.summary().rstrip() or "nothing to do", session.style)
    parts = [f"{written} written" if written else "", f"{removed} removed" if removed else ""]
    parts.append(f"{len(plan.unchanged)} unchanged" if plan.unchanged else "")
    say(f"{folder}: {', '.join(part for part in parts if part) or 'no policies'}", session.style)


def _shown(folder: Path, cwd: Path) -> str:
    return str(folder.relative_to(cwd)) if folder.is_relative_to(cwd) else str(folder)


def _single(target: Path | None) -> str | None:
    """Return the name of the only file of an output; None for a folder."""
    if target is None:
        return STREAM
    return target.name if target.suffix in FILE_SUFFIXES and not DISK.is_folder(target) else None
