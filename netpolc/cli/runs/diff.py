"""The work of `netpolc diff`: both sides, in files and folders or as a revision had them, compared and shown."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.cli.environments import Answers
from netpolc.cli.exits import EndedError
from netpolc.cli.output import paint_for, report, say
from netpolc.cli.pictures import picture_file
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.cli.runs.untold import untold
from netpolc.cli.session import Session
from netpolc.compiler.views import SEVERAL
from netpolc.diagnostics.model import Diagnostic, collect, errors_in
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.project import config
from netpolc.project.filesystem import DISK
from netpolc.project.revisions import Revision, RevisionRequest, check_out
from netpolc.report.changes import Naming, as_json, as_text
from netpolc.report.comment import as_markdown
from netpolc.report.pictures.forms import PICTURES
from netpolc.report.pictures.mermaid import in_comment
from netpolc.report.summary import without_policies
from netpolc.source import in_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netpolc.cli.runs.sought import Sought
    from netpolc.compiler.workspace import Workspace
    from netpolc.diagnostics.paint import Paint
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.queries.review import Review
    from netpolc.source import Source


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

    def beside(self, session: Session) -> _Side:
        """Return the side in a run that asks several times."""
        asking = msgspec.structs.replace(self.session, memory=session.memory, piped=session.piped)
        return msgspec.structs.replace(self, session=asking)

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
    flows: Sequence[str] = (),
    flows_format: str | None = None,
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
    comparing = Comparing(session)
    with working("comparing", session.style):
        logs = comparing.logs(flows, flows_format)
        compared = comparing.compared(
            sought, workloads, logs, hypothetical=hypothetical, env=env, namespace=namespace, keep_going=keep_going
        )
    before, after, answers = compared.old, compared.new, compared.answers
    found = answers.found.values()
    standards = after.workspace.standards
    unjudged = () if fail_on is None else tuple(each for one in found for each in _files_of_nothing(one, before, after))
    for each in found:
        comparing.said += standards.applied(_incomplete(each.review))
    if fail_on == "used" and logs is not None:
        unjudged = (*unjudged, *untold(logs, found))
    comparing.said += unjudged
    naming = Naming(before.name_of, after.name_of)
    pictures = {name: one.picture for name, one in answers.found.items()} if form in PICTURES else {}
    drawn = picture_file(pictures, form, output, naming) if pictures else None
    report(collect((*comparing.said, *(() if drawn is None else drawn.said))), session.style)
    _remark_on_sides(found, {"old": before, "new": after}, session)
    answers.remark(form, session)
    code = 0
    if drawn is not None:
        code = drawn.write(session)
    else:
        paint = paint_for(session.style, output)
        texts = {name: _written(one, form, naming, pairs=pairs, paint=paint) for name, one in answers.found.items()}
        about = {"opened": any(one.review.opened for one in found), "closed": any(one.review.closed for one in found)}
        write_result(answers.written(texts, form, **about), output, session)
    if not hypothetical:
        say(_left_out(tuple(one.review for one in found)), session.style)
    as_errors = sorted({code for one in found for code in standards.errors & one.review.marked})
    if as_errors:
        say(f"{', '.join(as_errors)}: an error in this project", session.style)
    # What was not compared, as it cannot be, for lack of time or as it is of another environment, may be what the gate
    # is there for.
    several = any(each.code == SEVERAL for each in comparing.said)
    is_whole = all(one.review.complete for one in found) and not (unjudged or several or compared.absent)
    if fail_on == "used":
        # What was seen is judged as such, whatever else may have changed.
        is_whole = not (unjudged or compared.absent)
    fails = bool(as_errors) or any(_fails(one, fail_on) for one in found)
    return answers.code(1 if fails and not unjudged else 2 if fail_on is not None and not is_whole else code)


class Compared(msgspec.Struct, frozen=True):
    """Both sides, and what changed in each environment; some of one side only are `absent` from the other."""

    old: _Side
    new: _Side
    answers: Answers[api.Difference]
    absent: bool


class Comparing:
    """Compares two sides, and keeps what there is to say of them, which is said at once."""

    def __init__(self, session: Session) -> None:
        """Take the run; nothing is said yet."""
        self.session = session
        self.said: list[Diagnostic] = []

    def compared(
        self,
        sought: tuple[Sought, Sought],
        workloads: Sequence[str],
        logs: DistinctFlows | None,
        *,
        hypothetical: bool,
        env: str | None,
        namespace: str | None,
        keep_going: bool,
    ) -> Compared:
        """Compare what is sought in each environment, and end the run where a side has an error in all of them.

        Nobody could rely on an answer there.
        """
        of_sides: dict[str, list[Diagnostic]] = {}
        found: dict[str | None, api.Difference] = {}
        failed: dict[str | None, str] = {}
        with ExitStack() as checkouts:
            sides = {name: self._side(each, checkouts) for name, each in zip(("old", "new"), sought, strict=True)}
            old, new = sides.values()
            if old is None or new is None:
                raise self._fail(_have_errors([f"the {name} side" for name, side in sides.items() if side is None]))
            environments, absent = _environments(old, new, env)
            if len(environments) > 1:
                again = self.session.that_asks_again((*old.paths, *new.paths, *workloads))
                self.session, old, new = again, old.beside(again), new.beside(again)
            for name in environments:
                try:
                    found[name] = api.diff(
                        old.workspace,
                        new.workspace,
                        old_paths=old.paths,
                        new_paths=new.paths,
                        workloads=self.session.workspace if workloads else None,
                        workload_paths=workloads,
                        logs=() if logs is None else logs,
                        hypothetical=hypothetical,
                        env=name,
                        namespace=namespace,
                        keep_going=keep_going,
                    )
                except InputError as error:
                    failed[name] = _have_errors([_SIDES[side] for side in error.sides])
                    _add(of_sides, error.sides)
        for each in found.values():
            # The old side, and what is committed, is not to be changed any more; what is compared with it is.
            self.said += each.diagnostics if new.revision is None else _of_workloads(each.diagnostics)
            if len(each.empty) == len(sides):
                raise UsageError("neither side has a netpol file or a manifest", "NEW")
            _add(of_sides, each.passed_over)
        self._say(of_sides, sides)
        if not found:
            raise self._fail(" and ".join(dict.fromkeys(failed.values())))
        reasons = {str(name): why for name, why in failed.items()} | absent
        return Compared(old, new, Answers(found, reasons, bool(failed)), bool(absent))

    def logs(self, paths: Sequence[str], flows_format: str | None) -> DistinctFlows | None:
        """Read records of flows, which all environments have."""
        if not paths:
            return None
        with self.session.asked():
            return api.seen_flows(self.session.workspace, paths, flows_format=flows_format)

    def _say(self, of_sides: Mapping[str, Sequence[Diagnostic]], sides: Mapping[str, _Side | None]) -> None:
        """Keep what there is to say of sides, by their names; the workloads are a side without a revision."""
        for name, diagnostics in of_sides.items():
            side = sides.get(name)
            self.said += _named(diagnostics, None if side is None else side.revision)

    def _fail(self, why: str) -> EndedError:
        """Say everything, and why there is no result; raise what is returned to end the run."""
        style = self.session.style.without_result
        report(collect(self.said), style)
        say(f"{why}, so nothing is compared", style)
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
        start = next((cwd / path for path in paths if in_files(path)), cwd)
        file = config.find(start if DISK.is_folder(start) else start.parent)
        if file is not None and (project is None or file != project.file):
            name = str(file) if revision is None else revision.name_of(file)
            project, diagnostics = config.load(file, name, committed=revision is not None)
            if project is None or errors_in(diagnostics):
                self.said += diagnostics
                return None
        names_folder = any(in_files(path) for path in paths) and DISK.is_folder(start)
        whole = file is not None and names_folder and file.parent.samefile(start)
        session = msgspec.structs.replace(self.session, cwd=cwd, project=project)
        if project is not self.session.project:
            session = msgspec.structs.replace(session, baseline=None)
        return _Side(session, () if whole else paths, revision)


_SIDES = {"old": "the old side", "new": "the new side", "workloads": "the manifests of workloads"}


def _environments(old: _Side, new: _Side, env: str | None) -> tuple[Sequence[str | None], dict[str, str]]:
    """Return the environments to compare, and those of one side only, with what is to be said of each.

    A side whose project names none is the same in each.

    Raises:
        UsageError: the sides have none in common, or one of them lacks the one that is meant.
    """
    known = {name: side.session.workspace.environments(None) for name, side in (("old", old), ("new", new))}
    named = {name: each for name, each in known.items() if each != (None,)}
    if env is not None:
        without = [name for name, each in named.items() if env not in each]
        if len(without) == 1 < len(named):
            advice = f"it has {', '.join(map(str, named[without[0]]))}, so there is nothing to compare with"
            raise UsageError(f"{_SIDES[without[0]]} has no environment `{env}`", "--env", advice=advice)
        return (env,), {}
    if not named:
        return (None,), {}
    everywhere = [*dict.fromkeys(chain(*named.values()))]
    lacking = {str(each): name for each in everywhere for name in named if each not in named[name]}
    absent = {name: f"{_SIDES[side]} has no such environment" for name, side in lacking.items()}
    common = [each for each in everywhere if each not in absent]
    if not common:
        raise UsageError(f"the sides have no environment in common ({', '.join(absent)})", "--env")
    return common, absent


def _add(of_sides: dict[str, list[Diagnostic]], more: Mapping[str, Sequence[Diagnostic]]) -> None:
    for name, diagnostics in more.items():
        of_sides.setdefault(name, []).extend(diagnostics)


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
        if name in found.empty and any(
            not in_files(path) or not DISK.is_folder(side.session.cwd / path) for path in paths
        ):
            yield Diagnostic(
                code="NP817",
                severity="error",
                message=f"there is nothing to read on the {name} side, so that the change cannot be judged",
                help="see how what was to write it ended, or leave `--fail-on` out",
            )


def _remark_on_sides(found: Iterable[api.Difference], sides: Mapping[str, _Side], session: Session) -> None:
    """Tell people of sides without policies, and that theirs may be among the files that the project leaves out."""
    for name in dict.fromkeys(name for each in found for name in each.unclosed):
        say(without_policies(name), session.style)
        side = sides[name]
        for path in side.paths:
            if side.workspace.leaves_out.has_any_below(side.session.cwd / path):
                say(
                    f"files in {path} are left out, by `exclude` or `--exclude`: name those that are meant",
                    session.style,
                )


def _written(found: api.Difference, form: str, naming: Naming, *, pairs: bool, paint: Paint) -> Iterator[str]:
    review, unclosed, seen = found.review, found.unclosed, found.seen
    today = None if seen is None else datetime.now(UTC).date()
    if form == "json":
        return as_json(review, naming, pairs=pairs, unclosed=unclosed, seen=seen)
    if form == "md":
        return as_markdown(review, naming, unclosed, seen, today, in_comment(found.picture, naming))
    return as_text(review, naming, paint, seen, today)


def _left_out(reviews: Sequence[Review]) -> str:
    """Return what is said of pods that could exist where they are not shown, and of what changed among them alone."""
    opened = any(each.opened and not each.widened and not each.added for each in reviews)
    closed = any(each.closed and not each.narrowed for each in reviews)
    unseen = " and ".join(word for word, is_unseen in (("opened", opened), ("closed", closed)) if is_unseen)
    among = f", to or from which connections are {unseen}" if unseen else ""
    return f"left out: pods that no manifest shows{among}; `--fail-on` judges these, too"


def _fails(found: api.Difference, fail_on: str | None) -> bool:
    opened, closed = found.review.opened, found.review.closed
    used = found.seen is not None and bool(found.seen.used)
    judged = {"widened": opened, "narrowed": closed, "any": opened or closed, "used": used}
    return fail_on is not None and judged[fail_on]


def _incomplete(found: Review) -> Iterator[Diagnostic]:
    if not found.complete:
        yield Diagnostic(
            code="NP625",
            severity="warning",
            message="the change is told of the pods that policies name, and not of every pod that could exist",
            help="to have all of it, compare parts of it, or select pods by fewer labels",
        )
