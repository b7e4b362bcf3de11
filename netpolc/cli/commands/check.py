"""`netpolc check`: everything that can be wrong, with no output written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli import options
from netpolc.cli.exits import MisuseError
from netpolc.cli.output import Style, exit_code, report, say
from netpolc.cli.progress import working
from netpolc.cli.session import STDIN, Session, open_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.fixes import Look
    from netpolc.compiler.inputs import Inputs

EXAMPLES = """\b
Examples:
  netpolc check                     check the project around you
  netpolc check shop.netpol         check one file
  netpolc check policies.yaml       check policies that were written by hand
  netpolc check --workloads deploy  hold them against the workloads, too
  netpolc check --fix               and mend what can be mended safely
  netpolc check --format sarif      for code scanning
  netpolc check --strict            let warnings fail, too"""


def command(
    paths: options.Inputs = None,
    form: Annotated[
        options.FindingsForm, typer.Option("--format", help="The form of the findings.")
    ] = options.FindingsForm.HUMAN,
    workloads: Annotated[
        list[str] | None,
        typer.Option(
            "--workloads",
            metavar="MANIFESTS",
            help="A file or folder of manifests to hold everything against, or `-`; may be given more than once. "
            "Without PATHs, those of netpolc.toml are taken.",
            show_default=False,
            callback=options.given,
        ),
    ] = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Apply fixes that keep every meaning.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Apply those, too, that say what was probably meant.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    error_format: Annotated[
        options.Form | None, typer.Option("--error-format", help="The same as --format.", show_default=False)
    ] = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Report everything that is wrong or doubtful, and write nothing but fixes that are asked for.

    The findings go to standard output; the run ends with 1 where there are errors.
    """
    from netpolc.cli.fixes import mend  # noqa: PLC0415
    from netpolc.cluster.check import check_inputs  # noqa: PLC0415 -- `--help` checks nothing

    chosen = form if error_format is None or form is not options.FindingsForm.HUMAN else error_format
    style = Style(form=chosen.value, color=color.value, quiet=quiet, verbose=verbose, as_result=True)
    session = open_session(style)
    beside = workloads is not None or (not paths and session.project is not None and session.project.manifests)

    runs = session.options_of_check(session.environments(env), namespace)

    def look() -> Look:
        inputs = _read(session, tuple(paths or ()), workloads)
        return inputs, check_inputs(inputs, runs, fits=bool(beside))

    if (fix or unsafe_fixes) and STDIN in (*(paths or ()), *(workloads or ())):
        raise MisuseError("fixes are written into files, and `-` is none", "--fix" if fix else "--unsafe-fixes")
    with working("checking", style):
        inputs, checked = look()
        if fix or unsafe_fixes:
            inputs, checked = mend((inputs, checked), look, session, unsafe=unsafe_fixes)
    report(checked.diagnostics, style)
    code = exit_code(checked.diagnostics)
    doubtful = any(diagnostic.severity == "warning" for diagnostic in checked.diagnostics)
    if not code and not doubtful and style.form == "human":
        say(_all_is_well(inputs, checked.proved), style)
    return code or int(strict and doubtful)


def _read(session: Session, paths: tuple[str, ...], workloads: Sequence[str] | None) -> Inputs:
    """What is to be checked, and beside what."""
    from netpolc.compiler.inputs import read_inputs  # noqa: PLC0415

    for path in workloads or ():
        if path.endswith(".netpol"):
            raise MisuseError(f"`{path}` is netpol source, and no manifest", "--workloads")
    return read_inputs(paths, session.workspace, beside=workloads, careful=True)


def _all_is_well(inputs: Inputs, proved: int) -> str:
    sources = () if inputs.loaded is None else inputs.loaded.files
    count = sum(file.is_source for file in sources) + len(inputs.texts)
    also = f", {proved} assertion{'s' * (proved != 1)} proved" if proved else ""
    return f"{count} file{'s' * (count != 1)} checked{also}: nothing is wrong"
