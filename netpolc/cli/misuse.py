"""Usage errors that Typer finds, in netpolc's words: what is wrong, and what may have been meant."""

from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from typer._click import exceptions as click  # Typer has Click inside, and offers few of its errors

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONG = re.compile(r"--[a-z][a-z-]*")
"""An option, of whichever command."""

OTHER_OPTIONS = MappingProxyType(
    {
        "--colour": "--color",
        "--environment": "--env",
        "--errors": "--error-format",
        "--exclude-dir": "--exclude",
        "--gate": "--fail-on",
        "--ignore": "--exclude",
        "--json": "--format json",
        "--manifests": "--workloads",
        "--markdown": "--format md",
        "--monochrome": "--color never",
        "--no-color": "--color never",
        "--no-colour": "--color never",
        "--out": "--output",
        "--overwrite": "--force",
        "--sarif": "--format sarif",
        "--silent": "--quiet",
        "--skip": "--exclude",
        "--warnings-as-errors": "--strict",
        "-c": "--check",
        "-q": "--quiet",
        "-s": "--quiet",
    }
)
"""Options of other tools, with what does the same where a command has it."""

OF_OTHER_COMMANDS = MappingProxyType(
    {"--against": "`netpolc diff --against REV` compares, with `--format svg` as a picture"}
)
"""Options that only other commands have."""

FILES = frozenset({"-f", "--file", "--filename", "-i", "--input", "-k", "-R", "--recursive"})
"""Options that name inputs for other tools."""

COMPLETION = frozenset({"--install-completion", "--show-completion"})


def misuse_of(error: Exception, context_of: Callable[[], Any]) -> UsageError | str:
    """Return an error of Typer's as one of netpolc's, or the help that is shown where nothing is asked for.

    Not every error knows its context.
    """
    context = getattr(error, "ctx", None) or context_of()
    match error:
        case click.NoArgsIsHelpError():
            return f"{error.message}\n"
        case click.NoSuchOption():
            return _no_option(error.option_name, context)
        case click.BadOptionUsage():
            return _without_value(error.option_name, error.message, context)
        case click.MissingParameter():
            return UsageError(f"{_called(error.param)} is missing", advice=_values(error.param) or _usage(context))
        case click.BadParameter():
            return _bad_value(error)
        case _:
            return _too_much(error, context)


def _too_much(error: Exception, context: Any) -> UsageError:
    """Say which arguments are more than a command takes, or else what Typer says."""
    extra = re.search(r"extra argument\(s\) \((?P<words>.*)\)", str(error))
    message = str(error).rstrip(".") if extra is None else f"`{extra['words']}` is more than it takes"
    return UsageError(message, context.command_path, advice=_usage(context))


def _no_option(option: str, context: Any) -> UsageError:
    """Say that a command has no such option, and which it has."""
    known = [name for param in _options(context) for name in param.opts]
    return UsageError(f"there is no option `{option}`", context.command_path, advice=_meant(option, known, context))


def _meant(option: str, known: Sequence[str], context: Any) -> str:
    """Say what somebody may have meant by an option."""
    if option in COMPLETION:
        return "use `netpolc completion SHELL`"
    meant = OTHER_OPTIONS.get(option, "")
    near = meant if meant.partition(" ")[0] in known else _begun(option, known) or closest(option, known)
    if near is not None:
        return f"use `{near}`"
    if option in OF_OTHER_COMMANDS:
        return OF_OTHER_COMMANDS[option]
    if option in FILES and any(param.nargs == -1 for param in context.command.params):
        return "name files and folders without an option"
    if context.parent is None:
        return "options stand behind the command, as in `netpolc build -n shop`"
    if any(param.required for param in context.command.params):
        return _usage(context)
    return f"`{context.command_path} --help` lists its options"


def _begun(option: str, known: Sequence[str]) -> str | None:
    """Return the one option of which this is the beginning, as other programs take it."""
    found = [name for name in known if name.startswith(option)] if LONG.match(option) else []
    return found[0] if len(found) == 1 else None


def _without_value(option: str, message: str, context: Any) -> UsageError:
    """Say that an option has no value, or one that it does not take."""
    if "does not take" in message:
        return UsageError("it takes no value", option, advice=f"use `{option}` alone")
    metavar = next((param.make_metavar(context) for param in _options(context) if option in param.opts), "VALUE")
    return UsageError("its value is missing", option, advice=f"write `{option} {metavar}`")


def option_for_value(arguments: Sequence[str], context: Any) -> UsageError | None:
    """Say which option has no value, because another option stands there, which Typer would take for it."""
    options = _options(context)
    names = {name for param in options for name in param.opts}
    valued = {name for param in options if not (param.is_flag or param.count) for name in param.opts}
    for option, value in pairwise(arguments):
        if option == "--":
            return None
        if option in valued and (value in names or LONG.fullmatch(value)):
            return _without_value(option, "", context)
    return None


def _bad_value(error: click.BadParameter) -> UsageError:
    """Say which parameter has a wrong value; of one that takes few, which these are and the nearest."""
    about = None if error.param is None else _called(error.param)
    given = re.match(r"(?s)'(?P<value>.*)' is not one of ", error.message)
    if given is None:
        number = re.match(r"(?s)'?(?P<value>.*?)'? is not (?:in the range|a valid int)", error.message)
        if number is None:
            return UsageError(error.message, about)
        least = getattr(getattr(error.param, "type", None), "min", None)
        kind = "whole number" if least is None else f"whole number from {least} on"
        return UsageError(f"`{number['value']}` is no {kind}", about)
    value = given["value"]
    choices = _choices(error.param)
    listed = ", ".join(f"`{each}`" for each in choices)
    near = value.lower() if value.lower() in choices else closest(value, choices)
    return UsageError(f"`{value}` is not one of {listed}", about, advice=None if near is None else f"use `{near}`")


def _choices(param: Any) -> list[str]:
    """Return the values that a parameter takes, if these are few."""
    return [str(getattr(each, "value", each)) for each in getattr(getattr(param, "type", None), "choices", ())]


def _values(param: Any) -> str | None:
    """Say which values a parameter takes, if these are few."""
    choices = _choices(param)
    return f"write {', '.join(f'`{each}`' for each in choices[:-1])} or `{choices[-1]}`" if choices else None


def _called(param: Any) -> str:
    """Return what people call an option or an argument."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.human_readable_name).strip("[].")


def _options(context: Any) -> list[Any]:
    """Return the options of a command, with that for help."""
    return [param for param in context.command.get_params(context) if param.param_type_name == "option"]


def _usage(context: Any) -> str:
    """Say how a command is written."""
    pieces = [piece.strip("{}") for piece in context.command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    return f"write `{' '.join([context.command_path, *pieces])}`"
