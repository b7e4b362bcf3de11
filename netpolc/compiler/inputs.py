"""The inputs of a run: netpol sources and manifests, in files, in folders and on standard input."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.compiler.earlier_builds import is_below, outputs_beside, real
from netpolc.compiler.finding import find_inputs
from netpolc.compiler.nothing_to_read import LIKE_DATA, is_blank, nothing_in, says_anything, unusable
from netpolc.compiler.shapes import holds_data
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.manifests.model import Manifests
from netpolc.project.discovery import (
    CHART,
    MANIFEST_SUFFIXES,
    RenderedFolder,
    SourceFile,
)
from netpolc.project.reading import read_stdin
from netpolc.source import CLUSTER, STREAM, SUFFIX, Source, in_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.workspace import Workspace
    from netpolc.project.environments import Environments
    from netpolc.project.kustomizations import Kustomizations

NOTHING_THERE = frozenset({"NP807", "NP817"})
NO_TEXT = "NP105"
LARGEST_MANIFEST = 32 * 1024 * 1024
"""The bytes that a file of manifests may have: `kubectl get` of a large cluster."""


class Inputs(msgspec.Struct, frozen=True):
    """The sources that were read, None where there are none, the manifests, and what was wrong on the way to both.

    What is wrong in the sources themselves is left to their compilation. `texts` are those of the manifests, `paths`
    where they were read from, unless they were piped or rendered. Where errors end no run, `diagnostics` have them as
    warnings, which `passed_over` has, too, beside one of what was left out. `others` are the manifests of environments
    that `manifests` is not about, where each is to be checked, and `variants` is what tells environments apart. Inputs
    `are_whole` unless more is deployed from their folders than could be read.
    """

    loaded: Loaded | None
    manifests: Manifests
    diagnostics: tuple[Diagnostic, ...]
    texts: tuple[Source, ...] = ()
    paths: dict[Source, Path] = {}
    passed_over: tuple[Diagnostic, ...] = ()
    others: tuple[Manifests, ...] = ()
    variants: Environments | None = None
    are_whole: bool = True

    @property
    def are_nothing(self) -> bool:
        """Whether there was nothing to read, and nothing else is wrong."""
        errors = {found.code for found in self.diagnostics if found.severity == "error"}
        return not self.have_anything and bool(errors) and errors <= NOTHING_THERE

    @property
    def have_anything(self) -> bool:
        """Whether any source says anything, or any manifest has an object in it."""
        loaded = self.loaded
        says = loaded is not None and (bool(loaded.diagnostics) or any(map(says_anything, loaded.files)))
        return says or self.manifests != Manifests()

    @property
    def was_read(self) -> bool:
        """Whether any text was read, though there may be nothing in it."""
        return self.loaded is not None or bool(self.texts)

    def with_fault_of_nothing(self, named: Sequence[str]) -> Inputs:
        """Return inputs with NP817 where what was named has nothing in it: who asks of that would hear all is well."""
        if not named or self.have_anything or any(found.severity != "note" for found in self.diagnostics):
            return self
        return msgspec.structs.replace(
            self, diagnostics=(*self.diagnostics, nothing_in(named, has_manifests=bool(self.texts)))
        )

    def files(self) -> dict[Source, Path]:
        """Return the texts that were named, or found, and that stand in files as they are."""
        loaded = self.loaded
        own = [] if loaded is None else [file.outline.source for file in loaded.files if file.is_source]
        sources = {} if loaded is None else {each: loaded.paths[each] for each in own if each in loaded.paths}
        return {**sources, **self.paths}


NO_INPUTS = Inputs(None, Manifests(), ())
"""What a folder holds in which there are neither sources nor manifests."""


def read_inputs(
    paths: Sequence[str],
    workspace: Workspace,
    *,
    beside: Sequence[str] | None = None,
    careful: bool = False,
    wide: bool = False,
    keep_going: bool = False,
) -> Inputs:
    """Read what paths stand for, `-` being standard input; without any, the sources and manifests of the project.

    Manifests `beside` are read in place of the project's. A `careful` run has everything read and checked that
    a manifest says, a `wide` one has it read. To `keep_going`, errors are warnings as long as anything could be read,
    but for those of sources: a program is one whole.
    """
    named = [*paths, *(beside or ())]
    of_files = [path for path in paths if in_files(path)]
    search = find_inputs(of_files, workspace, alone=len(of_files) == len(paths), beside=beside)
    reading = _InputReader(workspace)
    problems = search.problems
    if search.unapplied:
        from netpolc.compiler.found import kustomizations_of, not_applied, only_parts, without_parts  # many find none

        reading.kustomizations = kustomizations_of(search)
        reading.diagnostics += (*not_applied(search), *without_parts(search, reading.kustomizations))
        if not search.files and not search.rendered and all(map(in_files, named)):
            problems = only_parts(named, search)
    reading.diagnostics += problems
    for file in reading.without_output(tuple(search.files.values()), named):
        reading.file(file)
    if search.rendered or workspace.charts.idle_option is not None:
        reading.folders(tuple(search.rendered.values()))
    for path in dict.fromkeys(each for each in named if each.startswith(CLUSTER)):
        reading.cluster(path, evidence=wide and not careful)
    if STREAM in named:
        reading.text(read_stdin(workspace.stdin, limit=LARGEST_MANIFEST))
    inputs = reading.inputs(checked=careful, wide=careful or wide).with_fault_of_nothing(named)
    if beside and inputs.have_anything and not (inputs.manifests.has_objects or errors_in(inputs.diagnostics)):
        lack = nothing_in(beside, has_manifests=bool(inputs.texts), severity="warning", kind="pods")
        inputs = msgspec.structs.replace(inputs, diagnostics=(*inputs.diagnostics, lack))
    return _going_on(inputs) if keep_going else inputs


class _InputReader:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.sources: list[SourceFile] = []
        self.given: Loaded | None = None
        self.manifests: list[Source] = []
        self.paths: dict[Source, Path] = {}
        self.unnamed: set[Source] = set()
        self.piped: Source | None = None
        self.outputs: list[Path] = []
        self.with_output: set[Source] = set()
        self.rendered: dict[Source, Path] = {}
        self.kustomizations: Kustomizations | None = None
        self.diagnostics: list[Diagnostic] = []

    def without_output(self, files: Sequence[SourceFile], paths: Sequence[str]) -> Sequence[SourceFile]:
        """Return the files but for those that a project builds from sources among them, unless they are named."""
        places = {folder: real(folder) for folder in {file.path.parent for file in files}}
        own = [places[file.path.parent] for file in files if file.path.suffix == SUFFIX]
        self.outputs = outputs = outputs_beside(own, self.workspace, named=any(map(in_files, paths)))
        named = [path for each in paths if is_below(path := real(self.workspace.cwd / each), outputs)]
        kept = [
            file
            for file in files
            if file.path.suffix not in MANIFEST_SUFFIXES
            or not is_below(path := places[file.path.parent] / file.path.name, outputs)
            or is_below(path, named)
        ]
        if len(kept) < len(files):
            count = len(files) - len(kept)
            self.leave_out(f"{count} file{'s' * (count != 1)} of the project's output {_are(count)} left out")
        return kept

    def leave_out(self, message: str) -> None:
        """Say what is left out, since it is built from sources that are read, too."""
        advice = "their sources are read instead; to read the output, name its folder"
        self.diagnostics.append(Diagnostic(code="NP809", severity="note", message=message, help=advice))

    def file(self, file: SourceFile) -> None:
        """Take a file for what its name says that it is, else for what it holds."""
        if file.path.suffix == SUFFIX:
            self.sources.append(file)
            return
        found = self.workspace.files.source(self.workspace.cwd / file.path, file.name, limit=LARGEST_MANIFEST)
        if isinstance(found, Diagnostic):
            is_other = found.code == NO_TEXT and not file.named
            self.diagnostics.append(msgspec.structs.replace(found, severity="warning") if is_other else found)
        elif file.named and not is_blank(found) and (fault := _not_objects(found)) is not None:
            self.diagnostics.append(fault)
        elif file.path.suffix in MANIFEST_SUFFIXES or holds_data(found.text):
            text = self.manifest(found)
            self.paths[text] = self.workspace.cwd / file.path
            if not file.named:
                self.unnamed.add(text)
        else:
            self.sources.append(file)

    def folders(self, folders: Sequence[RenderedFolder]) -> None:
        """Take folders for the manifests that they make."""
        from netpolc.compiler.rendered import rendered  # few runs render

        texts, said = rendered(folders, self.workspace, limit=LARGEST_MANIFEST)
        self.diagnostics += said
        for folder, found in texts:
            text = self.manifest(found)
            self.rendered[text] = self.workspace.cwd / folder.path
            if not folder.named:
                self.unnamed.add(text)
            # What a chart holds is below it; a kustomization may list what is anywhere.
            below = [real(folder.path)]
            holds_output = folder.marker == CHART and any(is_below(each, below) for each in self.outputs)
            if holds_output or (folder.marker != CHART and self.outputs):
                self.with_output.add(text)

    def text(self, found: Source | Diagnostic) -> None:
        """Take a text that is in no file for what it holds."""
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
        elif (fault := _not_objects(found)) is not None:
            self.diagnostics.append(fault)
        elif holds_data(found.text):
            self.piped = self.manifest(found)
        else:
            from netpolc.compiler.loading import load_text  # manifests alone need no sources

            workspace = self.workspace
            self.given = load_text(
                found,
                workspace.cwd,
                workspace.cache,
                files=workspace.files,
                memory=workspace.memory,
                platform=workspace.platform_name,
            )

    def cluster(self, path: str, *, evidence: bool) -> None:
        """Take what a cluster has for manifests; of one that has nothing, that is known."""
        from netpolc.compiler.in_clusters import texts_of  # few runs ask one

        found = texts_of(path, self.workspace, evidence=evidence)
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
            return
        for text in found:
            self.manifest(text)

    def manifest(self, found: Source) -> Source:
        """Take a text for manifests, and return the source that stands for it."""
        memory = self.workspace.memory
        source = found if memory is None else memory.source(found)
        self.manifests.append(source)
        return source

    def inputs(self, *, checked: bool, wide: bool) -> Inputs:
        """Parse everything, and return it."""
        loaded = self.given
        if self.sources:
            from netpolc.compiler.loading import together  # as above

            files = self.workspace.loaded(self.sources)
            loaded = files if loaded is None else together(files, loaded)
        if not self.manifests:
            return Inputs(loaded, Manifests(), (*self.diagnostics,))
        from netpolc.compiler.parts import parts_of  # many runs have none
        from netpolc.compiler.views import views_of  # as above
        from netpolc.manifests.assumptions import assumptions  # as above

        read = parts_of(self.manifests, self.unnamed, self.workspace, checked=checked, wide=wide)
        if checked:
            from netpolc.manifests.namespace_default import fits_unstated  # questions do not ask how YAML is written

            read = fits_unstated(read)
        parts = dict(zip(self.manifests, read, strict=True))
        if self.piped is not None and parts[self.piped] == Manifests() and (loaded is not None or len(parts) > 1):
            # Beside a program, manifests are of its workloads; beside others, nobody knows.
            kind = "networkpolicies" if loaded is None else "pods"
            self.diagnostics.append(nothing_in([STREAM], has_manifests=True, severity="warning", kind=kind))
        if self.unnamed:
            from netpolc.compiler.found import as_found, shows_less  # as above

            parts, said = as_found(parts, self.found, self.rendered, self.kustomizations)
            self.diagnostics += said
        variants = self.environments()
        built = {text: self.without_built(part, text) for text, part in parts.items()}
        views = views_of(built, variants, checked=checked)
        manifests, others = views.manifests, views.others
        self.diagnostics += (*views.diagnostics, *assumptions(manifests))
        found = (*self.diagnostics, *(each for one in others for each in one.diagnostics), *manifests.diagnostics)
        return Inputs(
            loaded,
            manifests,
            found,
            tuple(self.manifests),
            self.paths,
            others=others,
            variants=variants,
            are_whole=not (self.unnamed and shows_less(manifests, found, self.kustomizations)),
        )

    def environments(self) -> Environments | None:
        """Return what tells environments apart, where there are files or folders that may be of several."""
        if not self.unnamed and len(self.rendered) < 2:  # noqa: PLR2004 -- of one there is nothing to tell
            return None
        from netpolc.project.environments import Environments  # as above

        return Environments(self.found, self.rendered, self.kustomizations)

    @property
    def found(self) -> dict[Source, Path]:
        """The texts that nobody named, with their files, or the folders that make them."""
        return {text: path for text, path in {**self.paths, **self.rendered}.items() if text in self.unnamed}

    def without_built(self, part: Manifests, source: Source) -> Manifests:
        """Return a part, but what was rendered without the project's output, which its label tells from the rest."""
        if source not in self.with_output:
            return part
        from netpolc.policy.names import MANAGED_BY  # few projects render their output

        kept = tuple(policy for policy in part.policies if MANAGED_BY not in policy.labels)
        count = len(part.policies) - len(kept)
        if count:
            policies = f"{count} polic{'ies' if count != 1 else 'y'} of the project's output"
            self.leave_out(f"{policies} in `{source.name}` {_are(count)} left out")
        return msgspec.structs.replace(part, policies=kept)


