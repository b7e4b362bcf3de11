"""Writing a build: first a plan, which only reads, then all of it, without touching what a person wrote."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project import inventory
from netpolc.project.filenames import demand_safe, folders_of, is_contained
from netpolc.project.inventory import FOLDER_BUILD, Digests, Inventory
from netpolc.project.reading import reason
from netpolc.project.survey import Present, Survey, sha256_of
from netpolc.project.writing import Staging, locked

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from pathlib import Path


_EDITED = "was edited since netpolc wrote it"


class Refusal(msgspec.Struct, frozen=True):
    """The reason why a build does not touch a file, as the end of a sentence, and what `--force` would do to it."""

    code: str
    why: str
    forced: Literal["replace", "remove"] | None = None

    def conflict(self, path: Path) -> Diagnostic:
        """Return the error that a build reports."""
        advice = f", or let `--force` {self.forced} it" if self.forced else ""
        return _error(self.code, f"`{path}` {self.why}", f"move it away{advice}", path)

    def stale(self, path: Path, state: str) -> Diagnostic:
        """Return the error that a comparison reports, since a build without `--force` would not resolve it."""
        way = "put the change into the sources, and" if self.why == _EDITED else "move it away, or"
        advice = f"{way} let `netpolc build --force` {self.forced} it" if self.forced else "move it away"
        return _error("NP804", f"`{path}` {state}, and {self.why}", advice, path)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The changes that a build would make to a folder. Names are relative to it, written with `/`, and sorted.

    An `abandoned` folder is no output any more, and is removed with the last file in it.
    """

    folder: Path
    key: str
    files: dict[str, bytes]
    digests: dict[str, str]
    present: dict[str, Present]
    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    refusals: dict[str, Refusal]
    conflicts: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    leftovers: tuple[str, ...]
    inventory: Inventory
    abandoned: bool = False

    @property
    def stale(self) -> tuple[Diagnostic, ...]:
        """The errors (NP804) for files that are not as this build would leave them."""
        states = (
            (self.created, "is missing"),
            (self.changed, "is not what the sources say"),
            (self.removed, "comes from no source any more"),
        )
        return tuple(self._stale(name, state) for names, state in states for name in names)

    def summary(self, prefix: str = "") -> str:
        """Return a line for each file that changes, such as `create shop/database.yaml`, with a prefix to names."""
        verbs = (("create", self.created), ("change", self.changed), ("remove", self.removed))
        lines = sorted((name, verb) for verb, names in verbs for name in names)
        return "".join(f"{verb} {prefix}{name}\n" for name, verb in lines)

    def diff(self, prefix: str = "") -> str:
        """Return the changes as one unified diff, with a prefix to names."""
        import difflib  # only `--dry-run -v` shows a diff

        parts: list[str] = []
        for name in sorted((*self.created, *self.changed, *self.removed)):
            before = self._text(name).splitlines(keepends=True)
            after = self.files.get(name, b"").decode().splitlines(keepends=True)
            old = "/dev/null" if name in self.created else f"a/{prefix}{name}"
            new = "/dev/null" if name in self.removed else f"b/{prefix}{name}"
            lines = difflib.unified_diff(before, after, old, new)
            parts += (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
        return "".join(parts)

    def apply(self) -> tuple[Diagnostic, ...]:
        """Make the changes, or return why not: the conflicts, or NP806, after which every file is old or new."""
        if self.conflicts or self._is_done:
            return self.conflicts
        staging = Staging()
        try:
            with staging:
                staging.create_folder(self.folder)
                with locked(self.folder):
                    self._write(staging)
        except OSError as error:
            return (_error("NP806", f"`{staging.at}` cannot be written: {reason(error)}", None),)
        return ()

    @property
    def _is_done(self) -> bool:
        changes = self.created or self.changed or self.removed or self.leftovers or self.warnings
        return not changes and self._final(self.inventory, set()) == self.inventory

    def _stale(self, name: str, state: str) -> Diagnostic:
        path, refusal = self.folder / name, self.refusals.get(name)
        if refusal is not None:
            return refusal.stale(path, state)
        return _error("NP804", f"`{path}` {state}", "run `netpolc build` and commit what it writes", path)

    def _text(self, name: str) -> str:
        if self.present[name].kind != "file":
            return ""
        with suppress(OSError):
            return (self.folder / name).read_bytes().decode(errors="replace")
        return ""

    def _write(self, staging: Staging) -> None:
        # Another output of this folder may have been written since the plan was made.
        current, _ = inventory.read(self.folder)
        pending = (*self.created, *self.changed)
        for folder in sorted(folders_of(pending)):
            staging.create_folder(self.folder / folder)
        temporaries = [staging.write(self.folder / name, self.files[name], self.present[name].mode) for name in pending]
        created = folders_of(self.leftovers) | {
            path.relative_to(self.folder).as_posix() for path in staging.created if self.folder in path.parents
        }
        final = self._final(current, created)
        stages = (self._interim(current, created), *([final] if final.outputs else []))
        # The full disk is noticed here, while nothing has changed yet.
        first, *last = [staging.write(self.folder / inventory.FILE_NAME, stage.encode()) for stage in stages]
        staging.rename(first)
        for temporary in temporaries:
            staging.rename(temporary)
        for name in (*self.removed, *self.leftovers):
            staging.remove(self.folder / name)
        self._remove_folders({*current.folders, *created} - {*final.folders})
        if last:
            staging.rename(*last)
            return
        staging.remove(self.folder / inventory.FILE_NAME)
        if self.abandoned:
            with suppress(OSError):
                self.folder.rmdir()

    def _interim(self, current: Inventory, created: set[str]) -> Inventory:
        """Return the inventory during the writing: each file is as the last build left it, or as this one does."""
        recorded = current.outputs.get(self.key, {})
        files: dict[str, Digests] = {}
        for name in (*self.files, *self.removed):
            old = self.present[name].digest
            previous = (old,) if old and old in recorded.get(name, ()) else ()
            new = (self.digests[name],) if name in self.files else ()
            files[name] = tuple(sorted({*previous, *new}))
        return current.having(self.key, files, {*current.folders, *created})

    def _final(self, current: Inventory, created: set[str]) -> Inventory:
        files: dict[str, Digests] = {name: (digest,) for name, digest in self.digests.items()}
        after = current.having(self.key, files, set())
        needed = folders_of(name for listed in after.outputs.values() for name in listed)
        return msgspec.structs.replace(after, folders=tuple(sorted(needed & {*current.folders, *created})))

    def _remove_folders(self, names: Iterable[str]) -> None:
        """Remove folders that builds created, inner ones first; one that holds anything stays."""
        survey = Survey(self.folder)
        for name in sorted(names, key=lambda name: name.count("/"), reverse=True):
            if survey.is_folder(name):
                with suppress(OSError):
                    (self.folder / name).rmdir()


def plan(folder: Path, files: Mapping[str, str], *, key: str = FOLDER_BUILD, force: bool = False) -> Plan:
    """Plan to leave these files in a folder, and to remove all others that an earlier run wrote there by this key.

    Names come from `filenames.file_name`; unsafe ones raise ValueError. With `force`, files of people are replaced.
    """
    demand_safe(files)
    return _plan(folder, files, key, force=force)


def plan_file(file: Path, text: str, *, force: bool = False) -> Plan:
    """Plan to write a single file, whatever else is in its folder."""
    if is_contained(file.name):
        return _plan(file.parent, {file.name: text}, file.name, force=force)
    refused = _error("NP806", f"`{file}` cannot be the name of an output file", "name another file")
    return msgspec.structs.replace(_plan(file, {}, FOLDER_BUILD, force=False), conflicts=(refused,), removed=())


def obstruction(folder: Path) -> Diagnostic | None:
    """Return NP806 where something other than a folder stands at an output folder or above it, or None."""
    found = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), None)
    if found is None or os.path.isdir(found):  # noqa: PTH112 - what cannot be looked at raises nothing
        return None
    nature = "a file, not a folder" if os.path.isfile(found) else "not a folder"  # noqa: PTH113 - as above
    return _error("NP806", f"`{found}` is {nature}", "name a folder for the output, or a file that ends in `.yaml`")


