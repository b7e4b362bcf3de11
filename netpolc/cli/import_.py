"""`netpolc import`: policies to netpol source that means the same, proved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli import options
from netpolc.cli.endings import MisuseError
from netpolc.cli.progress import working
from netpolc.cli.report import Style, exit_code, report, say
from netpolc.cli.results import STDOUT, write_result
from netpolc.cli.session import STDIN, Session, open_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.importer.importing import Imported
    from netpolc.manifests.model import Manifests

EXAMPLES = """\b
Examples:
  netpolc import deploy/policies.yaml    to standard output
  netpolc import deploy/ -o policies     a file a namespace, and a netpolc.toml
  netpolc import database.yaml -n shop   of policies that name no namespace
  kubectl get netpol,deploy,ns -A -o yaml | netpolc import - -o policies"""

PROJECT_FILE = "netpolc.toml"
PROJECT = """\
# The project file of netpolc; `netpolc build` finds it from any folder below.
sources = ["*.netpol"]
output = "networkpolicies"
"""
SUFFIX = ".netpol"


def command(
    manifests: Annotated[
        list[str],
        typer.Argument(
            metavar="MANIFEST...",
            callback=options.given,
            help="Files of YAML or JSON, folders of them, or `-` for standard input. "
            "Workloads and namespaces among them help to find good names.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="A folder, for a file of each namespace and a netpolc.toml; a `.netpol` file; `-` is standard output.",
            show_default=False,
            callback=options.given,
        ),
    ] = None,
    namespace: options.Namespace = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    error_format: options.ErrorForm = options.Form.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Turn NetworkPolicies into netpol source.

    What is written is compiled and compared with the policies, over every pod that could exist: it allows exactly what
    they do. After an error in any manifest, nothing is written.
    """
    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    session = open_session(style, with_project=False)
    apart = output is not None and output != STDOUT and not output.endswith(SUFFIX)
    with working("reading", style):
        found = _read(session, manifests, namespace)
    if not apart and len({policy.namespace is None for policy in found.policies}) > 1:
        message = "policies that name no namespace share no file with others: name theirs, or give a folder with `-o`"
        raise MisuseError(message, "--namespace")
    with working("importing", style):
        imported = _imported(found, apart=apart)
    if exit_code(imported.diagnostics):
        raise session.fail(imported.diagnostics)
    for line in imported.left_out:
        say(line, style)
    if apart:
        return _write_folder(session, str(output), imported.files, force=force)
    if output is not None and output != STDOUT:
        _demand_free(session, {session.cwd / output: "".join(imported.files.values())}, force=force)
    write_result(imported.files.values(), output, session)
    return 0


def _read(session: Session, paths: Sequence[str], namespace: str | None) -> Manifests:
    """The manifests that paths stand for; an error in any of them ends the run, and so does a lack of policies."""
    from netpolc.diagnostics.model import Diagnostic  # noqa: PLC0415 -- `--help` reads nothing
    from netpolc.importer.importing import in_namespace  # noqa: PLC0415
    from netpolc.inputs import Place, read_inputs  # noqa: PLC0415

    for path in paths:
        if path.endswith(SUFFIX):
            raise MisuseError(f"`{path}` is netpol source already")
    inputs = read_inputs(paths, Place(session.cwd), getattr(sys.stdin, "buffer", None))
    if exit_code(inputs.diagnostics):
        raise session.fail(inputs.diagnostics)
    if not inputs.manifests.policies:
        where = ", ".join("standard input" if path == STDIN else f"`{path}`" for path in paths)
        failure = Diagnostic(code="NP807", severity="error", message=f"there is no NetworkPolicy in {where}")
        raise session.fail([*inputs.diagnostics, failure])
    report(inputs.diagnostics, session.style)
    return in_namespace(inputs.manifests, namespace)


def _imported(found: Manifests, *, apart: bool) -> Imported:
    from netpolc.importer.importing import import_manifests  # noqa: PLC0415 -- as above

    return import_manifests(found, apart=apart)


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
