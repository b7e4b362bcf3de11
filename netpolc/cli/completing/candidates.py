"""The words that may come next on a command line: commands, options, and the values of these and of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import typer

from netpolc.cli.app import all_commands
from netpolc.cli.words import COMMANDS, HELP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class NextWord(msgspec.Struct, frozen=True):
    """A word that may come next, and what it is."""

    value: str
    about: str = ""


def candidates(words: Sequence[str], incomplete: str) -> list[NextWord]:
    """List what begins as a word that is being typed, behind other words."""
    commands = all_commands()
    whole = typer.Context(commands, info_name="netpolc", **commands.context_settings)
    if [*words[:2]] == ["flows", "sql"]:
        words = ["flows sql", *words[2:]]
    if words and words[0] == HELP:
        words = words[1:] or words
    elif words:
        command = commands.get_command(whole, words[0])
        if command is None:
            return []
        context = typer.Context(command, parent=whole, **command.context_settings)
        return _TypedLine(context).after(words[1:], incomplete)
    if words and words[0] != HELP:
        return []
    named = [NextWord(name, about) for name, about in COMMANDS.items() if " " not in name]
    options = [] if words else list(_names_of(commands.get_params(whole)))
    return [each for each in (*named, *options) if each.value.startswith(incomplete) and _is_meant(each, incomplete)]


class _TypedLine:
    """The line of a command, as far as it has been typed."""

    def __init__(self, context: typer.Context) -> None:
        self._context = context
        params: list[Any] = context.command.get_params(context)
        self._options = {name: param for param in params if _is_option(param) for name in _names(param)}
        self._arguments = [param for param in params if not _is_option(param)]
        self._given: dict[str, list[str]] = {}
        self._position = 0
        self._pending: Any = None
        self._are_words = False

    def after(self, words: Sequence[str], incomplete: str) -> list[NextWord]:
        for word in words:
            self._take(word)
        self._context.obj = self._given
        if self._pending is not None:
            return self._values(self._pending, incomplete)
        if incomplete.startswith("-") and not self._are_words:
            name, joined, value = incomplete.partition("=")
            if joined and name in self._options:
                values = self._values(self._options[name], value)
                return [NextWord(f"{name}={each.value}", each.about) for each in values]
            fresh = [param for param in self._options.values() if param.multiple or param.name not in self._given]
            return [each for each in _names_of(fresh) if each.value.startswith(incomplete)]
        param = self._argument
        return [] if param is None else self._values(param, incomplete)

    def _take(self, word: str) -> None:
        if self._pending is not None:
            self._keep(self._pending, word)
            self._pending = None
        elif word == "--" and not self._are_words:
            self._are_words = True
        elif word.startswith("-") and word != "-" and not self._are_words:
            name, joined, value = word.partition("=")
            param = self._options.get(name) or self._options.get(word[:2])
            if param is None:
                return
            if param.is_flag or joined or name not in self._options:
                self._keep(param, value)
            else:
                self._pending = param
        elif self._argument is not None:
            self._keep(self._argument, word)
            self._position += 1

    def _keep(self, param: Any, value: str) -> None:
        self._given.setdefault(param.name, []).append(value)

    @property
    def _argument(self) -> Any:
        """The argument that a word would be; the last one may take several."""
        if self._position < len(self._arguments):
            return self._arguments[self._position]
        last = self._arguments[-1] if self._arguments else None
        return last if last is not None and last.nargs == -1 else None

    def _values(self, param: Any, incomplete: str) -> list[NextWord]:
        found = param.shell_complete(self._context, incomplete)
        return [NextWord(each.value, each.help or "") for each in found]


def _is_option(param: Any) -> bool:
    return bool(param.param_type_name == "option")


def _names(param: Any) -> list[str]:
    return [*param.opts, *param.secondary_opts]


def _names_of(params: Sequence[Any]) -> Iterator[NextWord]:
    """Yield the names of options, each once, with what they are for."""
    for param in dict.fromkeys(params):
        yield from (NextWord(name, param.help or "") for name in _names(param) if name.startswith("--"))


def _is_meant(candidate: NextWord, incomplete: str) -> bool:
    """Tell whether an option is being typed, where it is one."""
    return incomplete.startswith("-") or not candidate.value.startswith("-")
