"""Endpoints and their ports, as the inputs of a command have them: declared, used in flows, or in manifests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.cli.output import Style
from netpolc.cli.session import Session
from netpolc.compiler.inputs import read_inputs
from netpolc.language.syntax import tree
from netpolc.project import config
from netpolc.queries.ends.spelling import SERVICE, kind_of
from netpolc.source import in_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.workspace import Workspace
    from netpolc.language.resolve.outline import Outline
    from netpolc.manifests.model import ContainerPort, ServicePort

    Named = tuple[str, tuple[str, ...]]
    """The name of an endpoint, and ports of it."""
    Placed = tuple[str, str | None, tuple[str, ...]]
    """The same, with the namespace of the name between them."""

COLON = ":"
PORTS = 1 << 16


def endpoints(incomplete: str, paths: Sequence[str] = (), env: str | None = None) -> list[str]:
    """List the endpoints of some inputs, or of the project, that begin so; without a namespace if none does with it."""
    names = list(_ports_by_name(paths, env, incomplete))
    begun = [name for name in names if name.startswith(incomplete)]
    if begun or "/" in incomplete:
        return sorted(begun)
    alone = [name.rpartition("/")[2] for name in names]
    return sorted(name for name in alone if name.startswith(incomplete) and alone.count(name) == 1)


def namespaces(incomplete: str, paths: Sequence[str] = (), env: str | None = None) -> list[str]:
    """List the namespaces of these endpoints that begin so."""
    found = {name.partition("/")[0] for name in _ports_by_name(paths, env) if "/" in name}
    return sorted(name for name in found if name.startswith(incomplete))


def destinations(incomplete: str, paths: Sequence[str] = (), env: str | None = None) -> list[str]:
    """List the endpoints that begin so, each with a colon, behind which its ports are listed."""
    name, colon, _ = incomplete.rpartition(COLON)
    if not colon:
        return [f"{each}{COLON}" for each in endpoints(incomplete, paths, env)]
    found = (f"{name}{COLON}{port}" for port in ports(name, paths, env))
    return [each for each in found if each.startswith(incomplete)]


def ports(name: str | None, paths: Sequence[str] = (), env: str | None = None) -> list[str]:
    """List the ports of an endpoint, or of all."""
    known = _ports_by_name(paths, env, name or "")
    asked = known.values() if name is None else [each for full, each in known.items() if name in _spellings(full)]
    listed = dict.fromkeys(port for each in asked for port in each)
    return sorted(listed, key=_port_order)


def _port_order(port: str) -> tuple[int, str]:
    """Return a key that sorts ports by number, and names behind these."""
    number = re.match("[0-9]+", port)
    return (PORTS if number is None else int(number[0]), port)


def _spellings(name: str) -> tuple[str, str]:
    return name, name.rpartition("/")[2]


def _ports_by_name(paths: Sequence[str], env: str | None, asked: str = "") -> dict[str, dict[str, None]]:
    """Return the ports of all endpoints by name; where a kind is asked for, as in `svc/`, also so.

    Neither standard input nor a cluster is read: nobody waits for these at a key.
    """
    files = [path for path in paths if in_files(path)]
    if paths and not files:
        return {}
    cwd = Path.cwd()
    file = config.find(cwd)
    project = None if file is None else config.load(file)[0]
    workspace = Session(cwd, project, Style()).workspace
    inputs = read_inputs(tuple(files), workspace)
    cluster = _cluster(inputs, workspace, env)
    *_, word, _ = ("", "", *asked.split("/"))
    kind = kind_of(word)
    of_kind = () if kind is None else _of_kind(cluster, kind, asked.rpartition("/")[0])
    found: dict[str, dict[str, None]] = {}
    for name, listed in (*_of_sources(inputs), *_of_manifests(cluster), *of_kind):
        found.setdefault(name, {}).update(dict.fromkeys(listed))
    return found


def _of_sources(inputs: Inputs) -> Iterator[Named]:
    """Yield the names that are declared, and those that flows and baselines use."""
    files = () if inputs.loaded is None else inputs.loaded.files
    for outline in (file.outline for file in files if file.is_source):
        nets = {
            each.statement.name.text for each in outline.declarations if isinstance(each.statement, tree.NetDeclaration)
        }
        for name, section, listed in (*_declared(outline), *_used(outline)):
            # Addresses are in no namespace.
            yield _in(None if name in nets else section, name), listed


def _declared(outline: Outline) -> Iterator[Placed]:
    for each in outline.declarations:
        if not isinstance(each.statement, tree.PortDeclaration | tree.ParamDeclaration):
            yield each.statement.name.text, each.placement.section, ()


def _used(outline: Outline) -> Iterator[Placed]:
    for each in outline.statements:
        statement, section = each.statement, each.placement.section
        if isinstance(statement, tree.Flow | tree.Assertion):
            yield from _within(statement.source, None, outline, section)
            yield from _within(statement.destination.endpoint, statement.destination.ports, outline, section)
        elif isinstance(statement, tree.Baseline) and statement.on is not None:
            yield from _within(statement.on, None, outline, section)


def _within(
    endpoint: tree.Endpoint, asked: tree.Ports | None, outline: Outline, section: str | None
) -> Iterator[Placed]:
    """Yield the names in an endpoint, with the ports that they are followed by."""
    match endpoint:
        case tree.Ref(None, name):
            yield name, section, _port_texts(asked, outline)
        case tree.Ref(str(alias), name):
            yield f"{alias}.{name}", None, _port_texts(asked, outline)
        case tree.Scoped(tree.Word(place), tree.Ref(None, name)):
            yield name, place, _port_texts(asked, outline)
        case tree.SetOf(members):
            for member in members:
                yield from _within(member.endpoint, member.ports or asked, outline, section)
        case _:
            pass


def _port_texts(asked: tree.Ports | None, outline: Outline) -> tuple[str, ...]:
    """Return ports as they are written, without those that a shell would take for something else."""
    items = () if asked is None else asked.items
    kept = [each.span for each in items if isinstance(each, tree.PortRange | tree.PortRef)]
    return tuple(outline.source.text[span.start : span.end] for span in kept)


def _cluster(inputs: Inputs, workspace: Workspace, env: str | None) -> Cluster | None:
    """Return what manifests add up to, if there are any: a program alone needs no engine."""
    if not (inputs.manifests.workloads or inputs.manifests.services):
        return None
    from netpolc.cluster.cluster import cluster_of  # as above

    return cluster_of(inputs, workspace.options(env or workspace.environments(None)[0]))


def _of_manifests(cluster: Cluster | None) -> Iterator[Named]:
    """Yield the workloads and services of manifests, each in its namespace, with the ports that they declare."""
    if cluster is None:
        return
    for peer in cluster.peers(hypothetical=False):
        if peer.workload is not None:
            listed = _ports_of(peer.workload.ports)
            yield peer.id, listed
            if peer.part_of is not None:
                yield peer.part_of, listed
    for service in cluster.manifests.services:
        yield _in(service.namespace, service.name), _ports_of(service.ports)


def _of_kind(cluster: Cluster | None, kind: str, before: str) -> Iterator[Named]:
    """Yield the objects of a kind as they are asked for, with its name, and maybe a namespace, before theirs."""
    if cluster is None:
        return
    place, slash, _ = before.rpartition("/")
    workloads = (peer.workload for peer in cluster.peers(hypothetical=False) if peer.workload is not None)
    alike = cluster.manifests.services if kind == SERVICE else (each for each in workloads if each.kind == kind)
    for each in alike:
        if not slash or each.namespace == place:
            yield f"{before}/{each.name}", _ports_of(each.ports)


def _in(namespace: str | None, name: str) -> str:
    return name if namespace is None else f"{namespace}/{name}"


def _ports_of(listed: Iterable[ContainerPort | ServicePort]) -> tuple[str, ...]:
    """Return the ports of an object as one writes them."""
    written = ((str(each.number), each.protocol) for each in listed)
    return tuple(port if protocol == "TCP" else f"{port}/{protocol.lower()}" for port, protocol in written)
