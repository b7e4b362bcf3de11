"""The import on one screen: facts → flows → sections → names → text → proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.facts import facts_of, is_namespace
from netpolc.adopt.importer.folding import folded
from netpolc.adopt.importer.guardrails import guardrails_of, left_to_netpolc
from netpolc.adopt.importer.halves import flows_of
from netpolc.adopt.importer.keeping import has_more, not_kept, with_names
from netpolc.adopt.importer.leftovers import common_labels, left_out
from netpolc.adopt.importer.library import standard_library
from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.importer.naming import Bare, FileNames, names_of
from netpolc.adopt.importer.offers import offers
from netpolc.adopt.importer.proof import compilation_of, fault_of
from netpolc.adopt.importer.sections import sections_of
from netpolc.adopt.importer.topics import Topics
from netpolc.adopt.importer.writing import write
from netpolc.compiler.loading import USUAL
from netpolc.diagnostics.model import Diagnostic
from netpolc.ir.model import InNamespaces
from netpolc.language.formatting import format_source
from netpolc.policy.constants import NAME_LABEL
from netpolc.project.filenames import file_name
from netpolc.source import SUFFIX, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netpolc.adopt.importer.model import Facts, NamespaceSection, StatedLabels
    from netpolc.manifests.model import Manifests, Namespace, Workload
    from netpolc.policy.model import Policy
    from netpolc.sets.labels import LabelSelector

SINGLE = f"imported{SUFFIX}"
UNNAMED = f"no_namespace{SUFFIX}"
"""The file of policies without a namespace; no namespace can be called so, for its `_`."""


CLUSTER = f"_cluster{SUFFIX}"
"""The file of what holds for the whole cluster."""


class Imported(msgspec.Struct, frozen=True):
    """The text of each file by its name; none if there is an error.

    `left_out` are lines about what source cannot express, and `offers` about what it may say instead. `labels` are
    those of all policies, which a project file can say.
    """

    files: dict[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()
    left_out: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    labels: dict[str, str] = {}


def import_manifests(manifests: Manifests, *, apart: bool, keep_names: bool = False, platform: str = USUAL) -> Imported:
    """Return source that builds policies which allow exactly what these do, proved by compiling it.

    All of it is one text, or if `apart` one for each namespace. The way a person would write it is tried first; if the
    proof fails, each rule is translated by itself. With `keep_names`, policies keep their names and labels. Of the
    library it has the names that mean on the `platform` what they mean on most.
    """
    guardrails, beyond = guardrails_of(manifests.tier_policies)
    unsayable = (*_unsayable(manifests.policies), *beyond)
    if unsayable:
        return Imported({}, unsayable)
    fault = None
    for pretty in (True, False):
        files = written(manifests, apart=apart, pretty=pretty, keep_names=keep_names, platform=platform)
        files = _with_guardrails(files, guardrails, apart=apart)
        fault = fault_of(files, manifests.policies, manifests.tier_policies)
        if fault is None:
            policies = manifests.policies
            return Imported(
                files,
                left_out=(
                    *left_out(policies, names_kept=keep_names),
                    *(not_kept(policies) if keep_names else ()),
                    *left_to_netpolc(manifests.tier_policies),
                ),
                offers=tuple(offers(facts_of(policies, apart=False), manifests.workloads)),
                labels=common_labels(policies),
            )
    return Imported({}, (_bug(str(fault)),))


def _with_guardrails(files: dict[str, str], lines: Sequence[str], *, apart: bool) -> dict[str, str]:
    """Return files with the lines for the whole cluster: above all sections, or if `apart` in a file of their own."""
    if not lines:
        return files
    name = CLUSTER if apart else SINGLE
    text = "\n".join((*lines, "", files.get(name, "")))
    return {**files, name: format_source(Source(name, text)).text}


def written(
    manifests: Manifests, *, apart: bool, pretty: bool, keep_names: bool = False, platform: str = USUAL
) -> dict[str, str]:
    """Return the text of each file, as a person would write it or with each rule by itself; not proved yet."""
    facts = facts_of(manifests.policies, apart=pretty, whole_subjects=keep_names)
    sections = _sections(facts, manifests, whole=pretty, labelled=pretty)
    if keep_names:
        sections = _named(sections, facts, manifests, apart=apart, pretty=pretty)
    return _texts(sections, facts, manifests, apart=apart, pretty=pretty, platform=platform)


def stated_labels(manifests: Manifests) -> dict[str, StatedLabels]:
    """Return what sections of namespaces have to state, by what policies ask for, of those that manifests show."""
    return _labels(facts_of(manifests.policies, apart=True), manifests.namespaces)


def _sections(facts: Facts, manifests: Manifests, *, whole: bool, labelled: bool) -> tuple[NamespaceSection, ...]:
    stated = _labels(facts, manifests.namespaces) if labelled else {}
    return sections_of(facts, flows_of(facts, whole=whole), stated)


def _named(
    sections: tuple[NamespaceSection, ...], facts: Facts, manifests: Manifests, *, apart: bool, pretty: bool
) -> tuple[NamespaceSection, ...]:
    """Return sections that name their policies, of halves where whole flows would make more than there are."""
    built = compilation_of(_texts(sections, facts, manifests, apart=apart, pretty=pretty)).policies
    if pretty and has_more(built, manifests.policies):
        sections = _sections(facts, manifests, whole=False, labelled=True)
        built = compilation_of(_texts(sections, facts, manifests, apart=apart, pretty=pretty)).policies
    return with_names(sections, manifests.policies, built, common_labels(manifests.policies))


def _texts(
    sections: Sequence[NamespaceSection],
    facts: Facts,
    manifests: Manifests,
    *,
    apart: bool,
    pretty: bool,
    platform: str = USUAL,
) -> dict[str, str]:
    """Return the text of each file with its sections."""
    if pretty and not apart:
        sections = folded(sections)
    files = {_file(section): [section] for section in sections} if apart else {SINGLE: sections}
    names = _NameSource(sections, facts, manifests.workloads, platform) if pretty else None
    bare = FileNames(facts.key)
    texts = {name: write(held, names.of(held) if names else bare) for name, held in files.items() if held}
    return {name: format_source(Source(name, text)).text for name, text in texts.items()}


class _NameSource:
    """The inputs that the names of all files come from."""

    def __init__(
        self, sections: Sequence[NamespaceSection], facts: Facts, workloads: Sequence[Workload], platform: str
    ) -> None:
        self.key = facts.key
        self.workloads = workloads
        self.library = standard_library(platform)
        self.bare = Bare(sections, self.key)
        self.topics = Topics(facts)

    def of(self, sections: Sequence[NamespaceSection]) -> FileNames:
        return names_of(sections, self.key, self.workloads, self.library, self.bare, self.topics)


def _file(section: NamespaceSection) -> str:
    return UNNAMED if section.namespace is None else file_name(section.namespace, suffix=SUFFIX)


def _labels(facts: Facts, namespaces: Sequence[Namespace]) -> dict[str, StatedLabels]:
    """Return the labels of each namespace, of those keys that selectors ask for, and which it has to state to lack."""
    selectors = {
        allowed.peer.namespaces.selector
        for allowed in facts.allowed_peers
        if isinstance(allowed.peer, PodsEnd) and isinstance(allowed.peer.namespaces, InNamespaces)
    }
    asked = frozenset[str]().union(*(selector.keys for selector in selectors)) - {NAME_LABEL}
    stated: dict[str, StatedLabels] = {}
    for namespace in namespaces:
        carried = sorted((key, value) for key, value in namespace.labels.items() if key in asked)
        lacked = frozenset[str]().union(*(_decisive(selector, namespace.labels) for selector in selectors))
        stated[namespace.name] = (*carried, *((key, None) for key in sorted(lacked)))
    return stated


def _decisive(selector: LabelSelector, labels: Mapping[str, str]) -> frozenset[str]:
    """Return the keys without which the labels of a namespace do not tell whether a selector matches."""
    known = {NAME_LABEL, *labels}
    if not all(each.matches(labels) for each in selector.requirements if each.key in known):
        return frozenset()
    lacked = [each for each in selector.requirements if each.key not in known]
    unmet = [each for each in lacked if not each.matches(labels)]
    return frozenset(each.key for each in unmet[:1] or lacked)


def _unsayable(policies: Sequence[Policy]) -> Iterator[Diagnostic]:
    """Yield an error for each namespace whose name is a number, which the language cannot write."""
    reported: set[str] = set()
    for policy in policies:
        name = policy.namespace
        if name is not None and not is_namespace(name) and name not in reported:
            reported.add(name)
            yield Diagnostic(
                code="NP402",
                severity="error",
                message=f"netpol cannot open the namespace `{name}`, whose name is a number",
                location=policy.location,
                help="leave its policies as they are, and import the others",
            )


def _bug(fault: str) -> Diagnostic:
    return Diagnostic(
        code="NP903",
        severity="error",
        message=f"the import would change what is allowed: {fault}",
        help="this is a bug; please report it",
    )