def with_workloads(inputs: Inputs, given: Manifests | None) -> Inputs:
    """Return inputs with the workloads, namespaces and services of other manifests, which go before their own.

    Policies of these are of no side: on both, they would hide what becomes of them, and of what they deny.
    """
    if given is None:
        return inputs
    from netpolc.manifests.combining import combine  # few runs name workloads

    shared = msgspec.structs.replace(given, policies=(), tier_policies=(), diagnostics=())
    # What the inputs have of their own, too, may be said in other words there; the manifests that are given count.
    manifests = msgspec.structs.replace(combine([inputs.manifests, shared]), diagnostics=())
    return msgspec.structs.replace(inputs, manifests=manifests)


def _going_on(inputs: Inputs) -> Inputs:
    """Return inputs without errors, unless there is nothing beside these."""
    from netpolc.compiler.keeping_going import as_warnings, passed_over  # only who asks for it

    if inputs.loaded is None and not inputs.manifests.has_objects:
        return inputs
    of_files = inputs.diagnostics[: len(inputs.diagnostics) - len(inputs.manifests.diagnostics)]
    passed = passed_over(of_files, inputs.manifests)
    return msgspec.structs.replace(
        inputs, diagnostics=(*passed[:1], *as_warnings(inputs.diagnostics)), passed_over=passed
    )


def _not_objects(source: Source) -> Diagnostic | None:
    """Return what is wrong with a text that is neither manifests nor netpol, if it is one."""
    is_data = holds_data(source.text) and not source.text.lstrip().startswith(LIKE_DATA)
    return None if is_data else unusable(source)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
