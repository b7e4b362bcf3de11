"""The beginning of every command that reads sources: the project around the working folder, and its files."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.cache import private_cache
from netpolc.cli.exits import EndedError
from netpolc.cli.output import Style, exit_code, report
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.project import config
from netpolc.project.charts import NO_SETTINGS, ChartSettings
from netpolc.project.config import Project
from netpolc.project.discovery import SourceFile, exclusion_of, sources_of
from netpolc.project.reading import read_stdin
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cache import Cache
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.memory import Memory
    from netpolc.diagnostics.baseline import KnownFindings
    from netpolc.project.model import Platform
    from netpolc.source import Source


class Session(msgspec.Struct, frozen=True):
    """A working folder, its project if there is one, how to speak, and what options say of inputs.

    `beside` is a project that a run leaves alone but for what it excludes; `cached` is whether what is cached is
    believed. The `baseline` has the findings that are known. A run that asks several times keeps what it reads in a
    `memory`, and what was `piped`. A `platform` that is given goes before that of the project.
    """

    cwd: Path
    project: Project | None
    style: Style
    exclude: tuple[str, ...] = ()
    charts: ChartSettings = NO_SETTINGS
    beside: Project | None = None
    cached: bool = True
    baseline: KnownFindings | None = None
    memory: Memory | None = None
    piped: bytes | None = None
    platform: Platform | None = None

    def fail(self, diagnostics: Sequence[Diagnostic]) -> EndedError:
        """Report what went wrong; raise the result to end the run."""
        report(diagnostics, self.style.without_result)
        return EndedError(exit_code(diagnostics))

    @contextmanager
    def answering(self) -> Iterator[None]:
        """End the run, with all that there is to say, where inputs have errors that allow no answer."""
        try:
            yield
        except InputError as error:
            raise self.fail(error.diagnostics) from error

    @contextmanager
    def asked(self) -> Iterator[None]:
        """End a run that answers a question with 2 where there is no answer, so that nobody takes that for a no.

        That goes for inputs that have errors, and for a question that cannot be about them.
        """
        try:
            with self.answering():
                yield
        except EndedError as ended:
            raise EndedError(max(ended.code, 2)) from ended
        except UsageError as misuse:
            from netpolc.cli.refusals import finding_of  # most command lines are right

            report([finding_of(misuse)], self.style.without_result)
            raise EndedError(2) from misuse

    @property
    def cache(self) -> Cache | None:
        """The user's cache, if there is one and the run may use it."""
        return private_cache() if self.cached else None

    @property
    def workspace(self) -> Workspace:
        """The folder with all that the command line may use: the user's cache, processors, other programs."""
        return Workspace(
            self.cwd,
            self.project,
            self.cache,
            processes=processors.available(),
            programs=True,
            memory=self.memory,
            stdin=getattr(sys.stdin, "buffer", None) if self.piped is None else BytesIO(self.piped),
            charts=self.charts,
            exclusion=exclusion_of(self.project or self.beside, self.cwd, self.exclude),
            baseline=self.baseline,
            platform=self.platform,
        )

    def that_asks_again(self, paths: Iterable[str]) -> Session:
        """Return the session of a run that asks several times of the same paths, each of which is read once."""
        from netpolc.compiler.inputs import LARGEST_MANIFEST  # most runs ask once
        from netpolc.compiler.memory import Memory

        stream = getattr(sys.stdin, "buffer", None)
        piped = self.piped
        if piped is None and stream is not None and STREAM in paths:
            piped = stream.read(LARGEST_MANIFEST + 1)
        return msgspec.structs.replace(self, memory=self.memory or Memory(), piped=piped)

    def sources(self, paths: Sequence[str]) -> tuple[SourceFile, ...] | Source:
        """Find the files that paths stand for, or read standard input, which may be empty; end the run otherwise."""
        if STREAM in paths:
            if len(paths) > 1:
                raise UsageError("`-` is standard input and stands alone")
            found = read_stdin(getattr(sys.stdin, "buffer", None))
            if isinstance(found, Diagnostic):
                raise self.fail([found])
            from netpolc.manifests.printed import not_objects  # few runs read standard input

            fault = not_objects(found)
            if fault is not None and fault.location is not None:
                raise self.fail([fault])
            return found
        named = [Path(path) for path in paths]
        sources = sources_of(named, self.cwd, self.project, exclusion=self.workspace.leaves_out)
        if errors_in(sources.diagnostics):
            raise self.fail(sources.diagnostics)
        return sources.files

    def load(self, sources: tuple[SourceFile, ...] | Source) -> Loaded:
        """Load sources, parsed, and all that they import."""
        from netpolc.compiler.loading import load_files, load_text  # not every command compiles

        if isinstance(sources, tuple):
            return load_files(
                sources, self.cwd, self.cache, processes=processors.available(), platform=self.workspace.platform_name
            )
        return load_text(sources, self.cwd, self.cache, platform=self.workspace.platform_name)


def open_session(
    style: Style,
    exclude: Sequence[str] | None = None,
    charts: ChartSettings | None = None,
    *,
    with_project: bool = True,
    heeds_baseline: bool = True,
    platform: Platform | None = None,
) -> Session:
    """Look around; a project file that cannot be used ends the run, unless it is only asked for what it excludes.

    So does its baseline, if the run heeds that.
    """
    session = Session(_working_folder(), None, style, tuple(exclude or ()), charts or NO_SETTINGS, platform=platform)
    if not with_project:
        return msgspec.structs.replace(session, beside=_beside(session.cwd))
    with session.answering():
        here = Workspace(session.cwd).with_project(heeds_baseline=heeds_baseline)
        return msgspec.structs.replace(session, project=here.project, baseline=here.baseline)


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("the working folder was deleted", advice="go to a folder that is there") from error


def _beside(folder: Path) -> Project | None:
    file = config.find(folder)
    return None if file is None else config.load(file)[0]
