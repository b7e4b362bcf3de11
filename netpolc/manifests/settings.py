"""The texts that a workload is given, each by its name: variables, arguments, lines of files.

What stands behind a name is looked at, and never shown. A variable whose value no manifest shows has an empty one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from netpolc.ecosystem.names_like_hosts import PAPERS, PRESENTED
from netpolc.identity import IdentityCache
from netpolc.manifests.expansion import Variables
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.manifests.model import ConfigMap, ConfigText, Workload

MOST = 5_000
"""How many texts of one workload are looked at."""

LONGEST = 2_000
"""How long a text may be; what is longer names no host for people to find."""

_FLAG = r"(--?[A-Za-z][A-Za-z0-9_.-]{1,60})(?:=(.*))?"
_ENTRY = r"""[\s"'-]*([A-Za-z_][A-Za-z0-9_.-]{0,100})["']?\s*[:=](.*)"""
_ITEM = r"""\s*-\s+(["']?)(?P<value>[^\s"':=]+(?::[0-9]{1,5})?)\1\s*"""
_AROUND = "\"',; \t"
_REMARK = ("#", "//", ";", "*", "--", "<!--")
_JOINED = "(DB|MONGO|MYSQL|PG|REDIS)(HOST|PASSWORD|PORT|USER)"
"""Words in one, as libpq has its variables (postgresql.org, "Environment Variables"), and clouds those of others."""
_WORDS = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"
_BEHIND = r"\s(?:#|//)\s.*"
_IN_BLOCKS = r"<!--.*?(?:-->|\Z)|(?<![^\s;{}])/\*.*?(?:\*/|\Z)"
_IN_PYTHON = r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)"


class Setting(msgspec.Struct, frozen=True):
    """A text and the words of its name, such as `DB` and `HOST`; where it stands, and what in words.

    A variable has its `variable` name, too, by which other texts may use its value; that is empty if only a `secret`
    has it.
    """

    kind: Literal["env", "argument", "file"]
    words: tuple[str, ...]
    value: str
    location: Location
    detail: str
    variable: str = ""
    secret: bool = False


class WorkloadSettings:
    """The settings of workloads, their own and those in the ConfigMaps that they take; a file is read once for all."""

    def __init__(self, config_maps: Iterable[ConfigMap]) -> None:
        """Index ConfigMaps by namespace and name."""
        self._config_maps = {(one.namespace, one.name): one for one in config_maps}
        self._files: IdentityCache[ConfigText, list[Setting]] = IdentityCache()

    def of(self, workload: Workload) -> list[Setting]:
        """Return the settings of a workload, in which variables have their values."""
        found = [*_of_itself(workload.texts), *self._taken(workload)][:MOST]
        told = {each.variable for each in found if each.value} - {""}
        found = [each for each in found if each.value or each.variable not in told]
        variables = Variables(((each.variable, each.value) for each in found if each.variable), workload.namespace)
        filled = (_with(each, variables) for each in found)
        return [each for each in filled if len(each.value) <= LONGEST]

    def _taken(self, workload: Workload) -> Iterator[Setting]:
        for reference in workload.references:
            held = self._config_maps.get((workload.namespace, reference.config_map))
            for text in () if held is None else held.texts:
                if reference.key not in (None, text.name):
                    continue
                detail = f"ConfigMap {reference.config_map}, {text.name}"
                if reference.kind == "env":
                    if reference.key is None and "\n" in text.value.rstrip():
                        continue  # a file that happens to lie beside variables
                    name = reference.name or f"{reference.prefix}{text.name}"
                    yield _variable(name, text.value, text.location, detail)
                else:
                    yield from self._files.get(text) or self._files.add(text, list(_lines(text, detail)))


