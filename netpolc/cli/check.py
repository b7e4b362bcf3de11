"""`netpolc check`: everything that can be wrong, with no output written."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.progress import working
from netpolc.cli.report import Style, exit_code, report, say
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc check                     check the project around you
  netpolc check shop.netpol         check one file
  netpolc check --format json       for programs
  netpolc check --format sarif      for code scanning
  netpolc check --strict            let warnings fail, too"""


def command(
    paths: options.Paths = None,
    form: Annotated[
        options.FindingsForm, typer.Option("--format", help="The form of the findings.")
    ] = options.FindingsForm.HUMAN,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    error_format: Annotated[
        options.Form | None, typer.Option("--error-format", help="The same as --format.", show_default=False)
    ] = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Report everything that is wrong or doubtful, and write nothing.

    The findings go to standard output; the run ends with 1 where there are errors.
    """
    import datetime  # noqa: PLC0415 -- `--help` checks nothing

    from netpolc.diagnostics.model import collect  # noqa: PLC0415
    from netpolc.pipeline import Options, compile_program  # noqa: PLC0415
    from netpolc.rules.context import Setting  # noqa: PLC0415

    chosen = form if error_format is None or form is not options.FindingsForm.HUMAN else error_format
    style = Style(form=chosen.value, color=color.value, quiet=quiet, verbose=verbose, as_result=True)
    session = open_session(style)
    with working("checking", style):
        loaded = session.load(session.sources(tuple(paths or ())))
        project = session.project
        compiled = [
            compile_program(
                loaded,
                Options(
                    environment=environment,
                    environments=session.known_environments,
                    namespace=namespace or session.namespace(environment),
                    labels={} if project is None else project.labels,
                    setting=Setting(
                        today=datetime.datetime.now(tz=datetime.UTC).date(),
                        thorough=True,
                        pod_addresses=None if project is None else project.pod_addresses,
                    ),
                ),
            )
            for environment in session.environments(env)
        ]
    found = [diagnostic for compilation in compiled for diagnostic in compilation.diagnostics]
    diagnostics = collect(found)
    report(diagnostics, style)
    code = exit_code(diagnostics)
    doubtful = any(diagnostic.severity == "warning" for diagnostic in diagnostics)
    if not code and not doubtful and style.form == "human":
        count = sum(file.is_source for file in loaded.files)
        proved = max(len(compilation.program.assertions) for compilation in compiled)
        also = f", {proved} assertion{'s' * (proved != 1)} proved" if proved else ""
        say(f"{count} file{'s' * (count != 1)} checked{also}: nothing is wrong", style)
    return code or int(strict and doubtful)
