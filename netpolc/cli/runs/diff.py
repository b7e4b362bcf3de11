"""The work of `netpolc diff`: both sides, in files and folders or as a revision had them, compared and shown."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.cli.exits import EndedError
from netpolc.cli.output import DOCUMENTS, in_color, report, say
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.cli.session import Session
from netpolc.compiler.views import SEVERAL
from netpolc.diagnostics import paint
from netpolc.diagnostics.model import Diagnostic, collect, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.project import config
from netpolc.project.revisions import SCHEME, Revision, RevisionRequest, check_out, parse
from netpolc.report.changes import Naming, as_json, as_text
from netpolc.report.comment import as_markdown
from netpolc.report.summary import without_policies
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from netpolc.compiler.workspace import Workspace
    from netpolc.queries.review import Review
    from netpolc.source import Source

    Sought = RevisionRequest | str | None


class _Side(msgspec.Struct, frozen=True):
    """One side: its folder and project, and the paths in it, of which none are the project's."""

    session: Session
    paths: tuple[str, ...]
    revision: Revision | None = None

    @property
    def workspace(self) -> Workspace:
        # The cache knows files by their identity, which copies of a revision have only once.
        workspace = self.session.workspace
        return workspace if self.revision is None else msgspec.structs.replace(workspace, cache=None)

    @property
    def name_of(self) -> Callable[[str], str]:
        """What a file of this side is called."""
        revision = self.revision
        return str if revision is None else lambda file: revision.name_of(Path(file))


def run(
    session: Session,
    sought: tuple[Sought, Sought],
    *,
    workloads: Sequence[str],
    hypothetical: bool,
    form: str,
    pairs: bool,
    fail_on: str | None,
    output: str | None,
    env: str | None,
    namespace: str | None,
    keep_going: bool,
) -> int:
    """Print what a change opens and closes, and return how the run is to end."""
    comparing = _Comparing(session)
    with working("comparing", session.style):
        found, before, after = comparing.compared(
            sought, workloads, hypothetical=hypothetical, env=env, namespace=namespace, keep_going=keep_going
        )
    review = found.review
    standards = after.workspace.standards
    comparing.said += standards.applied(_incomplete(review))
    unjudged = () if fail_on is None else tuple(_files_of_nothing(found, before, after))
    comparing.said += unjudged
    report(collect(comparing.said), session.style)
    _remark_on_sides(found, session)
    colored = form == "text" and in_color(session.style.color, sys.stdout) and output in (None, STREAM)
    naming = Naming(before.name_of, after.name_of)
    write_result(_written(found, form, naming, pairs=pairs, colored=colored), output, session)
    if not hypothetical and session.style.form not in DOCUMENTS:
        say("left out: pods that no manifest shows; `--fail-on` judges these, too", session.style)
    as_errors = sorted(standards.errors & review.marked)
    if as_errors and session.style.form not in DOCUMENTS:
        say(f"{', '.join(as_errors)}: an error in this project", session.style)
    if (as_errors or _fails(review, fail_on)) and not unjudged:
        return 1
    # What was not compared, as it cannot be, for lack of time or as it is of another environment, may be what the gate
    # is there for.
    is_whole = review.complete and not unjudged and not any(each.code == SEVERAL for each in comparing.said)
    return 2 if fail_on is not None and not is_whole else 0


def sought_by(old: str | None, new: str | None, against: str | None) -> tuple[Sought, Sought]:
    """Return what either side is: a revision, a path, or the project.

    Raises:
        UsageError: sides that cannot be compared.
    """
    if against is None:
        if old is None or new is None:
            raise UsageError("two sides are needed, or `--against REV`", "NEW" if old else "OLD")
        if old == new == STREAM:
            raise UsageError("only one side can be standard input", "NEW")
        return parse(old) or old, parse(new) or new
    if new is not None:
        raise UsageError("it compares one path at most", "--against")
    if old == STREAM or (old is not None and parse(old) is not None):
        raise UsageError("it compares a path of the working tree", "--against")
    revision = against.removeprefix(SCHEME)
    whole = parse(SCHEME + revision)
    if whole is not None and whole.path is not None:
        raise UsageError(f"it takes a revision alone; name `{whole.path}` as the path to compare", "--against")
    if old is None:
        return whole, None
    beside = Path(os.path.relpath(old)).as_posix()
    return parse(f"{SCHEME}{revision}:./{beside}"), old