def plan_removal(folder: Path, key: str, spared: Container[str], *, force: bool = False) -> Plan:
    """Plan to remove an output that is no output any more, except files that are spared."""
    found = _plan(folder, {}, key, force=force, spared=spared)
    return msgspec.structs.replace(found, abandoned=True)


def _plan(
    folder: Path, files: Mapping[str, str], key: str, *, force: bool, spared: Container[str] = frozenset()
) -> Plan:
    earlier, warning = inventory.read(folder)
    recorded = earlier.outputs.get(key, {})
    contents = {name: files[name].encode() for name in sorted(files)}
    survey, fault = Survey(folder), obstruction(folder)
    protection = _Protection(earlier, key, files, force=force)
    former = [name for name in sorted(recorded) if name not in files and name not in spared]
    present = {name: survey.present(name, len(content), listed=name in recorded) for name, content in contents.items()}
    present |= {name: survey.present(name, 0, listed=True) for name in former}
    digests = {name: sha256_of(content) for name, content in contents.items()}
    created = tuple(name for name in contents if present[name].kind == "nothing")
    unchanged = tuple(name for name, digest in digests.items() if present[name].digest == digest)
    changed = tuple(
        name for name in contents if present[name].kind != "nothing" and present[name].digest != digests[name]
    )
    removed = tuple(name for name in former if protection.is_removed(name, present[name]))
    checked = ((name, protection.refusal(name, present[name])) for name in (*changed, *removed))
    refusals = {name: refusal for name, refusal in checked if refusal is not None}
    refused = (refusal.conflict(folder / name) for name, refusal in refusals.items())
    return Plan(
        folder=folder,
        key=key,
        files=contents,
        digests=digests,
        present=present,
        created=created,
        changed=changed,
        unchanged=unchanged,
        removed=removed,
        refusals=refusals,
        conflicts=tuple(refused) if fault is None else (fault,),
        warnings=() if warning is None else (warning,),
        leftovers=survey.leftovers({*folders_of((*files, *recorded)), *earlier.folders}, inside=key == FOLDER_BUILD),
        inventory=earlier,
    )


