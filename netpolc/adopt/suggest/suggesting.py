"""The proposal on one screen: evidence → connections → sections → names → text, which has to compile."""

from __future__ import annotations

from os.path import commonprefix
from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.importing import UNNAMED
from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.importer.proof import in_one_folder
from netpolc.adopt.suggest.dns import dns_of
from netpolc.adopt.suggest.finding import MOST, found_in
from netpolc.adopt.suggest.lookup import Directory
from netpolc.adopt.suggest.pods import People, names_of
from netpolc.adopt.suggest.sections import owned_namespaces, sections_of
from netpolc.adopt.suggest.writing import Setup, write
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.diagnostics.model import Diagnostic
from netpolc.language.formatting import format_source
from netpolc.project.filenames import file_name
from netpolc.source import SUFFIX, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.adopt.suggest.finding import Findings
    from netpolc.adopt.suggest.model import ProposedSection
    from netpolc.manifests.model import Manifests

SINGLE = f"suggested{SUFFIX}"


class Suggested(msgspec.Struct, frozen=True):
    """The text of each file by its name, and lines about what was left out; no text where there is an error."""

    files: dict[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()
    left_out: tuple[str, ...] = ()


def suggest(manifests: Manifests, *, apart: bool) -> Suggested:
    """Propose a first program for the workloads of manifests, in one text or, if `apart`, one for each namespace.

    The manifests have to be read widely.
    """
    people = People(manifests.workloads)
    directory = Directory(manifests, people)
    found = found_in(manifests, directory)
    sections = sections_of(found, manifests)
    names = names_of(people, manifests.services, _pods_of(sections))
    held = {_file(section): [section] for section in sections} if apart else {SINGLE: sections}
    setup = Setup(people.key, names, len(sections) == 1, _base_of(sections), dns_of(manifests))
    files = {name: _formatted(name, write(part, setup)) for name, part in held.items() if part}
    fault = _fault_of(files)
    if fault is not None:
        return Suggested({}, (_bug(fault),))
    return Suggested(files, (), tuple(_left_out(manifests, found)))


def _pods_of(sections: Sequence[ProposedSection]) -> Iterator[PodsEnd]:
    for section in sections:
        for line in section.lines:
            yield from (end for end in (*line.callers, *line.destinations) if isinstance(end, PodsEnd))
        for question in section.questions:
            if question.ports is not None:
                ends = (*question.callers, question.destination)
                yield from (end for end in ends if isinstance(end, PodsEnd))


def _base_of(sections: Iterable[ProposedSection]) -> str:
    """Return the folder that all files are in which show something, with a slash behind it; empty if there is none."""
    said = [each for section in sections for part in (section.lines, section.questions) for each in part]
    files = {evidence.file for each in said for evidence in each.evidence} - {""}
    folders = [f"{folder}{slash}" for folder, slash, _ in (file.rpartition("/") for file in files)]
    folder, slash, _ = commonprefix(folders).rpartition("/")
    return folder + slash


def _file(section: ProposedSection) -> str:
    return UNNAMED if section.namespace is None else file_name(section.namespace, suffix=SUFFIX)


def _formatted(name: str, text: str) -> str:
    return format_source(Source(name, text)).text


def _fault_of(files: Mapping[str, str]) -> str | None:
    """Return why a proposal does not compile, or None where it does."""
    compilation = compile_program(in_one_folder(files), CompileOptions())
    error = next((found for found in compilation.diagnostics if found.severity == "error"), None)
    return None if error is None else f"{error.location!r}: {error.message}"


def _left_out(manifests: Manifests, found: Findings) -> Iterator[str]:
    if not found.complete:
        yield f"only the first {MOST} pieces of evidence were looked at"
    count = len(manifests.policies)
    if count:
        yield f"{count} NetworkPolic{'y' if count == 1 else 'ies'} passed over: `netpolc import` makes source of them"
    names: Sequence[str | None] = [workload.namespace for workload in manifests.workloads]
    for name in sorted(filter(None, set(names) - owned_namespaces(manifests))):
        yield f"the namespace `{name}` is left open"


def _bug(fault: str) -> Diagnostic:
    return Diagnostic(
        code="NP903",
        severity="error",
        message=f"the suggestion does not compile: {fault}",
        help="this is a bug; please report it",
    )
