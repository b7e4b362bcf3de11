"""The sources that manifests make: policies imported, and what workloads show suggested, below these in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.facts import DEFAULT_KEY
from netpolc.adopt.importer.importing import UNNAMED, Imported, import_manifests, stated_labels
from netpolc.adopt.importer.naming import FileNames
from netpolc.adopt.importer.terms import Terms
from netpolc.adopt.importer.writing import printed
from netpolc.adopt.starting.beside import MARK, beside
from netpolc.adopt.starting.strict_names import with_strict_names
from netpolc.adopt.starting.written import WrittenFile, edited
from netpolc.adopt.suggest.suggesting import Suggested, suggest
from netpolc.compiler.loading import USUAL
from netpolc.compiler.memory import Memory
from netpolc.language.formatting import format_source
from netpolc.language.syntax import tree
from netpolc.project.filenames import file_name
from netpolc.source import SUFFIX, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.adopt.importer.model import StatedLabels
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.flows.record import SeenFlow
    from netpolc.manifests.model import Manifests, Workload


class Programs(msgspec.Struct, frozen=True):
    """The text of each file by its name; none where there is an error.

    `imported` and `suggested` are the files with lines that came from policies, and from workloads. `remarks` are lines
    about what was left out, and `labels` those of all policies.
    """

    files: dict[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()
    imported: frozenset[str] = frozenset()
    suggested: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    labels: dict[str, str] = {}


def programs_of(manifests: Manifests, platform: str = USUAL, flows: Sequence[SeenFlow] = ()) -> Programs:
    """Return a file for each namespace with policies or workloads; the manifests have to be read widely.

    Flows show connections as well, and workloads where manifests have none. The files are for a `platform`, on which
    not all names of the library mean what they mean on most.
    """
    has_policies = bool(manifests.policies or manifests.tier_policies)
    policies = import_manifests(manifests, apart=True, platform=platform) if has_policies else Imported({})
    workloads = suggest(msgspec.structs.replace(manifests, policies=()), apart=True, flows=flows)
    workloads = workloads if manifests.workloads or flows else Suggested({})
    said = (*policies.diagnostics, *workloads.diagnostics)
    lacks = (has_policies and not policies.files) or (workloads.diagnostics and not workloads.files)
    if lacks:
        return Programs({}, said)
    memory = Memory()
    own: dict[str, list[Workload]] = {}
    for each in manifests.workloads:
        own.setdefault(_file_of(each.namespace), []).append(each)
    files = with_strict_names(_together(policies.files, workloads.files, manifests, memory), memory, own)
    return Programs(
        files,
        said,
        frozenset(policies.files),
        frozenset(name for name in workloads.files if name not in policies.files or MARK in files[name]),
        (*policies.left_out, *workloads.left_out),
        policies.labels,
    )


def _together(
    imported: dict[str, str], suggested: dict[str, str], manifests: Manifests, memory: Memory
) -> dict[str, str]:
    """Return all files by name; where both have one, what is suggested stands below what is imported."""
    files = {**suggested, **imported}
    for name in imported.keys() & suggested.keys():
        own = [each for each in manifests.workloads if _file_of(each.namespace) == name]
        files[name] = beside(name, imported[name], suggested[name], own, memory)
    for name, labels in stated_labels(manifests).items() if imported else ():
        file = _file_of(name)
        if labels and file in suggested.keys() - imported.keys():
            files[file] = _stating(file, files[file], labels)
    return dict(sorted(files.items()))


def _stating(name: str, text: str, labels: StatedLabels) -> str:
    """Return a file whose section states the labels of its namespace that imported lines ask for."""
    selector = Terms(FileNames(DEFAULT_KEY)).stated(labels)
    edits = [
        (each.span, "\n".join(printed(msgspec.structs.replace(each, labels=selector))))
        for each in WrittenFile(text).statements
        if isinstance(each, tree.Namespace) and each.labels is None
    ]
    return format_source(Source(name, edited(text, edits))).text


def _file_of(namespace: str | None) -> str:
    return UNNAMED if namespace is None else file_name(namespace, suffix=SUFFIX)
