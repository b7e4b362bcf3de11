"""The values of a project file, and what is wrong with them, each said at its place.

A reader returns what a value says, and reports what it cannot be; a faulty value is read as if it were not there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.project.settings.paths import FILE_NAME, leaves, unfit

if TYPE_CHECKING:
    from netpolc.project.places import Keys


TABLES = frozenset({"labels", "ingress-controllers", "rules", "env"})
"""The keys of tables."""

_USES = {
    "baseline": "known known-findings",
    "cluster": "context kubeconfig",
    "exclude": "exclude-paths skip",
    "manifests": "deployments kubernetes resources workloads",
    "output": "destination dist out out-dir outdir output-dir target-dir",
    "required-version": "netpolc netpolc-version version",
    "rules": "checks levels lint severity",
    "sources": "files include input inputs policies src",
}
_OTHER_KEYS = {word: key for key, words in _USES.items() for word in words.split()}
_FORMS = {
    **dict.fromkeys(("environment", "environments", "stages"), "write a table for each, as in `[env.staging]`"),
    "ignore": "`exclude` leaves out files, and `[rules]` findings",
}
"""What other tools call a setting, with how it is written here."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a value, or with its key, on the way to it through the tables."""

    keys: Keys
    message: str
    help: str | None = None
    of_key: bool = False


class Values:
    """One pass over a parsed file, which collects faults."""

    def __init__(self, root: Path) -> None:
        """Read what is relative to a folder."""
        self.root = root
        self.faults: list[Fault] = []

    def fault(self, keys: Keys, message: str, *, help: str | None = None, of_key: bool = False) -> None:  # noqa: A002 - named as in Diagnostic
        """Report a value, or its key."""
        self.faults.append(Fault(keys=keys, message=message, help=help, of_key=of_key))

    def wrong_type(self, keys: Keys, value: object, wanted: str, help: str) -> None:  # noqa: A002 - as above
        """Report a value of another type than is `wanted`."""
        from netpolc.project import toml  # only a faulty value needs it

        self.fault(keys, f"`{written(keys)}` is {toml.type_name(value)}, not {wanted}", help=help)

    def known(self, table: Keys, values: dict[str, Any], known: tuple[str, ...], above: tuple[str, ...] = ()) -> None:
        """Report the keys of a table that are not known; those of the table `above` are misplaced."""
        for key in values:
            if key not in known:
                advice = _nearest(key, known, above)
                self.fault((*table, key), f"unknown key `{written((*table, key))}`", help=advice, of_key=True)

    def text(self, keys: Keys, value: object) -> str | None:
        """Read a text, which is not empty."""
        if isinstance(value, str) and value:
            return value
        if value == "":
            self.fault(keys, f"`{written(keys)}` is empty", help="write a value or leave the key out")
        else:
            self.wrong_type(keys, value, "a string", "write it in quotes")
        return None

    def switch(self, keys: Keys, value: object) -> bool:
        """Read what is on or off."""
        if not isinstance(value, bool):
            self.wrong_type(keys, value, "a boolean", "write `true` or `false`")
        return value is True

    def choice(self, keys: Keys, value: object, choices: tuple[str, ...]) -> str | None:
        """Read one of a few words."""
        text = self.text(keys, value)
        if text is not None and text not in choices:
            listed = ", ".join(f"`{choice}`" for choice in choices)
            self.fault(keys, f"unknown {keys[-1]} `{text}`", help=f"use one of {listed}")
        return text

    def path(self, keys: Keys, value: object, *, follows: bool = True) -> str | None:
        """Read a path below the folder of the file; where it `follows` links, none of them may lead out."""
        text = self.text(keys, value)
        why = None if text is None else (unfit(text) or (leaves(text, self.root) if follows else None))
        if why is not None:
            self.fault(keys, f"`{text}` {why}", help=f"write a path below the folder of {FILE_NAME}, with `/`")
        return text

    def exclusions(self, keys: Keys, value: object) -> tuple[str, ...]:
        """Read patterns of what is left out, to which a link that leads elsewhere is a name like any other."""
        return self.patterns(keys, value, follows=False)

    def patterns(self, keys: Keys, value: object, *, follows: bool = True) -> tuple[str, ...]:
        """Read patterns of paths."""
        if not isinstance(value, list):
            self.wrong_type(keys, value, "an array of strings", f'write `{keys[-1]} = ["…"]`')
            return ()
        if not value:
            self.fault(keys, f"`{written(keys)}` is empty", help="name a file or a pattern, or leave the key out")
        patterns = [self.path((*keys, index), item, follows=follows) for index, item in enumerate(value)]
        for index, pattern in enumerate(patterns):
            if pattern and any("**" in part and part != "**" for part in pattern.split("/")):
                self.fault(
                    (*keys, index),
                    f"`**` is only a part of a folder's name in `{pattern}`",
                    help="write `**` between slashes, as in `policies/**/*.netpol`",
                )
        return tuple(pattern for pattern in patterns if pattern)


def _nearest(key: str, known: tuple[str, ...], above: tuple[str, ...]) -> str:
    from netpolc.diagnostics.closest import closest  # only a faulty file needs it

    near = closest(key, known)
    if near is None and _OTHER_KEYS.get(key.lower()) in known:
        near = _OTHER_KEYS[key.lower()]
    if near is not None:
        return f"use `{near}`"
    if key.lower() in _FORMS and "env" in known:
        return _FORMS[key.lower()]
    if key in TABLES and key in above:
        return f"write `[{key}]`, which holds for the whole project"
    if key in above:
        return f"write `{key}` above the first table, where it holds for the whole project"
    return "the keys here are " + ", ".join(f"`{name}`" for name in known)


def written(keys: Keys) -> str:
    """Write the way to a value as in the file."""
    text = ".".join(str(step) for step in keys if isinstance(step, str))
    return f"{text}[{keys[-1]}]" if isinstance(keys[-1], int) else text
