"""Source that a command makes of manifests: what it is made of, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer

from netpolc.cli import options
from netpolc.cli.exits import MisuseError
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.results import STDOUT, write_result
from netpolc.cli.session import STDIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from netpolc.cli.session import Session
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.manifests.model import Manifests, Workload
    from netpolc.policy.model import Policy

PROJECT_FILE = "netpolc.toml"
PROJECT = """\
# The project file of netpolc; `netpolc build` finds it from any folder below.
sources = ["*.netpol"]
output = "networkpolicies"
"""
SUFFIX = ".netpol"

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


class Wanted(NamedTuple):
    """What source is made of: what one and several are called, and which objects of manifests they are."""

    one: str
    several: str
    among: Callable[[Manifests], Sequence[Policy | Workload]]


def is_folder(output: str | None) -> bool:
    """Whether each namespace gets a file of its own."""
    return output is not None and output != STDOUT and not output.endswith(SUFFIX)


def read_manifests(
    session: Session,
    paths: Sequence[str],
    namespace: str | None,
    wanted: Wanted,
    *,
    apart: bool,
    wide: bool = False,
) -> Manifests:
    """The manifests that paths stand for; an error in any ends the run, and so does a lack of what is wanted.

    Where each namespace has no file `apart`, all or none of what is wanted has to name one.
    """
    from netpolc.compiler.inputs import read_inputs  # noqa: PLC0415 -- `--help` reads nothing
    from netpolc.manifests.namespace_default import in_namespace  # noqa: PLC0415

    for path in paths:
        if path.endswith(SUFFIX):
            raise MisuseError(f"`{path}` is netpol source already")
    inputs = read_inputs(paths, msgspec.structs.replace(session.workspace, project=None), wide=wide)
    if exit_code(inputs.diagnostics):
        raise session.fail(inputs.diagnostics)
    if not wanted.among(inputs.manifests):
        where = ", ".join("standard input" if path == STDIN else f"`{path}`" for path in paths)
        raise session.fail([*inputs.diagnostics, _failure("NP807", f"there is no {wanted.one} in {where}")])
    found = in_namespace(inputs.manifests, namespace)
    said = [*inputs.diagnostics, *found.diagnostics[len(inputs.manifests.diagnostics) :]]
    if exit_code(said):
        raise session.fail(said)
    report(said, session.style)
    if not apart and len({each.namespace is None for each in wanted.among(found)}) > 1:
        message = f"{wanted.several} that name no namespace share no file with others"
        raise MisuseError(f"{message}: name theirs, or give a folder with `-o`", "--namespace")
    return found


def write_sources(session: Session, output: str | None, files: dict[str, str], *, force: bool) -> int:
    """Write a folder of files, or all of them as one; one that says something else ends the run."""
    if output is not None and is_folder(output):
        return _write_folder(session, output, files, force=force)
    if output is not None and output != STDOUT:
        _demand_free(session, {session.cwd / output: "".join(files.values())}, force=force)
    write_result(files.values(), output, session)
    return 0


def _write_folder(session: Session, output: str, files: dict[str, str], *, force: bool) -> int:
    """Write a file for each namespace, and a project file unless there is one."""
    from netpolc.project.reading import reason  # noqa: PLC0415 -- as above
    from netpolc.project.writing import Staging  # noqa: PLC0415

    folder = session.cwd / output
    targets = {folder / name: text for name, text in files.items()}
    _demand_free(session, targets, force=force)
    if not (folder / PROJECT_FILE).exists():
        targets[folder / PROJECT_FILE] = PROJECT
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


def _demand_free(session: Session, targets: dict[Path, str], *, force: bool) -> None:
    """End the run where a file that is there says something else."""
    from contextlib import suppress  # noqa: PLC0415 -- as above

    taken: list[Diagnostic] = []
    for path, text in targets.items():
        if force or not path.exists():
            continue
        with suppress(OSError):
            if path.read_bytes() == text.encode():
                continue
        taken.append(_failure("NP803", f"`{path}` is there already", "move it away, or let `--force` replace it"))
    if taken:
        raise session.fail(taken)


def _failure(code: str, message: str, advice: str | None = None) -> Diagnostic:
    from netpolc.diagnostics.model import Diagnostic  # noqa: PLC0415 -- as above

    return Diagnostic(code=code, severity="error", message=message, help=advice)
