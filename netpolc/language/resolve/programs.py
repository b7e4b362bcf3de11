"""The resolution of loaded files to a program."""

from __future__ import annotations

import datetime
import re
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label, errors_in
from netpolc.identity import IdentityCache
from netpolc.ir.model import (
    ANY_NAME,
    NO_ANNOTATIONS,
    Annotations,
    Assertion,
    Baseline,
    Destination,
    Direction,
    Flow,
    InNamespace,
    Origin,
    OwnedNamespace,
    Peer,
    Pods,
    Program,
    Stray,
    UndeclaredEnvironment,
)
from netpolc.language.resolve.declarations import check_declarations
from netpolc.language.resolve.endpoints import MOST_CONNECTIONS, EndpointContext, EndpointResolver, ResolvedMember
from netpolc.language.resolve.environments import check_environment, undeclared_environments
from netpolc.language.resolve.modules import LoadedFile, Module
from netpolc.language.resolve.names import NameLookup
from netpolc.language.resolve.policy_names import PolicyNameResolver
from netpolc.language.resolve.selectors import SelectorResolver
from netpolc.language.syntax import tree
from netpolc.policy.constants import DIRECTIONS, NAME_LABEL
from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netpolc.language.resolve.guardrails import GuardrailResolver
    from netpolc.language.resolve.outline import Placed, PlacedDeclaration

COMMENT = r'("(?:[^"\\\n]++|\\[^\n])*+")|#[^\n]*+'
SEPARATOR = r"(?<=[\w*\])}\"])\s*\n\s*(?=[\w*\[{\"!])"
"""A line's end between two members of a set."""


class Resolved(msgspec.Struct, frozen=True):
    """A program, and everything that was wrong or doubtful on the way to it."""

    program: Program
    diagnostics: tuple[Diagnostic, ...]


def resolve(
    files: Sequence[LoadedFile],
    environment: str | None,
    namespace: str | None,
    environments: frozenset[str] = frozenset(),
    flows: Mapping[str, Collection[int]] | None = None,
) -> Resolved:
    """Resolve all names under an environment.

    `namespace` names the unnamed one, where it is given; `environments` are known though no file may speak of them.
    Where `flows` are given, the program has no others: for files by key, their numbers among the file's statements.
    """
    modules = {file.key: Module(file, environment) for file in files}
    names = NameLookup(modules, environment)
    assembly = _Assembly(names, environment, namespace)
    for file in files:
        names.diagnostics += check_declarations(file.outline)
    names.diagnostics += check_environment(modules.values(), environment, environments)
    sources = [module for module in modules.values() if module.is_source]
    for module in sources:
        assembly.open_namespaces(module)
    for module in modules.values():
        assembly.add(module, None if flows is None else flows.get(module.key, ()))
    for module in sources:
        assembly.check_declarations(module)
    undeclared = tuple(undeclared_environments(sources, environments))
    return Resolved(assembly.program(sources, undeclared), tuple(names.diagnostics))


