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
from netpolc.adopt.suggest.model import places_in
from netpolc.adopt.suggest.pods import People, names_of
from netpolc.adopt.suggest.sections import owned_namespaces, sections_of
from netpolc.adopt.suggest.seen.finding import traffic_of
from netpolc.adopt.suggest.seen.parties import Parties, with_seen
from netpolc.adopt.suggest.seen.verifying import denied_of
from netpolc.adopt.suggest.traffic import day_of
from netpolc.adopt.suggest.writing import Setup, write
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.visible import in_one_line
from netpolc.language.formatting import format_source
from netpolc.project.filenames import file_name
from netpolc.source import SUFFIX, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netpolc.adopt.suggest.finding import Findings
    from netpolc.adopt.suggest.model import ProposedSection
    from netpolc.adopt.suggest.seen.finding import FlowFindings
    from netpolc.flows.record import SeenFlow
    from netpolc.manifests.model import Manifests

SINGLE = f"suggested{SUFFIX}"


class Suggested(msgspec.Struct, frozen=True):
    """The text of each file by its name, and lines about what was left out; no text where there is an error."""

    files: dict[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()
    left_out: tuple[str, ...] = ()


def suggest(manifests: Manifests, *, apart: bool, flows: Sequence[SeenFlow] = ()) -> Suggested:
    """Propose a first program for the workloads of manifests, in one text or, if `apart`, one for each namespace.

    The manifests have to be read widely. Flows show connections as well; without workloads of manifests, they show
    these, too. What they show as forwarded is proved to be allowed.
    """
    parties = Parties(manifests.workloads, flows)
    owned = owned_namespaces(manifests.workloads or with_seen((), parties))
    whole = msgspec.structs.replace(manifests, workloads=with_seen(manifests.workloads, parties))
    people = People(whole.workloads)
    directory = Directory(whole, people)
    seen = traffic_of(flows, parties, people, owned)
    found = found_in(whole, directory, seen)
    sections = sections_of(found, owned)
    names = names_of(people, manifests.services, _pods_of(sections))
    held = {_file(section): [section] for section in sections} if apart else {SINGLE: sections}
    setup = Setup(people.key, names, len(sections) == 1, _base_of(sections), dns_of(whole), _window_of(flows))
    files = {name: _formatted(name, write(part, setup)) for name, part in held.items() if part}
    fault = _fault_of(files, seen, found, manifests)
    if fault is not None:
        return Suggested({}, (_bug(fault),))
    return Suggested(files, (), (*_left_out(whole, found, owned), *seen.left_out))


def _window_of(flows: Sequence[SeenFlow]) -> str:
    """Return the time that records cover, in words; empty without any."""
    if not flows:
        return ""
    first = [each.first for each in flows if each.first is not None]
    last = [each.last for each in flows if each.last is not None]
    when = f" from {day_of(min(first))} to {day_of(max(last))}" if first and last else ""
    return f"Seen is what records show{when}. Pods are meant by their labels, those to come as well."


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
    files = {evidence.file for each in said for evidence in places_in(each.evidence)} - {""}
    folders = [f"{folder}{slash}" for folder, slash, _ in (file.rpartition("/") for file in files)]
    folder, slash, _ = commonprefix(folders).rpartition("/")
    return folder + slash


def _file(section: ProposedSection) -> str:
    return UNNAMED if section.namespace is None else file_name(section.namespace, suffix=SUFFIX)


def _formatted(name: str, text: str) -> str:
    return format_source(Source(name, text)).text


def _fault_of(files: Mapping[str, str], seen: FlowFindings, found: Findings, manifests: Manifests) -> str | None:
    """Return why a proposal does not compile, or what was seen that it denies; None where it is sound."""
    compilation = compile_program(in_one_folder(files), CompileOptions())
    error = next((found for found in compilation.diagnostics if found.severity == "error"), None)
    if error is not None:
        return f"does not compile: {error.location!r}: {error.message}"
    namespaces = {each.name: each.labels for each in manifests.namespaces}
    denied = denied_of(seen, found.connections, compilation.policies, namespaces)
    return None if denied is None else f"denies what was seen: {denied}"


def _left_out(manifests: Manifests, found: Findings, owned: Collection[str | None]) -> Iterator[str]:
    if not found.complete:
        yield f"only the first {MOST} pieces of evidence were looked at"
    count = len(manifests.policies)
    if count:
        yield f"{count} NetworkPolic{'y' if count == 1 else 'ies'} passed over: `netpolc import` makes source of them"
    names: Sequence[str | None] = [workload.namespace for workload in manifests.workloads]
    for name in sorted(filter(None, set(names) - set(owned))):
        yield in_one_line(f"the namespace `{name}` is left open")


def _bug(fault: str) -> Diagnostic:
    return Diagnostic(
        code="NP903",
        severity="error",
        message=f"the suggestion {fault}",
        help="this is a bug; please report it",
    )
