"""Source that a command makes of manifests, and where it goes."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.adopt.starting.places import inside_of, nameable, output_folder, unmatched
from netpolc.adopt.starting.project_file import project_text
from netpolc.cli import options
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.results import write_result
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.config import FILE_NAME, find, load
from netpolc.project.filesystem import DISK
from netpolc.project.reading import reason
from netpolc.project.writing import Staging
from netpolc.source import STREAM, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netpolc.adopt.importer.importing import Imported
    from netpolc.adopt.suggest.suggesting import Suggested
    from netpolc.cli.session import Session


Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="A folder, for a file of each namespace, and a netpolc.toml unless there is one; a `.netpol` file; "
        "`-` is standard output.",
        show_default=False,
        callback=options.given,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there already.")]


def is_folder(output: str | None) -> bool:
    """Tell whether each namespace gets a file of its own."""
    return output is not None and output != STREAM and not output.endswith(SUFFIX)


def write_found(
    session: Session,
    found: Imported | Suggested,
    output: str | None,
    *,
    force: bool,
    labels: Mapping[str, str] | None = None,
    manifests: Sequence[str] = (),
) -> int:
    """Report what there is to say of source that was made of manifests, and write it, unless there are errors.

    All that is built is to carry the `labels`, and to be held against the `manifests`.
    """
    report(found.diagnostics, session.style)
    if exit_code(found.diagnostics):
        return exit_code(found.diagnostics)
    for line in found.left_out:
        say(line, session.style)
    if output is not None and is_folder(output):
        return _write_folder(session, output, found.files, labels or {}, manifests, force=force)
    _say_labels(session, labels or {})
    if output is not None and output != STREAM:
        _demand_free(session, {session.cwd / output: "".join(found.files.values())}, force=force)
    write_result(found.files.values(), output, session)
    return 0


def _write_folder(
    session: Session,
    output: str,
    files: Mapping[str, str],
    labels: Mapping[str, str],
    manifests: Sequence[str],
    *,
    force: bool,
) -> int:
    """Write a file for each namespace, and a project file unless the folder is in a project already."""
    folder = session.cwd / output
    targets = {folder / name: text for name, text in files.items()}
    _demand_free(session, targets, force=force)
    known = find(folder)
    begun = () if known is not None else _project_file(session.cwd, folder, labels, manifests)
    targets |= begun
    staging = Staging()
    try:
        with staging:
            for each in dict.fromkeys((folder, *(path.parent for path in targets))):
                staging.create_folder(each)
            for temporary in [staging.write(path, text.encode()) for path, text in targets.items()]:
                staging.rename(temporary)
    except OSError as error:
        raise session.fail([_failure("NP806", f"`{staging.at}` cannot be written: {reason(error)}")]) from error
    also = "".join(f", and {os.path.relpath(path, session.cwd)}" for path in begun)
    say(f"{output}: {len(files)} file{'s' * (len(files) != 1)} written{also}", session.style)
    if known is not None:
        _say_labels(session, labels)
        report(_unmatched(known, [folder / name for name in files]), session.style)
    return 0


def _project_file(cwd: Path, folder: Path, labels: Mapping[str, str], manifests: Sequence[str]) -> dict[Path, str]:
    """Return the project file for sources in a folder: of the working folder, or of theirs where that is elsewhere."""
    inside = inside_of(cwd, folder)
    if inside in (None, "."):
        return {folder / FILE_NAME: project_text(f"*{SUFFIX}", "networkpolicies", labels)}
    named = [path for each in manifests if (path := nameable(cwd, cwd / each)) is not None]
    text = project_text(f"{inside}/*{SUFFIX}", output_folder(cwd), labels, manifests=named)
    return {cwd / FILE_NAME: text}


def _unmatched(file: Path, paths: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """Return NP821 for sources that their project does not look for, or what is wrong with its file."""
    project, said = load(file)
    names = [] if project is None else unmatched(project, paths)
    if not names:
        return said
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    pattern = f"{os.path.dirname(names[0])}/*{SUFFIX}".lstrip("/")  # noqa: PTH120 -- a name
    return (
        Diagnostic(
            code="NP821",
            severity="warning",
            message=f"`sources` of `{os.path.relpath(file)}` has no pattern for `{names[0]}`{more}",
            help=f'add `"{pattern}"` to it, or nothing will be built of {"them" if more else "it"}',
        ),
    )


def _say_labels(session: Session, labels: Mapping[str, str]) -> None:
    if labels:
        listed = ", ".join(f"`{key}: {value}`" for key, value in labels.items())
        say(f"all policies have the labels {listed}; below `[labels]`, {FILE_NAME} puts them on each", session.style)


def _demand_free(session: Session, targets: dict[Path, str], *, force: bool) -> None:
    """End the run where a file that is there says something else."""
    taken: list[Diagnostic] = []
    for path, text in targets.items():
        if force or not DISK.exists(path):
            continue
        with suppress(OSError):
            if path.read_bytes() == text.encode():
                continue
        shown = os.path.relpath(path, session.cwd) if inside_of(session.cwd, path) else path
        taken.append(_failure("NP803", f"`{shown}` is there already", "move it away, or let `--force` replace it"))
    if taken:
        raise session.fail(taken)


def _failure(code: str, message: str, advice: str | None = None) -> Diagnostic:
    return Diagnostic(code=code, severity="error", message=message, help=advice)
