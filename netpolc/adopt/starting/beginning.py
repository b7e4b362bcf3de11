"""The beginning of a project on one screen: manifests → sources → places → files → what `check` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.importing import UNNAMED
from netpolc.adopt.inputs import EITHER, contents_of, lack_of, manifests_with
from netpolc.adopt.starting.makefile import FRAGMENT_NAME, fragment
from netpolc.adopt.starting.places import (
    OUTPUTS,
    PATTERN,
    contexts_of,
    named_manifests,
    output_folder,
    set_name_for,
    sources_folder,
    sources_of_policies,
)
from netpolc.adopt.starting.programs import programs_of
from netpolc.adopt.starting.project_file import example_text, project_text
from netpolc.cluster.check import check_inputs
from netpolc.compiler.loading import load_files
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.diagnostics.usage import InputError
from netpolc.manifests.model import Manifests
from netpolc.manifests.platform_signs import shown_platform
from netpolc.project.config import FILE_NAME
from netpolc.project.discovery import sources_of
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from netpolc.adopt.starting.places import NamedManifests
    from netpolc.adopt.starting.programs import Programs
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.workspace import Workspace
    from netpolc.flows.record import SeenFlow
    from netpolc.manifests.platform_signs import PlatformSign
    from netpolc.project.config import Project

DECISIONS = frozenset({"NP605", "NP606", "NP613", "NP616", "NP617", "NP618", "NP619", "NP628", "NP629"})
"""Findings that are no mistakes right after a beginning, but questions: who may call, and who may be called."""

UNPLACED = (
    "objects without a namespace get policies without one, which go where they are applied; `-n NAME` gives them one"
)


class Beginning(msgspec.Struct, frozen=True):
    """The files of a project that begins, by their paths in its folder, sources first; nothing is written yet.

    `contents` counts the objects that were read by their kinds. Those sources that came of policies are `imported`, and
    those with lines that workloads show are `suggested`. `replaced` are the files of the policies that were imported.
    `diagnostics` are about these, `findings` what `check` says of the project. `remarks` are lines about what is left
    out, and what is left to do.
    """

    files: dict[str, str]
    contents: dict[str, int]
    imported: frozenset[str]
    suggested: frozenset[str]
    replaced: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]
    remarks: tuple[str, ...]

    @property
    def decisions(self) -> tuple[Diagnostic, ...]:
        """The findings that only the owner can settle: who may call whom, where no manifest says."""
        return tuple(each for each in self.findings if each.code in DECISIONS)


def begin(
    here: Workspace,
    paths: Sequence[str],
    folder: Path,
    namespace: str | None = None,
    exclude: Sequence[str] = (),
    flows: Callable[[Inputs], Sequence[SeenFlow]] | None = None,
) -> Beginning:
    """Make a project of manifests: policies are imported, and what workloads show is suggested beside them.

    A project that has begun keeps its file, and gets sources where it looks for them.

    Args:
        here: what is read, its paths relative to its folder.
        paths: manifests, charts, kustomizations, and folders of them.
        folder: the absolute path of the project's folder, which need not be there.
        namespace: the namespace of objects that name none.
        exclude: the patterns, relative to the project's folder, of what `here` leaves out.
        flows: what makes, of the manifests that were read, the flows that records have between their workloads.

    Raises:
        InputError: a manifest or the project file has an error, or there is nothing that a program could be made of.
    """
    project = _begun(here, folder)
    # What was built of sources is none of the manifests that sources are made of.
    output = output_folder(folder, here.files) if project is None or project.output is None else project.output
    reading = msgspec.structs.replace(here, exclusion=here.leaves_out.also(folder, f"./{output}"))
    found = manifests_with(reading, paths, namespace, EITHER, apart=True, wide=True)
    sign = shown_platform(found.manifests) if project is None else None
    platform = sign.platform if sign is not None else here.platform_name if project is None else project.platform
    programs = programs_of(found.manifests, platform, () if flows is None else flows(found.inputs))
    if errors_in(programs.diagnostics):
        raise InputError((*found.diagnostics, *programs.diagnostics))
    if not programs.files:
        raise InputError((*found.diagnostics, lack_of(EITHER, "all workloads are in namespaces of Kubernetes itself")))
    named = named_manifests(here, folder, paths, found.inputs)
    sources = sources_folder(folder, project, here.files)
    places = {name: name if sources == "." else f"{sources}/{name}" for name in programs.files}
    files = {places[name]: text for name, text in programs.files.items()}
    contexts = contexts_of(found.inputs.texts)
    cluster = (set_name_for(folder), contexts) if contexts else None
    files |= _settings(project, sources, output, named, programs, namespace, exclude, sign, cluster)
    replaced = sources_of_policies(found.manifests)
    of_policies = [each for each in found.diagnostics if each.location is not None and each.location.source in replaced]
    return Beginning(
        files,
        contents_of(found.manifests),
        frozenset(places[name] for name in programs.imported),
        frozenset(places[name] for name in programs.suggested),
        named.replaced,
        (*of_policies, *programs.diagnostics),
        tuple(_findings(here, folder, files, _without_policies(found.inputs, of_policies))),
        (
            *programs.remarks,
            *_left_to_do(project, named, namespace),
            *(
                []
                if sign is None
                else [f'{FILE_NAME} says `platform = "{sign.platform}"`: {sign.evidence} is a sign of it']
            ),
            *([UNPLACED] if UNNAMED in programs.files else []),
        ),
    )


def _begun(here: Workspace, folder: Path) -> Project | None:
    """Return the project of a folder, unless its file is as netpolc wrote it where there was no program yet."""
    file = folder / FILE_NAME
    if not here.files.is_named(file):
        return None
    project = msgspec.structs.replace(here, cwd=folder).with_project().project
    untouched = project is not None and here.files.read(file, FILE_NAME) == untouched_file(project).encode()
    return None if untouched else project


def untouched_file(project: Project) -> str:
    """Return what the file of a project was that began without a program, and named the same manifests."""
    return example_text(PATTERN, OUTPUTS[0], project.manifests)


def _settings(
    project: Project | None,
    sources: str,
    output: str,
    named: NamedManifests,
    programs: Programs,
    namespace: str | None,
    exclude: Sequence[str],
    sign: PlatformSign | None,
    cluster: tuple[str, Sequence[str]] | None,
) -> dict[str, str]:
    """Return the project file, unless there is one, and the Makefile fragment."""
    if project is not None:
        return {FRAGMENT_NAME: fragment(sources, output)}
    text = project_text(
        f"{sources}/**/*{SUFFIX}",
        output,
        programs.labels,
        manifests=named.paths,
        exclude=[*exclude, *named.exclude],
        namespace=namespace,
        platform=None if sign is None else (sign.platform, f"{sign.evidence} is a sign of it"),
        cluster=cluster,
        remarks=named.remarks,
    )
    return {FILE_NAME: text, FRAGMENT_NAME: fragment(sources, output)}


def _left_to_do(project: Project | None, named: NamedManifests, namespace: str | None) -> Iterator[str]:
    """Yield what a project file does not say, though it could, and what it cannot."""
    yield from named.remarks
    if project is not None and named.paths and not project.manifests:
        listed = ", ".join(f'"{path}"' for path in named.paths)
        yield f"{FILE_NAME} names no manifests to hold the program to; add `manifests = [{listed}]`"
    if project is not None and namespace is not None and project.namespace != namespace:
        yield f'{FILE_NAME} says of no object that it is in `{namespace}`; add `namespace = "{namespace}"`'


def _without_policies(inputs: Inputs, said: Sequence[Diagnostic]) -> Inputs:
    """Return inputs without the policies that are sources from now on, and without what is said of them."""
    replace = msgspec.structs.replace
    return replace(
        inputs,
        manifests=replace(inputs.manifests, policies=(), tier_policies=()),
        others=tuple(replace(each, policies=(), tier_policies=()) for each in inputs.others),
        diagnostics=tuple(each for each in inputs.diagnostics if each not in said),
    )


def _findings(here: Workspace, folder: Path, files: dict[str, str], inputs: Inputs) -> Iterable[Diagnostic]:
    """Check a project before it is written, beside the manifests as they were read; files that are there stay."""
    there = [name for name in files if name != FILE_NAME and here.files.is_named(folder / name)]
    new = {name: text for name, text in files.items() if name not in there}
    begun = msgspec.structs.replace(here, cwd=folder, exclusion=None).edited(new).with_project()
    sources = sources_of((), folder, begun.project, begun.files)
    loaded = load_files(sources.files, folder, files=begun.files, platform=begun.platform_name)
    runs = begun.options_of_check(begun.environments(None), None, None)
    return check_inputs(
        msgspec.structs.replace(inputs, loaded=loaded), runs, fits=inputs.manifests != Manifests()
    ).diagnostics
