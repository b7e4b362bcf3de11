"""The findings that a check knows from before: read, written anew, and said where they are gone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.output import say
from netpolc.cli.results import write_result
from netpolc.diagnostics.baseline import can_be_known, text_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.baselines import DEFAULT, empty_baseline, read_baseline
from netpolc.project.config import FILE_NAME

if TYPE_CHECKING:
    from netpolc.cli.session import Session
    from netpolc.cluster.check import Checked
    from netpolc.compiler.inputs import Inputs
    from netpolc.diagnostics.baseline import KnownFinding, KnownFindings


def knowing(session: Session, named: str | None, *, writes: bool) -> Session:
    """Return the session with the known findings of a file that is named, or end the run where it cannot be used.

    Without a name, they are the project's. A run that `writes` them knows none. The file is no input.
    """
    file = _file(session, named)
    beside = Path(os.path.relpath(file, session.cwd)).as_posix()
    session = msgspec.structs.replace(session, exclude=(*session.exclude, f"./{beside}"))
    if named is None or writes:
        return session
    with session.answering():
        here = session.workspace.with_baseline(file)
    return msgspec.structs.replace(session, baseline=here.baseline)


def write_known(session: Session, named: str | None, inputs: Inputs, checked: Checked) -> Checked:
    """Write what was found into the file of known findings, and return what is left to say.

    What the file knows of files that were not checked stays. With an error of meaning, not everything was found, and
    nothing is written.
    """
    left = tuple(each for each in checked.diagnostics if not can_be_known(each))
    if any(each.severity == "error" for each in left):
        say("no baseline is written until the errors are fixed", session.style)
        return checked
    file = _file(session, named)
    there = read_baseline(file, str(file), session.cwd) if file.exists() else empty_baseline(file, session.cwd)
    # One that cannot be read has nothing to keep: it may have been written by hand, or by two people at once.
    old = empty_baseline(file, session.cwd) if isinstance(there, Diagnostic) else there
    kept = [each for each in old.counts if not _was_sought(each, old, inputs)]
    new = old.rewritten(checked.diagnostics, kept)
    write_result([text_of(new)], str(file), session)
    count = sum(new.counts.values())
    shown = str(file.relative_to(session.cwd)) if file.is_relative_to(session.cwd) else str(file)
    say(f"{shown}: {count} finding{'s' * (count != 1)} written", session.style)
    if named is None and (session.project is None or session.project.baseline is None):
        setting = f'`baseline = "{file.name}"` in {FILE_NAME}'
        say(f"{setting}, or `--baseline {shown}`, leaves them out from here on", session.style)
    return msgspec.structs.replace(checked, diagnostics=left, known=len(checked.diagnostics) - len(left))


def say_lost(session: Session, inputs: Inputs, checked: Checked, *, whole: bool) -> None:
    """Tell of known findings that do not occur any more, as far as they were sought."""
    baseline = session.baseline
    if baseline is None or not whole:
        return
    count = sum(_was_sought(each, baseline, inputs) for each in checked.lost)
    if count == 1:
        say("1 known finding of the baseline no longer occurs: `--write-baseline` removes it", session.style)
    elif count:
        say(f"{count} known findings of the baseline no longer occur: `--write-baseline` removes them", session.style)


def _file(session: Session, named: str | None) -> Path:
    project = session.project
    if named is not None:
        return session.cwd / named
    if project is None:
        return session.cwd / DEFAULT
    return project.root / (project.baseline or DEFAULT)


def _was_sought(known: KnownFinding, baseline: KnownFindings, inputs: Inputs) -> bool:
    """Tell whether the file of a known finding was read, or is gone."""
    names = {baseline.name_of(source.name) for source in inputs.files()}
    return known.file in names or not (Path(baseline.folder) / known.file).is_file()