def _with(setting: Setting, variables: Variables) -> Setting:
    """Return a setting with the values of its variables; it is the same object if it has none."""
    value = variables.within(setting.value, in_shell=setting.kind == "argument")
    return setting if value == setting.value else replace(setting, value=value)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, in capitals, however they are joined."""
    found = (word.upper() for word in re.findall(_WORDS, name))
    return tuple(part for word in found for part in _without_a_joint(word))


def _without_a_joint(word: str) -> tuple[str, ...]:
    joined = re.fullmatch(_JOINED, word)
    return (word,) if joined is None else joined.groups()


def _of_itself(texts: Iterable[ConfigText]) -> Iterator[Setting]:
    """Yield variables and arguments; the value after a flag is named by the flag."""
    flag = ""
    for text in texts:
        if text.kind == "env":
            yield _variable(text.name, text.value, text.location, f"env {text.name}", secret=text.secret)
            continue
        found = re.fullmatch(_FLAG, text.value, re.DOTALL)
        name, value = (flag, text.value) if found is None else (found[1], found[2] or "")
        detail = f"{text.name} {name}".rstrip()
        yield Setting("argument", words_of(name), value, text.location, detail)
        flag = name if found is not None and found[2] is None else ""


def _variable(name: str, value: str, location: Location, detail: str, *, secret: bool = False) -> Setting:
    return Setting("env", words_of(name), value, location, detail, name, secret)


def _lines(text: ConfigText, detail: str) -> Iterator[Setting]:
    """Yield the lines of a file except its comments, each named by the key that it begins with, if any.

    An item of a list is named by the key above the list, as YAML has it.
    Of a file that is for people, such as a picture or a page, there are none.
    """
    name = text.name.lower()
    if name.endswith(PRESENTED) or text.name.partition(".")[0].upper() in PAPERS or _is_dashboard(text.value):
        return
    written = text.value.splitlines()[:MOST]
    said = _without_remarks(text.value, python=name.endswith(".py")).splitlines()
    above: tuple[str, ...] = ()
    for number, (whole, said_in_it) in enumerate(zip(written, said, strict=False), start=1):
        line = said_in_it if len(said_in_it) > LONGEST else re.sub(_BEHIND, "", said_in_it).rstrip()
        if not line.strip() or line.lstrip().startswith(_REMARK):
            continue
        location = _on_line(text, whole, number)
        item = re.fullmatch(_ITEM, line) if len(line) <= LONGEST else None
        if item is not None:
            yield Setting("file", above, item["value"], location, detail)
            continue
        entry = re.fullmatch(_ENTRY, line) if len(line) <= LONGEST else None
        if entry is not None and not entry[2].strip():
            above = words_of(entry[1])
        elif not line.lstrip().startswith("-"):
            above = ()
        if entry is None or entry[2].startswith("//"):
            yield Setting("file", (), line, location, detail)
        else:
            yield Setting("file", words_of(entry[1]), entry[2].strip(_AROUND), location, detail)


def _is_dashboard(text: str) -> bool:
    """Tell whether a file is a dashboard of Grafana, which links to pages (grafana.com, "Dashboard JSON model")."""
    return '"schemaVersion"' in text and ('"panels"' in text or '"rows"' in text)


def _without_remarks(text: str, *, python: bool) -> str:
    """Return a file without its comments of several lines, each line where it was."""
    pattern = f"{_IN_BLOCKS}|{_IN_PYTHON}" if python else _IN_BLOCKS
    if not any(sign in text for sign in ("<!--", "/*", *(('"""', "'''") if python else ()))):
        return text
    return re.sub(pattern, lambda found: "\n" * len(found[0].splitlines()[1:]), text, flags=re.DOTALL)


def _on_line(text: ConfigText, line: str, number: int) -> Location:
    """Return the place of a line of a file, if the manifest shows the line unchanged below the file's name."""
    source, position = text.location.source, text.location.line + number
    if position > len(source.line_starts) or source.line(position).strip() != line.strip():
        return text.location
    shown = source.line(position)
    start = source.line_starts[position - 1] + len(shown) - len(shown.lstrip())
    return Location(source, Span(start, start + len(shown.strip())))
