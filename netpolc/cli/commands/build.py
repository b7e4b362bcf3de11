"""`netpolc build`: compile to YAML."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc build                          build the project around you
  netpolc build shop.netpol              print the policies of one file
  netpolc build shop.netpol -o deploy/   write them, one file an object
  netpolc build --check                  fail if the files on disk are stale
  echo 'web -> db:5432' | netpolc build -"""


def command(
    paths: options.Paths = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="A folder, a .yaml file, or `-` for standard output.",
            callback=options.given,
        ),
    ] = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    platform: options.PlatformOption = None,
    target: Annotated[
        options.TargetKind | None,
        typer.Option(help="The one kind to compile to. Without it, each line becomes what can say it."),
    ] = None,
    layout: Annotated[
        options.FileLayout | None, typer.Option(help="One file for each object or namespace, or one for all.")
    ] = None,
    templates: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help="A folder with templates that take the place of netpolc's own.", callback=options.given
        ),
    ] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if files on disk are stale.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be written.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that netpolc did not write.")] = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Compile netpol to NetworkPolicy YAML.

    With PATH, the result goes to standard output unless `-o` says otherwise; without, to the project's output.
    """
    from netpolc.cli.runs.build import BuildRequest, BuildRun

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    request = BuildRequest(
        paths=tuple(paths or ()),
        output=output,
        environment=env,
        namespace=namespace,
        target=None if target is None else target.value,
        layout=None if layout is None else layout.value,
        templates=templates,
        check=check,
        dry_run=dry_run,
        force=force,
    )
    return BuildRun(open_session(style, exclude, platform=options.platform(platform)), request).run()
