"""What every command that reads sources begins with: the project around the working folder, and its files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.cache import private_cache
from netpolc.cli.exits import EndedError, MisuseError
from netpolc.cli.output import Style, exit_code, report
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.project import config
from netpolc.project.config import Project
from netpolc.project.discovery import SourceFile, sources_of
from netpolc.project.reading import read_stdin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import CompileOptions
    from netpolc.source import Source

STDIN = "-"


class Session(msgspec.Struct, frozen=True):
    """A working folder, its project if there is one, and how to speak."""

    cwd: Path
    project: Project | None
    style: Style

    def fail(self, diagnostics: Sequence[Diagnostic]) -> EndedError:
        """Report what went wrong; raise the result to end the run."""
        report(diagnostics, self.style)
        return EndedError(exit_code(diagnostics))

    @property
    def workspace(self) -> Workspace:
        """The folder with all that the command line may use: the user's cache, processors, other programs."""
        return Workspace(
            self.cwd,
            self.project,
            private_cache(),
            processes=processors.available(),
            programs=True,
            stdin=getattr(sys.stdin, "buffer", None),
        )

    def sources(self, paths: Sequence[str]) -> tuple[SourceFile, ...] | Source:
        """The files that paths stand for, or the text on standard input; ends the run where there are none."""
        if STDIN in paths:
            if len(paths) > 1:
                raise MisuseError("`-` is standard input and stands alone")
            found = read_stdin(getattr(sys.stdin, "buffer", None))
            if isinstance(found, Diagnostic):
                raise self.fail([found])
            return found
        sources = sources_of([Path(path) for path in paths], self.cwd, self.project)
        if errors_in(sources.diagnostics):
            raise self.fail(sources.diagnostics)
        return sources.files

    def load(self, sources: tuple[SourceFile, ...] | Source) -> Loaded:
        """The parsed sources and all that they import."""
        from netpolc.compiler.loading import load_files, load_text  # noqa: PLC0415 -- not every command compiles

        if isinstance(sources, tuple):
            return load_files(sources, self.cwd, private_cache(), processes=processors.available())
        return load_text(sources, self.cwd, private_cache())

    def namespace(self, environment: str | None) -> str | None:
        """The namespace that the project gives to statements outside of any."""
        return None if self.project is None else self.project.namespace_of(environment)

    def options(self, environment: str | None, namespace: str | None = None) -> CompileOptions:
        """How to compile for an environment; a `namespace` that is given goes before the project's."""
        from netpolc.checks.options import CheckOptions  # noqa: PLC0415
        from netpolc.compiler.model import CompileOptions  # noqa: PLC0415 -- as above

        project = self.project
        return CompileOptions(
            environment=environment,
            environments=self.known_environments,
            namespace=namespace or self.namespace(environment),
            labels={} if project is None else project.labels,
            checks=CheckOptions(pod_addresses=None if project is None else project.pod_addresses),
        )

    def options_of_check(
        self, environments: Iterable[str | None], namespace: str | None = None
    ) -> list[CompileOptions]:
        """How `check` compiles for each of some environments: with all there is to ask, and by today's date."""
        import datetime  # noqa: PLC0415 -- builds know no dates

        today = datetime.datetime.now(tz=datetime.UTC).date()
        replace = msgspec.structs.replace
        found = [self.options(environment, namespace) for environment in environments]
        return [replace(each, checks=replace(each.checks, today=today, thorough=True)) for each in found]

    @property
    def known_environments(self) -> frozenset[str]:
        """The environments that the project names."""
        return frozenset() if self.project is None else frozenset(self.project.environments)

    def environments(self, chosen: str | None) -> tuple[str | None, ...]:
        """The environments to build: the chosen one, else all of the project, else none by name."""
        known = () if self.project is None else tuple(self.project.environments)
        if chosen is not None:
            if known and chosen not in known:
                from netpolc.diagnostics.closest import closest  # noqa: PLC0415 -- an error

                near = closest(chosen, known)
                advice = f"did you mean `{near}`?" if near else f"it has {', '.join(known)}"
                raise MisuseError(f"the project has no environment `{chosen}`; {advice}", "--env")
            return (chosen,)
        return known or (None,)


def open_session(style: Style, *, with_project: bool = True) -> Session:
    """Look around; a project file that cannot be used ends the run."""
    cwd = Path.cwd()
    file = config.find(cwd) if with_project else None
    if file is None:
        return Session(cwd, None, style)
    project, diagnostics = config.load(file, _display(file, cwd))
    session = Session(cwd, project, style)
    if project is None or errors_in(diagnostics):
        raise session.fail(diagnostics)
    return session


def _display(file: Path, cwd: Path) -> str:
    return file.name if file.parent == cwd else str(file)
