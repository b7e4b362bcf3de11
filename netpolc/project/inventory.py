"""The record of what earlier builds wrote into a folder, by which a build knows its own files from all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.filenames import is_contained
from netpolc.project.reading import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = ".netpolc-inventory"
"""Without `.json` or `.yaml` at its end, so that `kubectl apply -f FOLDER` never takes it for a manifest."""

FOLDER_BUILD = "."
"""The output of a build into the folder itself; one into a single file goes by the name of the file."""

Digests = tuple[str, ...]


class Inventory(msgspec.Struct, frozen=True):
    """The SHA-256 of each file of each output, several where a build that did not end may have left either.

    `folders` are those that builds created. Everything here is relative to the folder of the inventory.
    """

    version: Literal[1] = 1
    outputs: dict[str, dict[str, Digests]] = {}
    folders: tuple[str, ...] = ()

    def owner(self, name: str, but: str) -> str | None:
        """Return the output other than `but` that a file belongs to, or None."""
        return next((key for key, files in self.outputs.items() if key != but and name in files), None)

    def having(self, key: str, files: dict[str, Digests], folders: set[str]) -> Inventory:
        """Return this inventory with an output that consists of these files."""
        outputs = {**self.outputs, key: dict(sorted(files.items()))}
        kept = {output: outputs[output] for output in sorted(outputs) if outputs[output]}
        return Inventory(outputs=kept, folders=tuple(sorted(folders)))

    def encode(self) -> bytes:
        """Return the text of the file: a line for each entry, in one order, so that version control can merge it."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def read(folder: Path) -> tuple[Inventory, Diagnostic | None]:
    """Read the inventory of a folder; where it cannot be understood, return an empty one and a warning."""
    path = folder / FILE_NAME
    try:
        path.lstat()
    except OSError:
        return Inventory(), None
    data = read_bytes(path, str(path))
    if isinstance(data, Diagnostic) or path.is_symlink():
        return Inventory(), _unusable(path)
    try:
        inventory = msgspec.json.decode(data, type=Inventory)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Inventory(), _unusable(path)
    names = [*inventory.folders, *(name for files in inventory.outputs.values() for name in files)]
    return (inventory, None) if all(map(is_contained, names)) else (Inventory(), _unusable(path))


def _unusable(path: Path) -> Diagnostic:
    return Diagnostic(
        code="NP803",
        severity="warning",
        message=f"`{path}` is not an inventory of netpolc, so it is not known which files here a build wrote",
        help="restore it from version control, or remove it: the next build writes a new one",
    )
