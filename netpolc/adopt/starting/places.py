"""Where a project keeps what it has: its sources and its output, and the manifests that it holds them against."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.visible import in_one_line
from netpolc.project.config import FILE_NAME, literal_parts, unfit
from netpolc.project.discovery import CHART, MANIFEST_SUFFIXES
from netpolc.project.filesystem import DISK
from netpolc.project.inventory import FILE_NAME as INVENTORY
from netpolc.project.patterns import matches
from netpolc.project.settings.clusters import LONGEST_SET_NAME
from netpolc.source import CLUSTER, STREAM, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.workspace import Workspace
    from netpolc.manifests.model import Manifests
    from netpolc.project.config import Project
    from netpolc.project.filesystem import Disk
    from netpolc.source import Source

SOURCES = ("policies", "netpol")
OUTPUTS = ("deploy/networkpolicies", "networkpolicies", "built/networkpolicies")
"""The folders of a project that begins, the first of each that nobody has for something else."""

PATTERN = f"{SOURCES[0]}/**/*{SUFFIX}"
"""The sources of a project that begins with none of its own."""


_KIND = re.compile(r"""(?m)^kind:[ \t]*["']?(\w*)""")


class NamedManifests(msgspec.Struct, frozen=True):
    """The manifests that a project file can name: paths, and files below them that hold nothing but policies.

    `remarks` say what it cannot name, and how to have it checked all the same; `replaced` are all policies' files.
    """

    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


def sources_folder(folder: Path, project: Project | None, files: Disk = DISK) -> str:
    """Return the folder for sources: one where the project looks for them, or one that nobody keeps manifests in."""
    if project is not None:
        is_usual = not unmatched(project, [project.root / SOURCES[0] / f"a{SUFFIX}"])
        return SOURCES[0] if is_usual else next(filter(None, map(_folder_of, project.sources)), SOURCES[0])
    return next((name for name in SOURCES if not _holds_manifests(folder / name, files)), SOURCES[-1])


def output_folder(folder: Path, files: Disk = DISK) -> str:
    """Return the folder for the output: one that is not there yet, or that netpolc made."""
    return next((name for name in OUTPUTS if _is_free(folder / name, files)), OUTPUTS[-1])


def inside_of(folder: Path, path: Path, files: Disk = DISK) -> str | None:
    """Return a path relative to a folder, with `/`, or None where it is elsewhere."""
    try:
        return files.real(path).relative_to(files.real(folder)).as_posix()
    except (OSError, RuntimeError, ValueError):
        return None


def nameable(folder: Path, path: Path, files: Disk = DISK) -> str | None:
    """Return a path as the project file of a folder can name it, or None where it cannot."""
    inside = inside_of(folder, path, files)
    if inside is None or not inside.isprintable() or unfit(inside) is not None:
        return None
    return inside if literal_parts(inside) == PurePosixPath(inside).parts else None


def contexts_of(texts: Iterable[Source]) -> list[str]:
    """Return the contexts of clusters that texts were pulled from; each has namespaces, and a name may have slashes."""
    ending = "/namespaces"
    names = (each.name for each in texts if each.name.startswith(CLUSTER) and each.name.endswith(ending))
    return [*dict.fromkeys(name.removeprefix(CLUSTER).removesuffix(ending) for name in names)]


def set_name_for(folder: Path) -> str:
    """Return what a project is called in clusters: after its folder."""
    written = re.sub(r"[^a-z0-9]+", "-", folder.name.lower())[:LONGEST_SET_NAME].strip("-")
    return written or "policies"


def unmatched(project: Project, paths: Iterable[Path]) -> list[str]:
    """Return those of some files, relative to the project, that no pattern of its sources matches."""
    patterns = [PurePosixPath(pattern).parts for pattern in project.sources]
    inside = [(path, Path(os.path.relpath(path, project.root)).parts) for path in paths]
    return ["/".join(parts) for _, parts in inside if not any(_is_named(parts, pattern) for pattern in patterns)]


