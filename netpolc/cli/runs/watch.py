"""The work of `netpolc watch`: rounds of checking, building and comparing, one for each save.

Files are looked at every now and then rather than subscribed to: that works on every file system, also those that
containers and virtual machines share, and costs a millisecond.
"""

from __future__ import annotations

import datetime
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.exits import EndedError
from netpolc.cli.output import Style, exit_code, paint_for, report
from netpolc.cli.runs import build
from netpolc.cli.session import Session, open_session
from netpolc.cluster.check import check_inputs
from netpolc.cluster.cluster import Cluster, cluster_of, clusters_of
from netpolc.compiler.finding import find_inputs
from netpolc.compiler.inputs import Inputs, read_inputs
from netpolc.compiler.memory import Memory
from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.usage import UsageError
from netpolc.engine.boxes import TooComplexError
from netpolc.project.config import FILE_NAME
from netpolc.queries.review import review
from netpolc.report.changes import Naming, as_text
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.project.model import Platform

    State = tuple[int, int, int] | None

LOOK_EVERY = 0.2
"""Seconds between two looks: fast enough to feel immediate, slow enough to cost nothing."""


class WatchRequest(msgspec.Struct, frozen=True):
    """The paths to watch, where their policies go, and what enforces these, if that is given."""

    paths: tuple[str, ...]
    output: str | None
    environment: str | None
    namespace: str | None
    exclude: tuple[str, ...] = ()
    platform: Platform | None = None


class Watch:
    """Remembers the clusters of the last round without errors, one for each environment."""

    def __init__(self, style: Style, request: WatchRequest) -> None:
        """Start with no cluster known."""
        self._style = style
        self._request = request
        self._memory = Memory()
        self._known: dict[str | None, tuple[Inputs, Cluster]] = {}
        self._files = {Path.cwd() / FILE_NAME}

    def run(self) -> int:
        """Watch until interrupted."""
        if STREAM in self._request.paths:
            raise UsageError("standard input cannot be watched", "PATH")
        while True:
            # What is known is looked at before it is read, so that a save in between is seen.
            known = _states(self._files)
            session = self._opened()
            before = self._seen(session) | known
            if session is not None:
                self._round(session, before)
            sys.stdout.flush()
            sys.stderr.flush()
            self._wait(session, before)

    def _opened(self) -> Session | None:
        """Open the project as it is now; where its file is wrong, say so, and watch it."""
        try:
            session = open_session(self._style, self._request.exclude, platform=self._request.platform)
        except EndedError:
            return None
        if session.project is not None:
            self._files.add(session.project.file)
            if session.project.baseline is not None:
                self._files.add(session.project.root / session.project.baseline)
        return session

    def _round(self, session: Session, before: dict[Path, State]) -> None:
        """Check, build and compare; the files that turn out to be imported are watched as they were read."""
        try:
            workspace = msgspec.structs.replace(session.workspace, memory=self._memory)
            inputs = read_inputs(self._request.paths, workspace)
            if inputs.loaded is not None:
                self._files |= set(inputs.loaded.paths.values())
                before |= _states(self._files - before.keys())
            environments = workspace.environments(self._request.environment)
            found = self._checked(session, inputs, environments)
            report(found, self._style)
            if exit_code(found):
                self._say("nothing is built until this is fixed")
                return
            self._built(session, environments)
            for environment in environments:
                self._compared(session, inputs, environment, several=len(environments) > 1)
        except EndedError:
            return
        except UsageError as misuse:
            self._say(misuse.message)

    def _checked(self, session: Session, inputs: Inputs, environments: Iterable[str | None]) -> tuple[Diagnostic, ...]:
        """Return what `check` finds."""
        today = datetime.datetime.now(tz=datetime.UTC).date()
        runs = session.workspace.options_of_check(environments, self._request.namespace, today)
        return check_inputs(inputs, runs, fits=False).diagnostics

    def _built(self, session: Session, environments: tuple[str | None, ...]) -> None:
        """Write the output, if there is one; what is doubtful was said by the check."""
        request = self._request
        project = session.project
        has_output = request.output is not None or (
            project is not None and not request.paths and None not in map(project.output_of, environments)
        )
        if has_output:
            quiet = msgspec.structs.replace(session, style=msgspec.structs.replace(self._style, quiet=True))
            work = build.BuildRequest(
                paths=request.paths,
                output=request.output,
                environment=request.environment,
                namespace=request.namespace,
            )
            build.BuildRun(quiet, work).run()

    def _compared(self, session: Session, inputs: Inputs, environment: str | None, *, several: bool) -> None:
        options = session.workspace.options(environment, self._request.namespace)
        cluster = cluster_of(inputs, options)
        last = self._known.get(environment)
        self._known[environment] = inputs, cluster
        where = f" in {environment}" if several else ""
        if last is None:
            self._say(f"watching{where}")
            return
        before = last[1]
        if before.unnamed != cluster.unnamed:
            # What names no namespace is the same before and after, wherever it is taken to be.
            before, cluster = clusters_of([(last[0], options), (inputs, options)])
        try:
            found = review(before, cluster)
        except TooComplexError:
            self._say(f"what this opens and closes{where} takes too long to work out")
            return
        if several:
            sys.stdout.write(f"{environment}:\n")
        sys.stdout.writelines(as_text(found, Naming(), paint_for(self._style, STREAM)))

    def _wait(self, session: Session | None, before: dict[Path, State]) -> None:
        """Wait for a file to change, to come or to go, and for an editor to be done with it."""
        while self._seen(session) == before:
            time.sleep(LOOK_EVERY)
        settled = None
        while (now := self._seen(session)) != settled:
            settled = now
            time.sleep(LOOK_EVERY / 4)

    def _seen(self, session: Session | None) -> dict[Path, State]:
        """Return the files that a round would read, and what tells their contents apart."""
        files = set(self._files)
        if session is None:
            return _states(files)
        search = find_inputs(self._request.paths, session.workspace, alone=True)
        files.update(search.parts, (file.path for file in search.files.values()))
        project = session.project
        if project is not None and project.templates is not None:
            files.update((project.root / project.templates).glob("*.j2"))
        return _states(files)

    def _say(self, text: str) -> None:
        if not self._style.quiet:
            now = datetime.datetime.now(tz=datetime.UTC).astimezone().strftime("%H:%M:%S")
            sys.stderr.write(f"{now} {text}\n")


def _states(files: Iterable[Path]) -> dict[Path, State]:
    return {file: _state(file) for file in files}


def _state(file: Path) -> State:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
