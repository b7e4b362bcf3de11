"""`netpolc import`: policies to netpol source that means the same, proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli import options, sources
from netpolc.cli.output import Style, exit_code, say
from netpolc.cli.progress import working
from netpolc.cli.session import open_session

if TYPE_CHECKING:
    from netpolc.adopt.importer.importing import Imported
    from netpolc.manifests.model import Manifests

EXAMPLES = """\b
Examples:
  netpolc import deploy/policies.yaml    to standard output
  netpolc import deploy/ -o policies     a file a namespace, and a netpolc.toml
  netpolc import database.yaml -n shop   of policies that name no namespace
  kubectl get netpol,deploy,ns -A -o yaml | netpolc import - -o policies"""


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
    output: sources.Output = None,
    namespace: options.Namespace = None,
    *,
    force: sources.Force = False,
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
    apart = sources.is_folder(output)
    with working("reading", style):
        wanted = sources.Wanted("NetworkPolicy", "policies", lambda manifests: manifests.policies)
        found = sources.read_manifests(session, manifests, namespace, wanted, apart=apart)
    with working("importing", style):
        imported = _imported(found, apart=apart)
    if exit_code(imported.diagnostics):
        raise session.fail(imported.diagnostics)
    for line in imported.left_out:
        say(line, style)
    return sources.write_sources(session, output, imported.files, force=force)


def _imported(found: Manifests, *, apart: bool) -> Imported:
    from netpolc.adopt.importer.importing import import_manifests  # noqa: PLC0415 -- `--help` imports nothing

    return import_manifests(found, apart=apart)
