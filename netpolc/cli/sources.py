"""Source that a command makes of manifests, and where it goes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli import options
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.project_file import project_text
from netpolc.cli.results import write_result
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.config import FILE_NAME
from netpolc.project.filesystem import DISK
from netpolc.project.reading import reason
from netpolc.project.writing import Staging
from netpolc.source import STREAM, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping
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
        help="A folder, for a file of each namespace and a netpolc.toml; a `.netpol` file; `-` is standard output.",
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
) -> int:
    """Report what there is to say of source that was made of manifests, and write it, unless there are errors.

    All that is built is to carry the `labels`.
    """
    report(found.diagnostics, session.style)
    if exit_code(found.diagnostics):
        return exit_code(found.diagnostics)
    for line in found.left_out:
        say(line, session.style)
    return _write(session, output, found.files, labels or {}, force=force)


def _write(
    session: Session, output: str | None, files: dict[str, str], labels: Mapping[str, str], *, force: bool
) -> int:
    """Write a folder of files, or all of them as one; one that says something else ends the run."""
    if output is not None and is_folder(output):
        return _write_folder(session, output, files, labels, force=force)
    _say_labels(session, labels)
    if output is not None and output != STREAM:
        _demand_free(session, {session.cwd / output: "".join(files.values())}, force=force)
    write_result(files.values(), output, session)
    return 0


def _write_folder(
    session: Session, output: str, files: dict[str, str], labels: Mapping[str, str], *, force: bool
) -> int:
    """Write a file for each namespace, and a project file unless there is one."""
    folder = session.cwd / output
    targets = {folder / name: text for name, text in files.items()}
    _demand_free(session, targets, force=force)
    if DISK.exists(folder / FILE_NAME):
        _say_labels(session, labels)
    else:
        targets[folder / FILE_NAME] = project_text("*.netpol", "networkpolicies", labels)
    staging = Staging()
    try:
        with staging:
            staging.create_folder(folder)
            for temporary in [staging.write(path, text.encode()) for path, text in targets.items()]:
                staging.rename(temporary)
    except OSError as error:
        raise session.fail([_failure("NP806", f"`{staging.at}` cannot be written: {reason(error)}")]) from error
    say(f"{output}: {len(files)} file{'s' * (len(files) != 1)} written", session.style)
    return 0


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
        taken.append(_failure("NP803", f"`{path}` is there already", "move it away, or let `--force` replace it"))
    if taken:
        raise session.fail(taken)


def _failure(code: str, message: str, advice: str | None = None) -> Diagnostic:
    return Diagnostic(code=code, severity="error", message=message, help=advice)
