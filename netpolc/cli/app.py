"""The command line as a whole: which commands there are, and how a run ends."""

from __future__ import annotations

import sys
from functools import wraps
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netpolc.cli.exits import EndedError
from netpolc.cli.output import internal_error
from netpolc.diagnostics.usage import UsageError
from netpolc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="netpolc",
    help="Write `webapp -> database:5000`, get Kubernetes NetworkPolicies that mean it.",
    epilog="A first project: `netpolc init`, then `netpolc build`. Documentation: https://github.com/netpolc/netpolc",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS = (
    "build",
    "check",
    "fmt",
    "reach",
    "can",
    "diff",
    "import",
    "suggest",
    "watch",
    "init",
    "explain",
    "rules",
    "schema",
    "krm",
    "post-render",
)


def _add_commands() -> None:
    """Add the command that is asked for, or all where that is not plain: for help, completion and typing slips.

    Typer takes as long to prepare a command as a small build takes to compile.
    """
    asked = sys.argv[1:2]
    for name in asked if asked and asked[0] in COMMANDS else COMMANDS:
        command = import_module(f"netpolc.cli.commands.{_module(name)}")
        app.command(name=name, epilog=command.EXAMPLES)(_in_typers_words(command.command))


def _module(command: str) -> str:
    """Return the module of a command, whose name Python may not take as it is."""
    return f"{command}_" if iskeyword(command) else command.replace("-", "_")


def _in_typers_words(command: Callable[..., int]) -> Callable[..., int]:
    """Wrap a command so that Typer words its early endings, with the usage above."""

    @wraps(command)
    def worded(*arguments: Any, **values: Any) -> int:
        try:
            return command(*arguments, **values)
        except EndedError as ended:
            return ended.code
        except UsageError as misuse:
            raise typer.BadParameter(misuse.message, param_hint=misuse.about) from misuse

    return worded


_add_commands()


def _print_version(asked: bool) -> None:  # noqa: FBT001 -- Typer hands it over so
    if asked:
        typer.echo(f"netpolc {VERSION}")
        raise typer.Exit


@app.callback()
def _netpolc(
    *,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Write `webapp -> database:5000`, get Kubernetes NetworkPolicies that mean it."""


def run() -> int:
    """Run a command line that Typer reads, and return how the process is to end."""
    try:
        code = app(standalone_mode=False, prog_name="netpolc")
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:  # noqa: BLE001 -- the last place where a fault can still be said kindly
        return _end(error)
    return code if isinstance(code, int) else 0


def _end(error: Exception) -> int:
    show = getattr(error, "show", None)
    if show is not None:  # a usage error, which Typer words and numbers
        show()
        return int(getattr(error, "exit_code", 2))

    return internal_error(error)