def _is_named(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Tell whether a pattern has a file, or names a folder that has it."""
    return matches(parts, pattern) or (literal_parts("/".join(pattern)) == pattern == parts[: len(pattern)])


def _folder_of(pattern: str) -> str | None:
    """Return the folder in which a file of any name fits a pattern, or None."""
    parts = PurePosixPath(pattern).parts
    literal = literal_parts(pattern)
    if literal == parts:
        return None if pattern.endswith(SUFFIX) else pattern.rstrip("/")
    fits = matches((f"a{SUFFIX}",), parts[len(literal) :])
    return ("/".join(literal) or ".") if fits else None


def _holds_manifests(folder: Path, files: Disk) -> bool:
    """Tell whether there are manifests below a folder, or something else has its name."""
    if not files.is_folder(folder):
        return files.is_named(folder)
    pending = [folder]
    while pending:
        current = pending.pop()
        for each in files.entries(current):
            if each.name.endswith(MANIFEST_SUFFIXES):
                return True
            if each.is_folder and not each.is_link:
                pending.append(current / each.name)
    return False


def _is_free(folder: Path, files: Disk) -> bool:
    if not files.is_folder(folder):
        return not files.is_named(folder)
    names = [each.name for each in files.entries(folder)]
    return not names or INVENTORY in names


def named_manifests(here: Workspace, folder: Path, paths: Sequence[str], inputs: Inputs) -> NamedManifests:
    """Return what of the manifests that were read can be named in the project file of a folder.

    What holds policies, which the sources say from now on, is left out: in files of their own it is excluded, beside
    other objects the whole of it is not named.
    """
    imported = sources_of_policies(inputs.manifests)
    objects = _sources_of_others(inputs.manifests)
    policies = imported | {source for source in inputs.texts if source not in objects and _is_of_policies(source)}
    mixed = {source for source in policies if source in objects or source not in inputs.paths}
    found = _NamedPaths(here, folder, policies, mixed, inputs)
    for path in paths:
        found.add(path)
    left = sorted(source.name for source in policies - imported)
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        found.remark(f"the policies in `{left[0]}`{more} are of another environment, and are not imported")
    return NamedManifests(
        tuple(dict.fromkeys(found.paths)),
        tuple(dict.fromkeys(found.exclude)),
        tuple(dict.fromkeys(found.remarks)),
        tuple(sorted({source.name for source in imported if source in inputs.paths})),
    )


class _NamedPaths:
    """The paths that were named so far, and what is said of others."""

    def __init__(
        self, here: Workspace, folder: Path, policies: set[Source], mixed: set[Source], inputs: Inputs
    ) -> None:
        self.here = here
        self.folder = folder
        self.policies = policies
        self.mixed = mixed
        self.inputs = inputs
        self.paths: list[str] = []
        self.exclude: list[str] = []
        self.remarks: list[str] = []

    def add(self, path: str) -> None:
        if path.startswith(CLUSTER):
            self.remarks.append(f"`netpolc check --workloads {path}` holds the program to what is in the cluster")
            return
        if path == STREAM:
            self.remarks.append("the manifests were piped; `netpolc check --workloads FILE` holds the program to them")
            return
        inside = nameable(self.folder, self.here.cwd / path, self.here.files)
        own = [source for source in self.policies if _is_of(source.name, path)]
        read = [self.inputs.paths[each] for each in own if each in self.inputs.paths]
        files = [nameable(self.folder, each, self.here.files) for each in read]
        if inside is None or None in files:
            where = "has a name" if inside_of(self.folder, self.here.cwd / path, self.here.files) else "is in a place"
            self.remark(f"`{path}` {where} that {FILE_NAME} cannot have; `netpolc check --workloads` reads it")
        elif self.here.charts.idle_option is not None and self.here.files.is_file(self.here.cwd / path / CHART):
            self.remark(f"`{inside}` is a chart that takes values, which no project file can give")
        elif mixed := sorted(source.name for source in self.mixed if _is_of(source.name, path)):
            self.remark(f"`{mixed[0]}` holds policies beside other objects, and the sources say these now")
            self.remark(f'once they are taken out of it, {FILE_NAME} can say: manifests = ["{inside}"]')
        elif len(own) < sum(_is_of(source.name, path) for source in self.inputs.texts):
            self.paths.append(inside)
            self.exclude += sorted(filter(None, files))

    def remark(self, text: str) -> None:
        """Take a remark, on one line."""
        self.remarks.append(in_one_line(text))


def _is_of(name: str, path: str) -> bool:
    """Tell whether a text was read from a path that was named, or rendered there."""
    return path in (".", name) or name.startswith((f"{path.rstrip('/')}/", f"{path} ("))


def sources_of_policies(manifests: Manifests) -> set[Source]:
    """Return the texts with policies, of namespaces and of the cluster."""
    locations = (
        *(each.location for each in manifests.policies),
        *(each.location for each in manifests.tier_policies),
    )
    return {each.source for each in locations if each is not None}


def _is_of_policies(source: Source) -> bool:
    """Tell whether a text looks as if it held policies and nothing else: that of another environment is not read."""
    return {*_KIND.findall(source.text)} == {"NetworkPolicy"}


def _sources_of_others(manifests: Manifests) -> set[Source]:
    """Return the texts with objects that are no policies."""
    locations = (
        *(each.location for each in manifests.workloads),
        *(each.location for each in manifests.services),
        *(each.location for each in manifests.namespaces),
        *(each.location for each in manifests.config_maps),
        *(each.location for each in manifests.routes),
        *(each.location for each in manifests.webhooks),
        *(each.location for each in manifests.monitors),
        *(each.location for each in manifests.bindings),
    )
    return {each.source for each in locations}
