"""Which files are variants of each other, for environments of which each is deployed by itself.

Two files may hold the same object by mistake, or because one is for staging and the other for production. Only their
places can tell, so every rule here is about paths; where none decides, the object is there twice.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netpolc.project.kustomizations import Kustomizations
    from netpolc.source import Source

_WORDS = {
    "production": ("production", "prod", "prd"),
    "preproduction": ("preproduction", "preprod", "preprd"),
    "nonproduction": ("nonproduction", "nonprod", "nonprd"),
    "staging": ("staging", "stage", "stg"),
    "acceptance": ("acceptance", "uat", "acc"),
    "quality": ("qa",),
    "test": ("testing", "test", "tst"),
    "development": ("development", "develop", "dev"),
    "sandbox": ("sandbox",),
}
"""What environments are called in names of files and folders, those first that answers are about."""

_ENVIRONMENTS = {word: name for name, words in _WORDS.items() for word in words}


def environment_of(name: str) -> str | None:
    """Return the environment that the name of a file or a folder speaks of, or None."""
    words = re.split(r"[^a-z]+", re.sub(r"(?<![a-z])(pre|non)[-_. ]?(?=pr)", r"\1", name.lower()))
    return next((_ENVIRONMENTS[word] for word in words if word in _ENVIRONMENTS), None)


class Environments:
    """The files of a run that were only found, and those that were rendered, each from a folder of its own."""

    def __init__(
        self, found: Mapping[Source, Path], rendered: Mapping[Source, Path], kustomizations: Kustomizations | None
    ) -> None:
        """Take texts with the absolute paths of their files, or of the folders that make them.

        Those that were `rendered` are among the `found` unless their folders were named.
        """
        self._paths = {source: Path(os.path.normpath(path)) for source, path in (*found.items(), *rendered.items())}
        self._found = frozenset(found)
        self._rendered = frozenset(rendered)
        self._kustomizations = kustomizations

    def are_apart(self, one: Source, other: Source, *, placed: bool, share_more: bool, is_part: bool = False) -> bool:
        """Tell whether an object that two texts hold is meant for two environments.

        `placed` is whether it names its namespace, `share_more` whether the texts hold objects of other kinds both, and
        `is_part` whether one holds everything that the other does, and other kinds beside it: all in one file, next to
        files of single objects.
        """
        if one in self._rendered and other in self._rendered:
            return one is not other
        first, second = self._paths.get(one), self._paths.get(other)
        if first is None or second is None or first == second:
            return False
        if self._are_of_two(first, second):
            return True
        if one in self._rendered or other in self._rendered:
            # A chart beside what somebody made of it is another way to install the same.
            return one in self._found and other in self._found
        if self._kustomizations is not None:
            decided = _by_kustomizations(first, second, self._kustomizations)
            if decided is not None:
                return decided
        if share_more or first.parent == second.parent:
            return share_more
        return is_part or not placed or first.name == second.name

    def _are_of_two(self, first: Path, second: Path) -> bool:
        """Tell whether two paths part at names of which one speaks of an environment that the other does not."""
        one, other = _parted(first, second)
        return environment_of(one) != environment_of(other)

    def views(self, conflicts: Iterable[tuple[Source, Source]]) -> dict[str, frozenset[Source]]:
        """Return the texts that each environment is without, by its name; nothing where no conflict tells them apart.

        A conflict is an object that two texts hold. One in folders of two environments shows that there are some, and
        then, wherever names of several are beside each other, only one of them counts.
        """
        if not any(self._tell_apart(one, other) for one, other in conflicts):
            return {}
        choices = self._choices()
        names = [name for name in _WORDS if any(name in each for each in choices.values())]
        return {
            name: frozenset(source for source, path in self._paths.items() if _is_without(path, name, choices))
            for name in names
        }

    def _tell_apart(self, one: Source, other: Source) -> bool:
        first, second = self._paths.get(one), self._paths.get(other)
        if first is None or second is None:
            return False
        names = [environment_of(each) for each in _parted(first, second)]
        return None not in names and names[0] != names[1]

    def _choices(self) -> dict[Path, frozenset[str]]:
        """Return the environments among the names in each folder, where there are several."""
        among: dict[Path, set[str]] = {}
        for folder, name in {step for path in self._paths.values() for step in _steps(path)}:
            environment = environment_of(name)
            if environment is not None:
                among.setdefault(folder, set()).add(environment)
        return {folder: frozenset(names) for folder, names in among.items() if len(names) > 1}


def _by_kustomizations(first: Path, second: Path, known: Kustomizations) -> bool | None:
    """Tell whether two files are apart by what includes them; None where that does not decide."""
    one, other = known.including(str(first)), known.including(str(second))
    if not one or not other:
        return None
    if not one & other:
        return True
    renamed = (known.each[folder].renames for folder in one ^ other)
    return any(any(each) for each in renamed)


def _parted(first: Path, second: Path) -> tuple[str, str]:
    """Return the names at which two paths part."""
    pairs = zip(first.parts, second.parts, strict=False)
    return next(((one, other) for one, other in pairs if one != other), ("", ""))


def _steps(path: Path) -> Iterable[tuple[Path, str]]:
    """Yield the folders of a path, each with the name that follows."""
    return ((each.parent, each.name) for each in (path, *path.parents) if each.name)


def _is_without(path: Path, environment: str, choices: Mapping[Path, frozenset[str]]) -> bool:
    """Tell whether a file is of another environment than one, or than what stands for that where it is missing."""
    for folder, name in _steps(path):
        there = choices.get(folder)
        own = environment_of(name) if there is not None else None
        if there is None or own is None:
            continue
        wanted = environment if environment in there else next(each for each in _WORDS if each in there)
        if own != wanted:
            return True
    return False