class _Assembly:
    """A program that is put together file by file; every problem goes to the names' report."""

    def __init__(self, names: NameLookup, environment: str | None, namespace: str | None) -> None:
        self.names = names
        self.selectors = SelectorResolver(names)
        self.endpoints = EndpointResolver(names, self.selectors)
        self.policy_names = PolicyNameResolver(names, self.selectors, self.endpoints)
        self.guardrails: GuardrailResolver | None = None
        self.environment = environment
        self.unnamed = InNamespace(namespace)
        self.contexts: dict[tuple[str, str | None], EndpointContext] = {}
        self.namespaces: dict[str | None, OwnedNamespace] = {}
        self.origins: IdentityCache[tree.Statement, Origin] = IdentityCache()
        self.baselines: list[Baseline] = []
        self.flows: list[Flow] = []
        self.assertions: list[Assertion] = []
        # Baselines outside of any section, which hold for all namespaces of their file.
        self.file_wide_baselines: list[tuple[Module, Placed]] = []
        self.with_baseline: set[str | None] = set()
        self.strays: list[Stray] = []
        # The places where files open namespaces in all environments, by their keys; and the files that speak of pods in
        # the unnamed one.
        self.opened_by: dict[str, list[Location]] = {}
        self.used_unnamed: set[str] = set()

    def open_namespaces(self, module: Module) -> None:
        """Take ownership of the namespaces that a source opens, with the labels that it states."""
        for opened in module.outline.namespaces:
            if not opened.placement.applies_in(self.environment):
                continue
            word = opened.name
            if self.selectors.namespace_is_valid(word, module):
                self._own(word.text, module.at(word.span))
                if opened.placement.environments is None:
                    self.opened_by.setdefault(module.key, []).append(module.at(word.span))
                if opened.labels is not None:
                    self._state(word.text, opened.labels, module)

    def add(self, module: Module, flows: Collection[int] | None) -> None:
        """Resolve the statements of a file; of one that is only imported, its assertions; of flows, these or all."""
        for number, placed in enumerate(module.outline.statements):
            if not placed.placement.applies_in(self.environment):
                continue
            match placed.statement:
                case tree.Flow() if module.is_source and (flows is None or number in flows):
                    self._flow(placed.statement, placed, module)
                case tree.Baseline() if module.is_source:
                    self._baseline(placed.statement, placed, module)
                case tree.Assertion():
                    self._assertion(placed.statement, placed, module)
                case tree.Guardrail() if module.is_source:
                    self._guardrail(placed.statement, placed, module)
                case tree.PolicyName() if module.is_source:
                    context, origin = self._context(placed, module), self._origin(placed, module)
                    self.policy_names.add(placed.statement, placed.annotations, context, origin)
                case _:
                    pass

    def check_declarations(self, module: Module) -> None:
        """Resolve what a source declares, used or not: a mistake in it should not wait for its first use."""
        for section, scope in module.scopes.items():
            namespaces = self.unnamed if section is None else InNamespace(section)
            for declared in scope.values():
                self.endpoints.declaration(declared, namespaces)

    def program(self, sources: list[Module], undeclared: tuple[UndeclaredEnvironment, ...]) -> Program:
        """Return the program of all that was added, file-wide baselines spread over the namespaces of their files."""
        self._own_unnamed(sources)
        for module, placed in self.file_wide_baselines:
            statement = placed.statement
            if isinstance(statement, tree.Baseline):
                for name in self._namespaces_of(module):
                    self._close(name, statement, placed, module, section=name)
        for name in self.namespaces:
            if name not in self.with_baseline:
                self.baselines.append(Baseline(name, ("ingress",), None, assumed=False, origin=None))
        return Program(
            tuple(self.namespaces.values()),
            tuple(self.baselines),
            tuple(self.flows),
            tuple(self.assertions),
            tuple(self._annotated(sources)),
            tuple(self.strays),
            tuple(self.policy_names.found),
            () if self.guardrails is None else tuple(self.guardrails.found),
            undeclared,
        )

    def _annotated(self, sources: list[Module]) -> Iterator[Origin]:
        """Yield the origins of the annotated declarations of the sources."""
        for module in sources:
            for placed in module.outline.declarations:
                if placed.annotations and placed.placement.applies_in(self.environment):
                    yield self._origin(placed, module)

    def _own(self, name: str | None, location: Location | None) -> None:
        if name not in self.namespaces:
            self.namespaces[name] = OwnedNamespace(name, {NAME_LABEL: name or ANY_NAME}, location)

    def _own_unnamed(self, sources: list[Module]) -> None:
        """Take ownership of the unnamed namespace where a source speaks of its pods, or only of baselines."""
        for module in sources:
            if not module.outline.namespaces and any(file is module for file, _ in self.file_wide_baselines):
                self.used_unnamed.add(module.key)
        if self.used_unnamed:
            self._own(self.unnamed.name, None)

    def _state(self, name: str, selector: tree.Selector, module: Module) -> None:
        owned = self.namespaces[name]
        stated = dict.fromkeys(owned.absent) | owned.labels
        for key, value in self.selectors.stated_labels(selector, module):
            if stated.setdefault(key, value) != value:
                first = owned.location
                self.names.error(
                    "NP201",
                    f"the label `{key}` of namespace `{name}` is stated {_stated(stated[key])} and {_stated(value)}",
                    module.at(selector.span),
                    "state it once",
                    () if first is None else (Label(first, "first opened here"),),
                )
        labels = {key: value for key, value in stated.items() if value is not None}
        self.namespaces[name] = OwnedNamespace(name, labels, owned.location, frozenset(stated.keys() - labels))

    def _namespaces_of(self, module: Module) -> list[str | None]:
        """Return the namespaces that a file-wide statement of a file holds for."""
        names = {
            opened.name.text: None
            for opened in module.outline.namespaces
            if opened.placement.applies_in(self.environment) and opened.name.text in self.namespaces
        }
        return list(names | {self.unnamed.name: None} if module.key in self.used_unnamed else names)

    def _context(self, placed: Placed, module: Module) -> EndpointContext:
        section = placed.placement.section
        known = self.contexts.get((module.key, section))
        if known is None:
            namespaces = self.unnamed if section is None else InNamespace(section)
            known = self.contexts[module.key, section] = EndpointContext(module, section, namespaces)
        return known

    def _origin(self, placed: Placed | PlacedDeclaration, module: Module) -> Origin:
        """Return where a statement was written: one object for all that becomes of it, in however many namespaces."""
        return self.origins.get(placed.statement) or self.origins.add(placed.statement, _origin(placed, module))

    def _flow(self, flow: tree.Flow, placed: Placed, module: Module) -> None:
        context = self._context(placed, module)
        sources = self.endpoints.sources(flow.source, context)
        members = self.endpoints.destinations(flow.destination, context)
        if placed.placement.section is None and self._note_stray(sources, members, placed, module):
            self.used_unnamed.add(module.key)
        if not sources or not members:
            return
        if len(sources) * len(members) > MOST_CONNECTIONS:
            self.names.error(
                "NP218",
                f"this flow stands for {len(sources) * len(members):,} connections",
                module.at(flow.span),
                "select the pods by a label that they share",
            )
            return
        halves = DIRECTIONS if flow.half is None else (flow.half,)
        origin = self._origin(placed, module)
        self.flows.append(Flow(sources, _destinations(members, module), halves, origin))
        if flow.both:
            # The way back leads to the sources, on the ports of the destination that it leaves.
            for destination in _destinations(members, module):
                back = tuple(Destination(peer, destination.ports, destination.location) for peer in sources)
                self.flows.append(Flow((destination.peer,), back, halves, origin))

    def _note_stray(
        self, sources: Iterable[Peer], members: Iterable[ResolvedMember], placed: Placed, module: Module
    ) -> bool:
        """Tell whether some of a statement's peers are pods of the unnamed namespace.

        It is kept as a stray where nobody names that one, its file opens others, and it speaks of none of these: a
        policy there would have to name the unnamed one, which is an error.
        """
        peers = chain(sources, (member.peer for member in members))
        places = [peer.namespaces for peer in peers if isinstance(peer, Pods)]
        if self.unnamed not in places:
            return False
        opened = self.opened_by.get(module.key)
        owned = (isinstance(place, InNamespace) and place.name in self.namespaces for place in places)
        if opened and self.unnamed.name is None and not any(owned):
            self.strays.append(Stray(self._origin(placed, module), tuple(opened)))
        return True

    def _baseline(self, baseline: tree.Baseline, placed: Placed, module: Module) -> None:
        section = placed.placement.section
        if section is None:
            self.file_wide_baselines.append((module, placed))
        elif section in self.namespaces:
            self._close(section, baseline, placed, module, section=section)

    def _close(
        self, name: str | None, baseline: tree.Baseline, placed: Placed, module: Module, *, section: str | None
    ) -> None:
        self.with_baseline.add(name)  # also where no pod can carry the labels that it is on
        directions: tuple[Direction, ...] = DIRECTIONS if baseline.direction == "all" else (baseline.direction,)
        origin = self._origin(placed, module)
        if baseline.on is None:
            self.baselines.append(Baseline(name, directions, None, baseline.assume, origin))
            return
        there = InNamespace(name)
        members = self.endpoints.pods(baseline.on, EndpointContext(module, section, there))
        if not members and not errors_in(self.names.diagnostics):
            self.names.error(
                "NP217",
                "this baseline closes no pod",
                module.at(baseline.on.span),
                "correct its labels: a baseline that closes nothing would leave the namespace open",
            )
        for member in members:
            if isinstance(member.peer, Pods) and member.peer.namespaces == there:
                self.baselines.append(Baseline(name, directions, member.peer, baseline.assume, origin))
            else:
                self.names.error(
                    "NP217",
                    "a baseline closes pods of its own namespace",
                    module.at(member.span),
                    "write it in the section of the namespace that it is for"
                    if isinstance(member.peer, Pods)
                    else "name the pods that it closes",
                )

    def _guardrail(self, guardrail: tree.Guardrail, placed: Placed, module: Module) -> None:
        if self.guardrails is None:
            from netpolc.language.resolve.guardrails import GuardrailResolver  # few programs have any

            self.guardrails = GuardrailResolver(self.names, self.endpoints)
        self.guardrails.add(guardrail, module, self._origin(placed, module))

    def _assertion(self, assertion: tree.Assertion, placed: Placed, module: Module) -> None:
        context = self._context(placed, module)
        sources = self.endpoints.sources(assertion.source, context)
        members = self.endpoints.destinations(assertion.destination, context)
        if placed.placement.section is None:
            self._note_stray(sources, members, placed, module)
        self.assertions.append(
            Assertion(assertion.quantifier, sources, _destinations(members, module), self._origin(placed, module))
        )


def _origin(placed: Placed | PlacedDeclaration, module: Module) -> Origin:
    span = placed.statement.span
    text = module.outline.source.text[span.start : span.end]
    if "\n" in text:
        text = " ".join(re.sub(SEPARATOR, ", ", re.sub(COMMENT, r"\1", text)).split())
    return Origin(module.at(span), text, _annotations(placed.annotations))


def _stated(value: str | None) -> str:
    return "as absent" if value is None else f"as `{value}`"


def _destinations(members: tuple[ResolvedMember, ...], module: Module) -> tuple[Destination, ...]:
    return tuple(
        Destination(member.peer, member.ports, Location(module.outline.source, member.span))
        for member in members
        if member.ports is not None
    )


def _annotations(annotations: tuple[tree.Annotation, ...]) -> Annotations:
    if not annotations:
        return NO_ANNOTATIONS
    values = {annotation.name: annotation.value for annotation in annotations}
    return Annotations(
        owner=values.get("owner"),
        reason=values.get("reason"),
        ticket=values.get("ticket"),
        expires=_date(values.get("expires")),
    )


def _date(text: str | None) -> datetime.date | None:
    try:
        return None if text is None else datetime.date.fromisoformat(text)
    except ValueError:  # reported by the parser
        return None