class _Comparing:
    """Compares two sides, and keeps what there is to say of them, which is said at once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.said: list[Diagnostic] = []

    def compared(
        self,
        sought: tuple[Sought, Sought],
        workloads: Sequence[str],
        *,
        hypothetical: bool,
        env: str | None,
        namespace: str | None,
        keep_going: bool,
    ) -> tuple[api.Difference, _Side, _Side]:
        """Compare what is sought, and end the run where either side has an error: nobody could rely on an answer."""
        with ExitStack() as checkouts:
            sides = {name: self._side(each, checkouts) for name, each in zip(("old", "new"), sought, strict=True)}
            old, new = sides.values()
            if old is None or new is None:
                raise self._fail(_have_errors([f"the {name} side" for name, side in sides.items() if side is None]))
            try:
                found = api.diff(
                    old.workspace,
                    new.workspace,
                    old_paths=old.paths,
                    new_paths=new.paths,
                    workloads=self.session.workspace if workloads else None,
                    workload_paths=workloads,
                    hypothetical=hypothetical,
                    env=env,
                    namespace=namespace,
                    keep_going=keep_going,
                )
            except InputError as error:
                self._say(error.sides, sides)
                raise self._fail(_have_errors([_SIDES[name] for name in error.sides])) from error
        # The old side, and what is committed, is not to be changed any more; what is compared with it is.
        self.said += found.diagnostics if new.revision is None else _of_workloads(found.diagnostics)
        if len(found.empty) == len(sides):
            raise UsageError("neither side has a netpol file or a manifest", "NEW")
        self._say(found.passed_over, sides)
        return found, old, new

    def _say(self, of_sides: Mapping[str, Sequence[Diagnostic]], sides: Mapping[str, _Side | None]) -> None:
        """Keep what there is to say of sides, by their names; the workloads are a side without a revision."""
        for name, diagnostics in of_sides.items():
            side = sides.get(name)
            self.said += _named(diagnostics, None if side is None else side.revision)

    def _fail(self, why: str) -> EndedError:
        """Say everything, and why there is no result; raise what is returned to end the run."""
        report(collect(self.said), self.session.style)
        if self.session.style.form not in DOCUMENTS:
            say(f"{why}, so nothing is compared", self.session.style)
        return EndedError(2)

    def _side(self, asked: Sought, checkouts: ExitStack) -> _Side | None:
        """Find a side: a revision, which is checked out, a path, or the project; None where that fails."""
        if not isinstance(asked, RevisionRequest):
            return self._in(self.session.cwd, () if asked is None else (asked,), self.session.project)
        found = checkouts.enter_context(check_out(asked, self.session.cwd))
        if isinstance(found, Diagnostic):
            self.said.append(found)
            return None
        self.said += found.notes
        return self._in(found.cwd, found.inputs, None, found)

    def _in(
        self, cwd: Path, paths: tuple[str, ...], project: config.Project | None, revision: Revision | None = None
    ) -> _Side | None:
        """Return a side with its own project, whose sources and manifests are read where that is what is named."""
        start = next((cwd / path for path in paths if path != STREAM), cwd)
        file = config.find(start if start.is_dir() else start.parent)
        if file is not None and (project is None or file != project.file):
            name = str(file) if revision is None else revision.name_of(file)
            project, diagnostics = config.load(file, name, committed=revision is not None)
            if project is None or errors_in(diagnostics):
                self.said += diagnostics
                return None
        names_folder = any(path != STREAM for path in paths) and start.is_dir()
        whole = file is not None and names_folder and file.parent.samefile(start)
        session = msgspec.structs.replace(self.session, cwd=cwd, project=project)
        if project is not self.session.project:
            session = msgspec.structs.replace(session, baseline=None)
        return _Side(session, () if whole else paths, revision)


_SIDES = {"old": "the old side", "new": "the new side", "workloads": "the manifests of workloads"}


def _have_errors(wrong: Sequence[str]) -> str:
    have = "has" if len(wrong) == 1 and wrong[0] != _SIDES["workloads"] else "have"
    return f"{' and '.join(wrong)} {have} errors"


def _named(diagnostics: Sequence[Diagnostic], revision: Revision | None) -> Sequence[Diagnostic]:
    """Return diagnostics whose places and texts name the files of a revision as Git does."""
    if revision is None:
        return diagnostics
    sources: dict[Source, None] = {}
    for found in diagnostics:
        places = [found.location, *(label.location for label in found.labels)]
        sources |= dict.fromkeys(place.source for place in places if place is not None)
    for source in sources:
        source.name = revision.name_of(Path(source.name))
    return [msgspec.structs.replace(found, message=revision.with_git_names(found.message)) for found in diagnostics]


def _of_workloads(diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield what is said of a revision because of what it is compared in terms of, without a place."""
    for found in diagnostics:
        if found.code in {"NP220", "NP517", SEVERAL}:
            yield msgspec.structs.replace(found, location=None, label="", labels=())


def _files_of_nothing(found: api.Difference, old: _Side, new: _Side) -> Iterator[Diagnostic]:
    """Yield NP817 for sides that are files with nothing in them: a gate cannot tell a cut list from an open cluster.

    Folders and revisions may have no policies yet.
    """
    for name, side in (("old", old), ("new", new)):
        paths = () if side.revision is not None else side.paths
        if name in found.empty and any(path == STREAM or not (side.session.cwd / path).is_dir() for path in paths):
            yield Diagnostic(
                code="NP817",
                severity="error",
                message=f"there is nothing to read on the {name} side, so that the change cannot be judged",
                help="see how what was to write it ended, or leave `--fail-on` out",
            )


def _remark_on_sides(found: api.Difference, session: Session) -> None:
    """Tell people of sides without policies and workloads, but not programs that read a document there."""
    if session.style.form in DOCUMENTS:
        return
    for name in found.unclosed:
        say(without_policies(name), session.style)


def _written(found: api.Difference, form: str, naming: Naming, *, pairs: bool, colored: bool) -> Iterator[str]:
    review, unclosed = found.review, found.unclosed
    if form == "json":
        return as_json(review, naming, pairs=pairs, unclosed=unclosed)
    if form == "md":
        return as_markdown(review, naming, unclosed)
    return as_text(review, naming, paint.in_color if colored else paint.in_black)


def _fails(found: Review, fail_on: str | None) -> bool:
    judged = {"widened": found.opened, "narrowed": found.closed, "any": found.opened or found.closed}
    return fail_on is not None and judged[fail_on]


def _incomplete(found: Review) -> Iterator[Diagnostic]:
    if not found.complete:
        yield Diagnostic(
            code="NP625",
            severity="warning",
            message="the change is told of the pods that policies name, and not of every pod that could exist",
            help="to have all of it, compare parts of it, or select pods by fewer labels",
        )
