"""The lines of a proposal, by the namespace that they are written under, each once with all of its evidence."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, get_args

import msgspec

from netpolc.adopt.importer.facts import is_namespace
from netpolc.adopt.importer.model import ANYTHING, PodsEnd
from netpolc.adopt.suggest.calls import calls_of
from netpolc.adopt.suggest.ingress import entrances_of
from netpolc.adopt.suggest.metrics import metrics_of
from netpolc.adopt.suggest.model import OpenQuestion, SeenConnection, Topic, evidence_at
from netpolc.ecosystem.added_labels import lasting_selector
from netpolc.ecosystem.control_plane import API_SERVER_PORT, SYSTEM_NAMESPACES
from netpolc.ir.model import InNamespace
from netpolc.language.syntax import tree
from netpolc.manifests.lasting_labels import lasting_labels
from netpolc.manifests.settings import WorkloadSettings
from netpolc.sets.ports import PortSet, ports_of
from netpolc.source import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Caller, Evidence, Port
    from netpolc.adopt.suggest.pods import People
    from netpolc.manifests.model import Manifests, Service

_API_PORTS = tree.Ports((tree.PortRange(API_SERVER_PORT, API_SERVER_PORT, None, NOWHERE),), NOWHERE)
API_SERVER = tree.Target(tree.Ref(None, "api-server", NOWHERE), _API_PORTS, NOWHERE)
"""What a person may declare as a net."""

MOST = 100_000
"""How many pieces of evidence are looked at."""

TOPICS: tuple[Topic, ...] = get_args(Topic)


class ProposedLine(msgspec.Struct, frozen=True):
    """A flow with all that shows it."""

    topic: Topic
    caller: Caller
    destination: PodsEnd
    ports: PortSet
    evidence: tuple[Evidence, ...]


class ProposedSection(msgspec.Struct, frozen=True):
    """Everything about the pods of one namespace."""

    namespace: str | None
    lines: tuple[ProposedLine, ...]
    questions: tuple[OpenQuestion, ...]
    unused: tuple[Service, ...]


class Findings(msgspec.Struct, frozen=True):
    """The connections that manifests show, the questions that remain, and whether all evidence was looked at."""

    connections: tuple[SeenConnection, ...]
    questions: tuple[OpenQuestion, ...]
    complete: bool


def sections_of(found: Findings, manifests: Manifests, directory: Directory) -> list[ProposedSection]:
    """Return the sections of a proposal, the one without a namespace first."""
    owned = owned_namespaces(manifests)
    lines: dict[str | None, list[ProposedLine]] = {}
    for line in _lines(one for one in found.connections if _is_sayable(one)):
        lines.setdefault(_namespace_of(line, owned), []).append(line)
    used = {connection.destination for connection in found.connections}
    return [
        ProposedSection(
            name,
            tuple(lines.get(name, ())),
            tuple(question for question in found.questions if question.namespace == name),
            tuple(one for one in manifests.services if one.namespace == name and _is_unused(one, directory, used)),
        )
        for name in sorted(owned, key=lambda name: (name is not None, str(name)))
    ]


def owned_namespaces(manifests: Manifests) -> set[str | None]:
    """Return the namespaces with workloads that a program can close: those of the cluster itself take more to close."""
    found = {workload.namespace for workload in manifests.workloads}
    return {name for name in found if name is None or (name not in SYSTEM_NAMESPACES and is_namespace(name))}


def found_in(manifests: Manifests, directory: Directory) -> Findings:
    """Find all connections that manifests show, as far as anybody could review them, and the open questions."""
    settings = WorkloadSettings(manifests.config_maps)
    calls = (calls_of(workload, directory, settings) for workload in manifests.workloads)
    evidence = chain(
        _unseen(manifests),
        _speaking_to_the_api(manifests, directory.people),
        entrances_of(manifests, directory),
        metrics_of(manifests, directory),
        chain.from_iterable(calls),
    )
    found = tuple(islice(evidence, MOST))
    connections = tuple(one for one in found if isinstance(one, SeenConnection))
    questions = dict.fromkeys(one for one in found if isinstance(one, OpenQuestion))
    questions |= dict.fromkeys(_across(one) for one in connections if _is_across(one))
    return Findings(connections, tuple(questions), len(found) < MOST)


def _unseen(manifests: Manifests) -> Iterator[OpenQuestion]:
    """Yield what no policy can select: pods on their nodes, and those without labels, or without one that lasts."""
    for workload in manifests.workloads:
        place = f"{workload.location.source.label}:{workload.location.line}"
        if workload.host_network:
            text = f"`{workload.name}` is on the network of its node, where no policy sees it: {place}"
            yield OpenQuestion(workload.namespace, text)
        elif not workload.labels:
            text = f"the pods of `{workload.name}` have no labels to select them by: {place}"
            yield OpenQuestion(workload.namespace, text)
        elif not lasting_labels(workload):
            text = (
                f"no label of the pods of `{workload.name}` lasts until the next run or rollout; give them one: {place}"
            )
            yield OpenQuestion(workload.namespace, text)
    for service in manifests.services:
        if service.selector and not lasting_selector(service.selector):
            place = f"{service.location.source.label}:{service.location.line}"
            text = f"no label that the service `{service.name}` selects by lasts until the next run or rollout: {place}"
            yield OpenQuestion(service.namespace, text)


def _speaking_to_the_api(manifests: Manifests, people: People) -> Iterator[OpenQuestion]:
    """Yield questions about workloads whose service account somebody gave rights to."""
    bound = {account: binding for binding in reversed(manifests.bindings) for account in binding.accounts}
    for workload in manifests.workloads:
        account, pods = workload.service_account, people.pods(workload)
        binding = None if account is None else bound.get((workload.namespace, account))
        if binding is not None and pods is not None:
            place = evidence_at(binding.location, f"{binding.kind} {binding.name}").text
            text = f"`{workload.name}` may call the API server, whose address manifests do not show: {place}"
            yield OpenQuestion(workload.namespace, text, pods, API_SERVER)


def _lines(connections: Iterable[SeenConnection]) -> Iterator[ProposedLine]:
    """Yield one line for each pair of pods and topic; a port is written once, and one open to `any` only by that."""
    groups: dict[tuple[Caller, PodsEnd], dict[Port, list[SeenConnection]]] = {}
    for one in connections:
        groups.setdefault((one.caller, one.destination), {}).setdefault(one.port, []).append(one)
    for (caller, destination), ports in groups.items():
        to_all = groups.get((ANYTHING, destination), {})
        topics: dict[Topic, list[Port]] = {}
        for port, behind in ports.items():
            if isinstance(caller, PodsEnd) or caller == ANYTHING or port not in to_all:
                topics.setdefault(min((one.topic for one in behind), key=TOPICS.index), []).append(port)
        for topic, held in topics.items():
            evidence = dict.fromkeys(one.evidence for port in held for one in ports[port])
            yield ProposedLine(topic, caller, destination, ports_of(held), tuple(evidence))


def _is_sayable(connection: SeenConnection) -> bool:
    """Tell whether the language has names for the namespaces of both ends."""
    names = _namespaces(connection)
    return not _is_across(connection) and all(name is None or is_namespace(name) for name in names)


def _is_across(connection: SeenConnection) -> bool:
    """Tell whether only one end is in a namespace that manifests name; a policy would have to name the other."""
    return len(set(_namespaces(connection))) > 1 and None in _namespaces(connection)


def _across(connection: SeenConnection) -> OpenQuestion:
    named = next(name for name in _namespaces(connection) if name is not None)
    text = f"a connection between `{named}` and what names no namespace: {connection.evidence.text}"
    return OpenQuestion(None, text)


def _namespaces(connection: SeenConnection | ProposedLine) -> list[str | None]:
    """Return the namespaces of those ends that are pods, first the one that the connection is more about."""
    caller, destination = connection.caller, connection.destination
    ends = [caller, destination] if connection.topic == "call" else [destination, caller]
    return [end.namespaces.name for end in ends if isinstance(end, PodsEnd) and isinstance(end.namespaces, InNamespace)]


def _namespace_of(line: ProposedLine, owned: set[str | None]) -> str | None:
    """Return the namespace to write a line under: the caller's for calls, else the destination's, if it is ours."""
    names = _namespaces(line)
    if None in names:
        return None
    return next((name for name in names if name in owned), names[0])


def _is_unused(service: Service, directory: Directory, used: set[PodsEnd]) -> bool:
    """Tell whether nobody is seen to call the pods behind a service."""
    behind: Sequence[PodsEnd] = [pods for pods, _ in directory.listeners(service, service.ports)]
    return bool(behind) and used.isdisjoint(behind)
