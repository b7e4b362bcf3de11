"""The command line as a whole, as Typer reads it: the commands, each prepared once it is asked for."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import main
from typer.core import TyperCommand, TyperGroup

from netpolc.cli.exits import INTERRUPTED
from netpolc.cli.fitting import fit_help
from netpolc.cli.misuse import misuse_of, option_for_value
from netpolc.cli.words import COMMANDS, HELP, VERSION, unknown_command
from netpolc.version import VERSION as NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence


class Commands(TyperGroup):
    """All commands by name, of which a run prepares those that it needs.

    Typer takes as long to prepare a command as a small build takes to compile; to list them takes their summaries.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- Typer hands it over so
        """Return the names in the order in which they are listed."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- as above
        """Return a command, or None where there is none of that name."""
        if cmd_name in COMMANDS and cmd_name != HELP and cmd_name not in self.commands:
            self.commands[cmd_name] = _prepared(cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is asked for.

        Raises:
            UsageError: there is none of that name.
        """
        if args[0] in COMMANDS or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        raise unknown_command(args[0])

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- as above
        """List the commands with their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


class OneCommand(TyperCommand):
    """A command whose options stand for nobody else's value."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read arguments.

        Raises:
            UsageError: an option stands where another one has its value.
        """
        wrong = None if ctx.resilient_parsing else option_for_value(args, ctx)
        if wrong is not None:
            raise wrong
        return super().parse_args(ctx, args)


fit_help()
SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="netpolc",
    cls=Commands,
    help="Write `webapp -> database:5000`, get Kubernetes NetworkPolicies that mean it.",
    epilog="A first project: `netpolc init --from MANIFESTS`, then `netpolc build`. "
    "`netpolc help COMMAND` has examples of each. Documentation: https://github.com/netpolc/netpolc",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)


def _prepared(name: str) -> Any:
    module = import_module(f"netpolc.cli.commands.{_module(name)}")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=SETTINGS)
    alone.command(name=name, cls=OneCommand, epilog=module.EXAMPLES)(module.command)
    return main.get_command(alone)


def _module(command: str) -> str:
    """Return the module of a command, whose name Python may not take as it is."""
    return f"{command}_" if iskeyword(command) else command.replace("-", "_").replace(" ", "_")


def _print_version(asked: bool) -> None:  # noqa: FBT001 -- Typer hands it over so
    if asked:
        typer.echo(f"netpolc {NUMBER}")
        raise typer.Exit


@app.callback()
def _netpolc(
    *,
    version: Annotated[
        bool, typer.Option(f"--{VERSION}", "-V", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Write `webapp -> database:5000`, get Kubernetes NetworkPolicies that mean it."""


def all_commands() -> Any:
    """Return the commands as Typer reads a command line by them."""
    return main.get_command(app)


def run() -> int:
    """Run a command line that Typer reads, and return how the process is to end.

    Raises:
        EndedError: everything has been said.
        UsageError: something is asked for that cannot be meant so.
    """
    commands, arguments = all_commands(), _spelt_out(sys.argv[1:])
    try:
        code = commands.main(arguments, standalone_mode=False, prog_name="netpolc")
    except typer.Abort:
        return INTERRUPTED
    except typer.TyperException as error:
        misuse = misuse_of(error, partial(context_of, commands, arguments))
        if isinstance(misuse, str):
            sys.stderr.write(misuse)
            return 2
        raise misuse from error
    return code if isinstance(code, int) else 0


def context_of(commands: Any, arguments: Sequence[str]) -> typer.Context:
    """Return the command that a line begins with, or all where that is none."""
    whole = typer.Context(commands, info_name="netpolc")
    command = commands.get_command(whole, arguments[0]) if arguments else None
    return whole if command is None else typer.Context(command, parent=whole, info_name=arguments[0])


def _spelt_out(arguments: list[str]) -> list[str]:
    """Return arguments in which `help` is the option that it stands for, and a command of two words is one name."""
    if arguments[:1] == [HELP]:
        arguments = [*(name for name in arguments[1:] if name != HELP), "--help"]
    if arguments[:1] == ["flows-sql"]:
        arguments = ["flows", "sql", *arguments[1:]]
    return ["flows sql", *arguments[2:]] if arguments[:2] == ["flows", "sql"] else arguments
