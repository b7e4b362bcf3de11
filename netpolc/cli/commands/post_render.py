"""`netpolc post-render`: a Helm post-renderer."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.delivering import objects_of_stdin, options_of, renderer_of
from netpolc.cli.exits import MisuseError
from netpolc.cli.output import Style, exit_code, report
from netpolc.cli.session import STDIN, open_session

EXAMPLES = """\b
Examples:
  helm template shop ./chart | netpolc post-render policies/
  helm upgrade shop ./chart --post-renderer netpolc \\
    --post-renderer-args post-render --post-renderer-args policies/"""


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            callback=options.given,
            help="Files, and folders of `*.netpol` files. "
            "Without any: the sources of netpolc.toml, or all files below the working folder.",
            show_default=False,
        ),
    ] = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too: Helm shows none.")] = False,
    error_format: options.ErrorForm = options.Form.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Add the policies of a program to manifests, and check it against their workloads.

    The manifests come from standard input and go to standard output as they are, with the policies after them.
    """
    from netpolc.delivery.compiling import compile_beside, rendered  # noqa: PLC0415 -- `--help` renders nothing
    from netpolc.delivery.post_rendering import appended  # noqa: PLC0415
    from netpolc.manifests.reading import read_manifests  # noqa: PLC0415

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    if STDIN in (paths or ()):
        raise MisuseError("standard input is where the manifests come from; name files or folders")
    session = open_session(style)
    chosen = options_of(session, env, namespace)
    loaded = session.load(session.sources(tuple(paths or ())))
    given = objects_of_stdin(session)
    delivery = compile_beside(loaded, chosen, read_manifests(given), replaced=False)
    text = rendered(delivery.compilation, renderer_of(session)) if delivery.ok else ""
    found = delivery.diagnostics if isinstance(text, str) else (*delivery.diagnostics, *text)
    report(found, style)
    code = exit_code(found) or int(strict and any(one.severity == "warning" for one in found))
    if isinstance(text, str) and not code:
        sys.stdout.writelines((given.text, appended(given.text, text)))
    return code
