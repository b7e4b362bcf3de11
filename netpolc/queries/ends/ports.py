"""The ports of a question that are those of a service, and where they lead."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from netpolc.language.syntax.tree import EveryPort, PortName, PortRange, PortRef
from netpolc.queries.ends.leading import ServiceTarget, listed, real, shown, target_of
from netpolc.queries.reading import QueryError
from netpolc.sets.ports import PortInterval, PortSet, ports_of, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.language.syntax.tree import PortItem
    from netpolc.manifests.model import ContainerPort, Service, ServicePort
    from netpolc.queries.ends.finding import Found
    from netpolc.queries.ends.known_names import KnownNames, Reached


class Led(msgspec.Struct, frozen=True):
    """A port of a service that a question is about, what it was asked as, and where it leads at whom.

    `direct` is the port of the pods themselves, for a service that has no address of its own.
    """

    reached: Reached
    target: ServiceTarget
    port: ServicePort | None
    direct: PortSet = PortSet()

    def ports_at(self, peer: Peer | None) -> PortSet:
        """Return the ports at a peer, or at pods or addresses that are none."""
        return self.direct if self.port is None else self.target.port_at(peer, self.port)


def declared(peers: Sequence[Peer]) -> list[ContainerPort]:
    """List the ports that containers of some workloads declare."""
    return [port for peer in peers if peer.workload is not None for port in peer.workload.ports]


def declares(peers: Sequence[Peer], item: PortItem) -> bool:
    """Tell whether containers of any of some workloads declare a port, or whether more than one port is asked for."""
    ports = declared(peers)
    match item:
        case PortRange(first, last, protocol):
            return first != last or any((each.number, each.protocol) == (first, protocol or "TCP") for each in ports)
        case PortName(name, protocol):
            return any(each.name == name and protocol in (None, each.protocol) for each in ports)
        case PortRef(None, name):
            return any(each.name == name for each in ports)
        case _:
            return True


def led_by(found: Found, item: PortItem | None, known_names: KnownNames) -> list[Led]:
    """List the ports of services that an item asks for; without one, all of them.

    Raises:
        QueryError: it leads nowhere.
    """
    led: list[Led] = []
    for reached in found.services:
        matching = [port for port in reached.service.ports if item is None or _is_asked(reached, port, item)]
        # By another name, a service has the ports of that which it stands for.
        service = real(reached.service, known_names)
        if service is not reached.service:
            matching = [port for port in service.ports if item is None or _is_asked(reached, port, item)]
        headless = service.headless and service.selector is not None and not reached.by_node
        if not matching and not (headless and isinstance(item, PortRange)):
            continue
        target = target_of(service, known_names, found.host)
        actual = msgspec.structs.replace(reached, service=service)
        if headless and isinstance(item, PortRange):
            interval = PortInterval(item.protocol or "TCP", item.first, item.last)
            led.append(Led(actual, target, None, ports_of([interval])))
        else:
            led += (Led(actual, target, port) for port in matching)
    return led


def _is_asked(reached: Reached, port: ServicePort, item: PortItem) -> bool:
    number = port.node_port if reached.by_node else port.number
    if number is None:
        return False
    match item:
        case PortRange(first, last, protocol):
            return first <= number <= last and (protocol or "TCP") == port.protocol
        case PortName(name, protocol):
            return port.name == name and protocol in (None, port.protocol)
        case PortRef(None, name):
            return port.name == name
        case EveryPort(protocol):
            return protocol in (None, port.protocol)
        case _:
            return False


def no_such_port(found: Found, item: PortItem, text: str, known_names: KnownNames) -> QueryError:
    """Return the error about a port that no service of an end has."""
    services = [real(each.service, known_names) for each in found.services]
    if found.services[0].by_node and all(each.by_node for each in found.services):
        return QueryError(
            f"`{found.text}` is the address of a node, and no Service has the node port {text}",
            advice="ask about a pod, or about the Service by its name",
        )
    name = f"the Service `{shown(services[0])}`" if len(services) == 1 else f"no Service at `{found.text}`"
    ports = [port for service in services for port in service.ports]
    have = listed([_port(port) for port in ports]) if ports else "none"
    if len(services) > 1:
        return QueryError(f"{name} has the port {text}; they have {have}")
    advice = None
    behind = [port for port in ports if isinstance(item, PortRange) and _leads_to(services[0], port, item, known_names)]
    other = [port for port in ports if isinstance(item, PortRange) and port.number == item.first]
    called = [port for port in ports if isinstance(item, PortName | PortRef) and port.target == item.name]
    if called:
        advice = f"its pods call a port so, behind its port {called[0].number}: write `:{called[0].number}`"
    elif other:
        advice = f"write `:{other[0].number}/{other[0].protocol.lower()}`"
    elif behind:
        advice = f"its pods listen there, behind its port {behind[0].number}: write `:{behind[0].number}`"
    return QueryError(f"{name} has no port {text}; it has {have}", advice=advice)


def _leads_to(service: Service, port: ServicePort, item: PortRange, known_names: KnownNames) -> bool:
    """Tell whether a port of a service leads to the one that is asked for."""
    with suppress(QueryError):
        target = target_of(service, known_names)
        ports = union([target.port_at(peer, port) for peer in target.peers] or [target.port_at(None, port)])
        return ports.contains(item.protocol or "TCP", item.first)
    return False


def _port(port: ServicePort) -> str:
    return _written(port.number, port.protocol) + (f" (`{port.name}`)" if port.name else "")


def _written(number: int, protocol: str) -> str:
    return str(number) if protocol == "TCP" else f"{number}/{protocol.lower()}"


def remark(led: Led, peers: Sequence[Peer]) -> str:
    """Say which service a port is of, and where it leads."""
    service, port = led.reached.service, led.port
    ids = [peer.id for peer in peers]
    pods = "its pods" if ids == [shown(service)] else f"its pods, those of {listed(ids)},"
    if led.target.endpoint_ports:
        pods = f"its endpoints, {listed([each.id for each in peers])},"
    if port is None:
        return f"Service {service.name} is headless: its name leads to {pods.removesuffix(',')}, on the same port"
    number = port.node_port if led.reached.by_node else port.number
    kind = "node port" if led.reached.by_node else "port"
    asked = _written(number or port.number, port.protocol)
    targets = union([led.ports_at(peer) for peer in peers] or [led.ports_at(None)])
    there = [_interval(each) for each in targets.intervals] + [f"`{each.name}`" for each in targets.names]
    if there == [asked]:
        return f"{asked} is the {kind} of Service {service.name}, and of {pods.removesuffix(',')}"
    return f"{asked} is the {kind} of Service {service.name}; {pods} listen on {listed(there)}"


def _interval(each: PortInterval) -> str:
    numbers = str(each.first) if each.first == each.last else f"{each.first}-{each.last}"
    return numbers + ("" if each.protocol == "TCP" else f"/{each.protocol.lower()}")


def is_elsewhere(led: Iterable[Led], peers: Sequence[Peer], item: PortItem) -> bool:
    """Tell whether ports of services lead elsewhere than to the port of that number of some workloads."""
    ids = {peer.id for peer in peers}
    for each in led:
        number = item.first if isinstance(item, PortRange) else None
        if {peer.id for peer in each.target.peers} != ids or each.port is None:
            return True
        if any([one.first for one in each.ports_at(peer).intervals] != [number] for peer in each.target.peers):
            return True
    return False


def no_port(text: str, ports: Sequence[ServicePort | ContainerPort] = ()) -> QueryError:
    """Return the error about a destination without ports, with those that it has."""
    written = [f"`:{_written(each.number, each.protocol)}`" for each in ports]
    advice = f"write one of its ports, {listed(written)}" if written else "write it, as in `:443`"
    return QueryError(f"no port is given for `{text}`", advice=advice)


def no_such_target(led: Led) -> QueryError:
    """Return the error about a port of a service that leads to a port that no pod has."""
    port = led.port
    if port is None or led.target.endpoint_ports:
        return QueryError(f"no endpoint of the Service `{shown(led.reached.service)}` has such a port")
    return QueryError(
        f"port {_port(port)} of the Service `{shown(led.reached.service)}` leads to the port `{port.target}`, "
        "and no container of its pods calls one so",
        advice="correct the service's `targetPort`, or name the port of the containers",
    )


def other_protocol(found: Found, item: PortItem, *, own: bool) -> Iterator[str]:
    """Say that a number without a protocol is TCP, where pods or their service have it in another one alone."""
    if own or not isinstance(item, PortRange) or item.protocol is not None:
        return
    offered = [port for each in found.services for port in each.service.ports]
    there = [(each.number, each.protocol) for each in declared(found.peers)]
    there += [(each.number, each.protocol) for each in offered]
    others = [protocol for number, protocol in there if number == item.first and protocol != "TCP"]
    if others:
        asked = f"{item.first}/{others[0].lower()}"
        yield f"{item.first} alone is TCP, and what is declared there is {asked}: ask for `:{asked}`"


def replaced(service: Service, outside: Sequence[str]) -> Iterator[str]:
    """Say that nodes may put their own address in the place of that of somebody outside."""
    if outside:
        yield (
            f"as `externalTrafficPolicy` of Service {service.name} is not `Local`, its pods may see the address of a "
            f"node in the place of {listed(outside)}"
        )
