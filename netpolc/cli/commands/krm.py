"""`netpolc krm`: a KRM function for Kustomize and kpt."""

from __future__ import annotations

from netpolc.cli import options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  kustomize build --enable-alpha-plugins --enable-exec .
  kpt fn eval --exec 'netpolc krm' --fn-config netpolc.yaml
  kpt fn eval --exec 'netpolc krm' -- paths=policies"""


def command(
    platform: options.PlatformOption = None,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    *,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Add the policies of a program to a ResourceList, as a function of Kustomize or kpt.

    The list comes from standard input and goes to standard output. Its configuration says what to compile, else the
    project does. Policies that netpolc wrote there before are replaced; all other objects stay as they are.
    """
    from netpolc.cli.runs.krm import run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    return run(open_session(style, platform=options.platform(platform)))