class _Protection:
    """The rules for replacing and removing files, by what the inventory says of them."""

    def __init__(self, earlier: Inventory, key: str, files: Container[str], *, force: bool) -> None:
        self.earlier = earlier
        self.key = key
        self.files = files
        self.force = force

    def is_removed(self, name: str, present: Present) -> bool:
        """Tell whether a file that is no longer built has to go; what another output made of it stays."""
        others = [files[name] for key, files in self.earlier.outputs.items() if key != self.key and name in files]
        if not others:
            return present.kind in ("file", "link")
        return present.digest in self.earlier.outputs[self.key][name] and not any(
            present.digest in one for one in others
        )

    def refusal(self, name: str, present: Present) -> Refusal | None:
        """Return why a file may not be replaced or removed, or None where it may."""
        recorded = self.earlier.outputs.get(self.key, {}).get(name, ())
        if present.kind == "obstacle":
            return Refusal("NP806", f"cannot be written: {present.why}")
        if self.force or (present.kind == "file" and present.digest in recorded):
            return None
        owner = self.earlier.owner(name, self.key)
        if present.kind == "link":
            why = "is a symbolic link, which netpolc never writes"
        elif owner is not None and (not recorded or present.digest in self.earlier.outputs[owner][name]):
            why = "belongs to the build into this folder" if owner == FOLDER_BUILD else "belongs to a build into a file"
        else:
            why = _EDITED if recorded else "was not written by netpolc"
        return Refusal("NP803", why, "replace" if name in self.files else "remove")


def _error(code: str, message: str, advice: str | None, path: Path | None = None) -> Diagnostic:
    file = "" if path is None else str(path)
    return Diagnostic(code=code, severity="error", message=message, help=advice, file=file)
