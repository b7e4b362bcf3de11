"""All that manifests show: the connections, and the questions that remain for a person."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.facts import is_namespace
from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.suggest.calls import calls_of
from netpolc.adopt.suggest.elsewhere import MAY_CALL_THE_API
from netpolc.adopt.suggest.ingress import entrances_of
from netpolc.adopt.suggest.metrics import metrics_of
from netpolc.adopt.suggest.model import API_SERVER, NODES, OpenQuestion, SeenConnection, evidence_at
from netpolc.adopt.suggest.seen.finding import NO_TRAFFIC
from netpolc.adopt.suggest.unused import unused_services
from netpolc.ecosystem.added_labels import lasting_selector
from netpolc.ecosystem.control_plane import API_SERVER_PORT
from netpolc.ir.model import InNamespace
from netpolc.manifests.lasting_labels import lasting_labels
from netpolc.manifests.settings import WorkloadSettings
from netpolc.sets.ports import NamedPort, PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Port
    from netpolc.adopt.suggest.pods import People
    from netpolc.adopt.suggest.seen.finding import FlowFindings
    from netpolc.manifests.model import Manifests, Workload

MOST = 100_000
"""How many pieces of evidence are looked at."""


class Findings(msgspec.Struct, frozen=True):
    """The connections that manifests show, the questions that remain, and whether all evidence was looked at."""

    connections: tuple[SeenConnection, ...]
    questions: tuple[OpenQuestion, ...]
    complete: bool


def found_in(manifests: Manifests, directory: Directory, seen: FlowFindings = NO_TRAFFIC) -> Findings:
    """Find all connections that manifests show, as far as anybody could review them, and the open questions.

    What records show of connections comes first.
    """
    settings = WorkloadSettings(manifests.config_maps)
    calls = (calls_of(workload, directory, settings) for workload in manifests.workloads)
    evidence = chain(
        _unseen(manifests),
        _speaking_to_the_api(manifests, directory.people),
        entrances_of(manifests, directory),
        metrics_of(manifests, directory),
        chain.from_iterable(calls),
    )
    found = (*seen.connections, *seen.questions, *islice(evidence, MOST))
    placed = tuple(_placed(one, directory) if isinstance(one, SeenConnection) else one for one in found)
    connections = tuple(one for one in placed if isinstance(one, SeenConnection))
    said = {(one.caller, one.destination) for one in connections}
    questions = [one for one in placed if isinstance(one, OpenQuestion) and (one.caller, one.destination) not in said]
    questions += unused_services(manifests.services, directory, connections)
    return Findings(connections, tuple(questions), next(evidence, None) is None)


def namespaces_of(connection: SeenConnection) -> list[str | None]:
    """Return the namespaces of those ends that are pods, first the one that the connection is more about."""
    caller, destination = connection.caller, connection.destination
    ends = [caller, destination] if connection.topic == "call" else [destination, caller]
    return [end.namespaces.name for end in ends if isinstance(end, PodsEnd) and isinstance(end.namespaces, InNamespace)]


def _placed(connection: SeenConnection, directory: Directory) -> SeenConnection | OpenQuestion:
    """Return a connection that a line can say, or what there is to decide about it."""
    names = namespaces_of(connection)
    if len(set(names)) > 1 and None in names:
        # A policy of the namespace with a name would have to know what the other one is called.
        named = next(name for name in names if name is not None)
        text = f"a connection between `{named}` and what names no namespace"
        return OpenQuestion(None, text, connection.evidence)
    nameless = next((name for name in names if name is not None and not is_namespace(name)), None)
    if nameless is not None:
        text = f"a connection with `{nameless}`, which is no name of a namespace in netpol"
        return OpenQuestion(next((name for name in names if name != nameless), None), text, connection.evidence)
    destination = connection.destination
    on_nodes = directory.on_nodes(destination) if isinstance(destination, PodsEnd) else []
    if not on_nodes:
        return connection
    number = _number_of(connection.port, on_nodes)
    text = f"`{on_nodes[0].name}` is called on the network of its node"
    return OpenQuestion(names[0], text, connection.evidence, None, connection.caller, NODES, number)


def _number_of(port: Port, workloads: list[Workload]) -> PortInterval | None:
    """Return a port by its number, which addresses do not know by a name."""
    if not isinstance(port, NamedPort):
        return port
    declared = {each.number for one in workloads for each in one.ports if each.name == port.name}
    number = declared.pop() if len(declared) == 1 else None
    return None if number is None else PortInterval(port.protocol, number, number)


def _unseen(manifests: Manifests) -> Iterator[OpenQuestion]:
    """Yield what no policy can select: pods on their nodes, and those without labels, or without one that lasts."""
    for workload in manifests.workloads:
        text = _fault_of(workload)
        if text is not None:
            yield OpenQuestion(workload.namespace, text, evidence_at(workload.location))
    for service in manifests.services:
        if service.selector and not lasting_selector(service.selector):
            text = f"no label that the service `{service.name}` selects by lasts until the next run or rollout"
            yield OpenQuestion(service.namespace, text, evidence_at(service.location))


def _fault_of(workload: Workload) -> str | None:
    """Return why no policy can select the pods of a workload, if it cannot."""
    if workload.host_network:
        return f"`{workload.name}` is on the network of its node, where no policy sees it"
    if not workload.labels:
        return f"the pods of `{workload.name}` have no labels to select them by"
    if not lasting_labels(workload):
        return f"no label of the pods of `{workload.name}` lasts until the next run or rollout; give them one"
    return None


def _speaking_to_the_api(manifests: Manifests, people: People) -> Iterator[OpenQuestion]:
    """Yield questions about workloads whose service account somebody gave rights to."""
    bound = {account: binding for binding in reversed(manifests.bindings) for account in binding.accounts}
    port = PortInterval("TCP", API_SERVER_PORT, API_SERVER_PORT)
    for workload in manifests.workloads:
        account, pods = workload.service_account, people.pods(workload)
        binding = None if account is None else bound.get((workload.namespace, account))
        if binding is not None and pods is not None:
            evidence = evidence_at(binding.location, f"{binding.kind} {binding.name}")
            yield OpenQuestion(
                workload.namespace, MAY_CALL_THE_API, evidence, workload.name, pods, API_SERVER, port, shared=True
            )
