"""The two clusters that a comparison is about: in files and folders, or as a revision had them."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.clusters import chosen_environment
from netpolc.cli.exits import EndedError, MisuseError
from netpolc.cli.output import DOCUMENTS, report, say
from netpolc.cli.session import Session
from netpolc.cluster.cluster import Cluster, cluster_of
from netpolc.compiler.inputs import STDIN, Inputs, read_inputs
from netpolc.diagnostics.model import Diagnostic, collect, errors_in
from netpolc.manifests.model import Manifests
from netpolc.project import config
from netpolc.project.revisions import Asked, Revision, check_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netpolc.compiler.workspace import Workspace
    from netpolc.source import Source

NOTHING_THERE = "NP807"


class Side(msgspec.Struct, frozen=True):
    """What one side holds, and what its files are called; `empty` is a folder in which there is nothing to read."""

    cluster: Cluster
    name_of: Callable[[str], str]
    empty: bool


class _Folder(msgspec.Struct, frozen=True):
    """Where a side is read: its folder and project, the paths in it, none being the project's, and their names."""

    session: Session
    paths: tuple[str, ...]
    revision: Revision | None = None

    @property
    def workspace(self) -> Workspace:
        # The cache knows files by their identity, which copies of a revision have only once.
        workspace = self.session.workspace
        return workspace if self.revision is None else msgspec.structs.replace(workspace, cache=None)

    @property
    def may_be_empty(self) -> bool:
        """Whether it is there, so that nothing in it means that there are no policies."""
        return all((self.session.cwd / path).is_dir() for path in self.paths)


class Comparing:
    """Reads both sides, and keeps what there is to say of them, which is said at once."""

    def __init__(self, session: Session, environment: str | None, namespace: str | None) -> None:
        """Begin with nothing read."""
        self.session = session
        self.environment = environment
        self.namespace = namespace
        self.said: list[Diagnostic] = []

    def workloads(self, paths: Sequence[str]) -> Manifests | None:
        """The workloads, namespaces and services of manifests that are on both sides; None if none are named."""
        if not paths:
            return None
        inputs = read_inputs(paths, msgspec.structs.replace(self.session.workspace, project=None))
        if inputs.loaded is not None:
            raise MisuseError("it takes manifests, and no netpol sources", "--workloads")
        if errors_in(inputs.diagnostics):
            self.said += inputs.diagnostics
            raise self.fail("the manifests of workloads have errors, so nothing is compared")
        return inputs.manifests

    def sides(self, asked: tuple[Asked | str | None, Asked | str | None], workloads: Manifests | None) -> list[Side]:
        """Both sides; the run ends where either has an error.

        What could be read would give an answer that nobody may rely on.
        """
        names = ("old", "new")
        read = [self._side(name, each, workloads) for name, each in zip(names, asked, strict=True)]
        sides = [side for side in read if side is not None]
        if len(sides) < len(read):
            wrong = [f"the {name} side" for name, side in zip(names, read, strict=True) if side is None]
            have = "has" if len(wrong) == 1 else "have"
            raise self.fail(f"{' and '.join(wrong)} {have} errors, so nothing is compared")
        return sides

    def fail(self, why: str) -> EndedError:
        """Say everything, and why there is no result; raise what is returned to end the run."""
        report(collect(self.said), self.session.style)
        if self.session.style.form not in DOCUMENTS:
            say(why, self.session.style)
        return EndedError(2)

    def _side(self, name: str, asked: Asked | str | None, workloads: Manifests | None) -> Side | None:
        """One side: a revision, a path, or the project; None after an error in any of its files.

        Warnings are kept of the new side in the working tree only. The old one, and what is committed, is not to be
        changed any more.
        """
        with self._folder(asked) as folder:
            if folder is None:
                return None
            inputs, empty = _without_nothing(_read(folder), folder)
            environment = chosen_environment(folder.session, self.environment)
            options = folder.session.options(environment, self.namespace)
            cluster = cluster_of(_with_workloads(inputs, workloads), options)
        if errors_in(cluster.diagnostics):
            self.said += _named(cluster.diagnostics, folder.revision)
            return None
        if name == "new" and folder.revision is None:
            self.said += cluster.diagnostics
        return Side(cluster, _naming(folder.revision), empty)

    @contextmanager
    def _folder(self, asked: Asked | str | None) -> Iterator[_Folder | None]:
        if not isinstance(asked, Asked):
            yield self._in(self.session.cwd, () if asked is None else (asked,), self.session.project)
            return
        with check_out(asked, self.session.cwd) as found:
            if isinstance(found, Diagnostic):
                self.said.append(found)
                yield None
            else:
                self.said += found.notes
                yield self._in(found.cwd, found.inputs, None, found)

    def _in(
        self, cwd: Path, paths: tuple[str, ...], project: config.Project | None, revision: Revision | None = None
    ) -> _Folder | None:
        """A folder with its own project, whose sources and manifests are read where that is what is named."""
        start = next((cwd / path for path in paths if path != STDIN), cwd)
        file = config.find(start if start.is_dir() else start.parent)
        if file is not None and (project is None or file != project.file):
            project, diagnostics = config.load(file, revision.name_of(file) if revision else str(file))
            if project is None or errors_in(diagnostics):
                self.said += diagnostics
                return None
        whole = file is not None and bool(paths) and start.is_dir() and file.parent.samefile(start)
        return _Folder(Session(cwd, project, self.session.style), () if whole else paths, revision)


def _read(folder: _Folder) -> Inputs:
    inputs = read_inputs(folder.paths, folder.workspace)
    if not folder.paths and folder.session.project is None and _is_nothing(inputs):
        # Without a project and without a netpol file, the manifests are what there is.
        return read_inputs((".",), folder.workspace)
    return inputs


def _is_nothing(inputs: Inputs) -> bool:
    errors = [found.code for found in inputs.diagnostics if found.severity == "error"]
    return inputs.loaded is None and inputs.manifests == Manifests() and set(errors) == {NOTHING_THERE}


def _without_nothing(inputs: Inputs, folder: _Folder) -> tuple[Inputs, bool]:
    """Inputs in which it is no error that a folder has no policies yet, or none any more."""
    if not (_is_nothing(inputs) and folder.may_be_empty):
        return inputs, False
    return Inputs(None, Manifests(), ()), True


def _with_workloads(inputs: Inputs, given: Manifests | None) -> Inputs:
    if given is None:
        return inputs
    from netpolc.manifests.combining import combine  # noqa: PLC0415 -- few runs name workloads

    shared = msgspec.structs.replace(given, policies=(), diagnostics=())
    # What the side has of its own, too, may be said in other words there; the manifests that are named count.
    manifests = msgspec.structs.replace(combine([inputs.manifests, shared]), diagnostics=())
    return msgspec.structs.replace(inputs, manifests=manifests)


def _naming(revision: Revision | None) -> Callable[[str], str]:
    return str if revision is None else lambda file: revision.name_of(Path(file))


def _named(diagnostics: Sequence[Diagnostic], revision: Revision | None) -> Sequence[Diagnostic]:
    """Diagnostics whose places and texts name the files of a revision as Git does."""
    if revision is None:
        return diagnostics
    sources: dict[Source, None] = {}
    for found in diagnostics:
        places = [found.location, *(label.location for label in found.labels)]
        sources |= dict.fromkeys(place.source for place in places if place is not None)
    for source in sources:
        source.name = revision.name_of(Path(source.name))
    return [msgspec.structs.replace(found, message=revision.told(found.message)) for found in diagnostics]
