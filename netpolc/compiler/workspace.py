"""The workspace of a run: its folder, the texts that it reads there, its project, and what it may use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.standards import Standards
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.project import config
from netpolc.project.charts import NO_SETTINGS, ChartSettings
from netpolc.project.config import Project
from netpolc.project.discovery import exclusion_of
from netpolc.project.filesystem import DISK, Disk
from netpolc.project.patterns import Exclusion

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.cache import Cache
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.memory import Memory
    from netpolc.compiler.model import CompileOptions
    from netpolc.diagnostics.baseline import KnownFindings
    from netpolc.project.discovery import SourceFile
    from netpolc.project.model import Platform


class Workspace(msgspec.Struct, frozen=True):
    """A folder, its project if there is one, and the means of a run.

    `cwd` is the folder that paths are relative to, `files` what is read there. The `cache` is on disk, the `memory` the
    caller's own. Large work is shared out to at most so many `processes`, which are forked. What runs `programs` may
    have Helm, Kustomize and kubectl render what is theirs, charts with the settings of `charts`. `stdin` is what `-`
    reads; None is closed. An `exclusion` is what is left out below folders; where there is None, it is the project's.
    The `baseline` has the findings that are known, and of which nothing is said. A `platform` that is given goes before
    that of the project.
    """

    cwd: Path
    project: Project | None = None
    cache: Cache | None = None
    files: Disk = DISK
    memory: Memory | None = None
    processes: int = 1
    programs: bool = False
    stdin: BinaryIO | None = None
    charts: ChartSettings = NO_SETTINGS
    exclusion: Exclusion | None = None
    baseline: KnownFindings | None = None
    platform: Platform | None = None

    @property
    def leaves_out(self) -> Exclusion:
        """What is left out below folders."""
        return exclusion_of(self.project) if self.exclusion is None else self.exclusion

    @property
    def charts_in_namespace(self) -> ChartSettings:
        """The settings of charts, whose namespace is the project's where none is given."""
        if self.charts.namespace is not None or self.project is None:
            return self.charts
        return msgspec.structs.replace(self.charts, namespace=self.project.namespace)

    @property
    def platform_name(self) -> Platform:
        """What enforces the policies: what is given, else what the project says."""
        return self.platform or ("kubernetes" if self.project is None else self.project.platform)

    @property
    def standards(self) -> Standards:
        """What the project makes of findings."""
        return Standards({} if self.project is None else self.project.levels, self.baseline)

    def without_project(self) -> Workspace:
        """Return the workspace for what is read beside the project, which still leaves out what that does."""
        return msgspec.structs.replace(self, project=None, exclusion=self.leaves_out)

    def edited(self, texts: Mapping[str, str]) -> Workspace:
        """Return a workspace in which some files, named relative to its folder, hold other texts.

        Nothing is written, and both share their memory, so that what is the same is not read again.

        Raises:
            InputError: a project file is among the texts, or its baseline, and has errors.
        """
        edited = encoded(texts, self.cwd)
        here = msgspec.structs.replace(self, files=self.files.edited(edited))
        known = (
            None if self.project is None or self.project.baseline is None else self.project.root / self.project.baseline
        )
        return here.with_project() if any(file.name == config.FILE_NAME or file == known for file in edited) else here

    def with_project(self, *, heeds_baseline: bool = True) -> Workspace:
        """Return the workspace with the project around its folder, if there is one, and its baseline.

        Raises:
            InputError: the project file has errors, or its baseline cannot be used.
        """
        file = config.find(self.cwd, self.files)
        if file is None:
            return msgspec.structs.replace(self, project=None)
        project, diagnostics = config.load(file, file.name if file.parent == self.cwd else str(file), self.files)
        if project is None or errors_in(diagnostics):
            raise InputError(diagnostics)
        here = msgspec.structs.replace(self, project=project)
        return here.with_baseline(project.root / project.baseline) if project.baseline and heeds_baseline else here

    def with_baseline(self, file: Path) -> Workspace:
        """Return the workspace with the known findings of a file.

        Raises:
            InputError: it cannot be used.
        """
        from netpolc.project.baselines import read_baseline  # few projects have one

        display = str(file.relative_to(self.cwd)) if file.is_relative_to(self.cwd) else str(file)
        found = read_baseline(file, display, self.cwd, self.files)
        if isinstance(found, Diagnostic):
            raise InputError([found])
        return msgspec.structs.replace(self, baseline=found)

    def environments(self, chosen: str | None) -> tuple[str | None, ...]:
        """Return the environments to compile: the chosen one, else all of the project, else none by name.

        Raises:
            UsageError: the project has environments, and none of that name.
        """
        known = () if self.project is None else tuple(self.project.environments)
        if chosen is None:
            return known or (None,)
        if known and chosen not in known:
            from netpolc.diagnostics.closest import closest  # an error

            near = closest(chosen, known)
            advice = f"did you mean `{near}`?" if near else f"it has {', '.join(known)}"
            raise UsageError(f"the project has no environment `{chosen}`", "--env", advice=advice)
        return (chosen,)

    def environment(self, chosen: str | None) -> str | None:
        """Return the one environment that a question is about.

        Raises:
            UsageError: there are several, or none of that name.
        """
        found = self.environments(chosen)
        if len(found) > 1:
            raise UsageError(f"there are several environments ({', '.join(map(str, found))}): choose one", "--env")
        return found[0]

    def options(self, environment: str | None, namespace: str | None = None) -> CompileOptions:
        """Return how to compile for an environment; a `namespace` that is given goes before the project's."""
        from netpolc.checks.options import CheckOptions  # a build from memory compiles nothing
        from netpolc.compiler.model import CompileOptions  # as above
        from netpolc.ecosystem.platforms import PLATFORMS  # as above

        project = self.project
        platform = PLATFORMS[self.platform_name]
        # Blocks that hold no pods are what an empty list of the addresses of pods says.
        unstated = () if platform.blocks_hold_pods is False else None
        if project is None:
            checks = CheckOptions(
                pod_addresses=unstated,
                platform=platform,
                finality=platform.finality or "pod",
                standards=self.standards,
            )
            return CompileOptions(environment=environment, namespace=namespace, checks=checks)
        return CompileOptions(
            environment=environment,
            environments=frozenset(project.environments),
            namespace=namespace or project.namespace_of(environment),
            labels=project.labels,
            ingress_controllers=project.ingress_controllers,
            target=project.target,
            api_version=project.api_version,
            guard=project.guard,
            checks=CheckOptions(
                pod_addresses=unstated if project.pod_addresses is None else project.pod_addresses,
                known_pods=project.known_pods,
                platform=platform,
                finality=project.finality or platform.finality or "pod",
                standards=self.standards,
            ),
        )

    def loaded(self, sources: Sequence[SourceFile]) -> Loaded:
        """Load files, and what they import, with the cache, the memory and the processes that there are."""
        from netpolc.compiler.loading import load_files  # a build from memory compiles nothing

        return load_files(
            sources,
            self.cwd,
            self.cache,
            files=self.files,
            memory=self.memory,
            processes=self.processes,
            platform=self.platform_name,
        )

    def options_of_check(
        self, environments: Iterable[str | None], namespace: str | None, today: datetime.date | None
    ) -> list[CompileOptions]:
        """Return how `check` compiles for each environment: with all there is to ask, and by a date, if any."""
        replace = msgspec.structs.replace
        found = [self.options(environment, namespace) for environment in environments]
        return [replace(each, checks=replace(each.checks, today=today, thorough=True)) for each in found]


def encoded(texts: Mapping[str, str], folder: Path) -> dict[Path, bytes]:
    """Return texts by their paths below a folder, as a disk would hold them."""
    return {folder / name: text.encode(errors="surrogatepass") for name, text in texts.items()}
