"""`netpolc suggest`: a first program for the workloads of some manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli import options, sources
from netpolc.cli.output import Style, exit_code, say
from netpolc.cli.progress import working
from netpolc.cli.session import open_session

if TYPE_CHECKING:
    from netpolc.adopt.suggest.suggesting import Suggested
    from netpolc.manifests.model import Manifests

EXAMPLES = """\b
Examples:
  netpolc suggest deploy/                to standard output
  netpolc suggest deploy/ -o policies    a file a namespace, and a netpolc.toml
  netpolc suggest web.yaml -n shop       of workloads that name no namespace
  kubectl get deploy,sts,svc,ing,cm -A -o yaml | netpolc suggest -"""


def command(
    manifests: Annotated[
        list[str],
        typer.Argument(
            metavar="MANIFEST...",
            callback=options.given,
            help="Files of YAML or JSON, folders of them, or `-` for standard input: "
            "workloads, and what shows who calls them.",
            show_default=False,
        ),
    ],
    output: sources.Output = None,
    namespace: options.Namespace = None,
    *,
    force: sources.Force = False,
    error_format: options.ErrorForm = options.Form.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Propose a first program for workloads.

    Services, variables, arguments, ConfigMaps, Ingresses, routes, monitors and webhooks show who calls whom. Each line
    names what shows it, for people to judge. No Secret is read, and no value of a variable is shown but hosts outside.
    """
    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    session = open_session(style, with_project=False)
    apart = sources.is_folder(output)
    with working("reading", style):
        wanted = sources.Wanted("workload", "workloads", lambda manifests: manifests.workloads)
        found = sources.read_manifests(session, manifests, namespace, wanted, apart=apart, wide=True)
    with working("looking for who calls whom", style):
        suggested = _suggested(found, apart=apart)
    if exit_code(suggested.diagnostics):
        raise session.fail(suggested.diagnostics)
    for line in suggested.left_out:
        say(line, style)
    return sources.write_sources(session, output, suggested.files, force=force)


def _suggested(found: Manifests, *, apart: bool) -> Suggested:
    from netpolc.adopt.suggest.suggesting import suggest  # noqa: PLC0415 -- `--help` suggests nothing

    return suggest(found, apart=apart)
