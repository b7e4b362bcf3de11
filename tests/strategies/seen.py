"""Random clusters, programs and records of what was seen there, of which all that matters is known."""

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec

from netpolc.flows.record import FlowEnd, SeenFlow
from tests.naive.traffic import is_end

PLACES = {"shop": {"team": "red"}, "data": {"team": "blue"}, "ops": {"team": "blue"}}
ELSEWHERE = "else"
"""A namespace that no manifest shows."""
BLOCKS = ("203.0.113.0/24", "203.0.113.128/25", "198.51.100.0/24")
OUTSIDE = ("203.0.113.5", "203.0.113.200", "198.51.100.9", "192.0.2.1")
KINDS = ("Deployment", "StatefulSet", "DaemonSet")
DIRECTIONS = (("egress", "ingress"), ("egress", "ingress"), ("egress",), ("ingress",))
SLOT = 1_000.0
"""The seconds for which a pod has an address, and after which another one may."""


class End(msgspec.Struct, frozen=True, kw_only=True):
    """A workload or an address, and all that is true of it; labels of a namespace are None where nobody knows them."""

    id: str
    namespace: str | None = None
    namespace_labels: dict[str, str] | None = None
    kind: str = ""
    name: str = ""
    labels: dict[str, str] = {}
    ports: dict[str, tuple[str, int]] = {}
    is_shown: bool = False
    address: str | None = None


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An end as a line has it."""

    text: str
    is_any: bool = False
    cidr: str | None = None
    namespace: str | None = None
    namespace_labels: dict[str, str] = {}
    labels: dict[str, str] = {}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a program."""

    source: Written
    destination: Written
    protocol: str
    first: int
    last: int
    port_name: str | None
    directions: tuple[str, ...]
    text: str


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """Connections between two ends, and the records of them."""

    source: End
    destination: End
    protocol: str
    port: int
    verdict: str
    both_sides: bool
    can_be_joined: bool
    records: tuple[SeenFlow, ...]


class SeenWorld(msgspec.Struct, frozen=True):
    """A cluster, a program and what was seen."""

    program: str
    manifests: str
    lines: tuple[Line, ...]
    closed: dict[str, tuple[str, ...]]
    connections: tuple[Connection, ...]


class _Maker:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.services: list[dict[str, Any]] = []
        self.slot = 0

    def world(self) -> SeenWorld:
        choose = self.random
        workloads = [
            self.workload(place, letter) for place in (*PLACES, ELSEWHERE) for letter in "aeiou"[: choose.randint(1, 4)]
        ]
        places = choose.sample([*PLACES], choose.randint(1, 3))
        closed = {place: choose.choice([("ingress",), ("egress",), ("egress", "ingress")]) for place in places}
        sections = {place: [self.line(place) for _ in range(choose.randint(1, 4))] for place in places}
        ends = [*workloads, *(End(id=each, address=each) for each in OUTSIDE)]
        pairs = {(*choose.sample(range(len(ends)), 2), *self.protocol_and_port()) for _ in range(6)}
        pairs |= {pair for lines in sections.values() for line in lines for pair in self.meant(line, ends)}
        keys = [(ends[one], ends[other], *port) for one, other, *port in sorted(pairs)]
        connections = [self.connection(*key) for key in keys if key[0].address is None or key[1].address is None]
        shown = [each for each in workloads if each.is_shown]
        return SeenWorld(
            program="".join(_section(place, closed[place], lines) for place, lines in sections.items()),
            manifests=_manifests(shown, self.services),
            lines=tuple(line for lines in sections.values() for line in lines),
            closed=closed,
            connections=tuple(connections),
        )

    def meant(self, line: Line, ends: list[End]) -> Iterator[tuple[int, int, str, int]]:
        """A connection that a line is for, where there is one, and another one as near."""
        sources, destinations = (
            [number for number, end in enumerate(ends) if is_end(written, end)]
            for written in (line.source, line.destination)
        )
        for _ in range(2 if sources and destinations else 0):
            one, other = self.random.choice(sources), self.random.choice(destinations)
            if one != other:
                named = ends[other].ports.get(line.port_name or "", (line.protocol, line.first))
                yield one, other, *(self.protocol_and_port() if named == ("TCP", 0) else named)

    def protocol_and_port(self) -> tuple[str, int]:
        return self.random.choice([("TCP", 80), ("TCP", 80), ("TCP", 443), ("TCP", 8080), ("UDP", 53)])

    def workload(self, place: str, letter: str) -> End:
        choose = self.random
        shown = place != ELSEWHERE and choose.random() < 0.75
        return End(
            id=f"{place}/web-{letter}" if shown else f"{place}/[",
            namespace=place,
            namespace_labels=PLACES.get(place),
            kind=choose.choice(KINDS),
            name=f"web-{letter}",
            labels={"app": letter, "tier": choose.choice("xy")},
            ports={"http": choose.choice([("TCP", 80), ("TCP", 8080)])},
            is_shown=shown,
        )

    def written(self, place: str) -> Written:
        choose = self.random
        labels = {"app": choose.choice("aeiou")} if choose.random() < 0.7 else {"tier": choose.choice("xy")}
        (pair,) = labels.items()
        text = "[{}={}]".format(*pair)
        match choose.randrange(6):
            case 0:
                return Written(text="any", is_any=True)
            case 1:
                cidr = choose.choice(BLOCKS)
                return Written(text=cidr, cidr=cidr)
            case 2:
                team = choose.choice(("red", "blue", "green"))
                return Written(text=f"[team={team}]/{text}", namespace_labels={"team": team}, labels=labels)
            case 3:
                other = choose.choice((*PLACES, ELSEWHERE))
                return Written(text=f"{other}/{text}", namespace=other, labels=labels)
            case _:
                return Written(text=text, namespace=place, labels=labels)

    def line(self, place: str) -> Line:
        choose = self.random
        source, destination = self.written(place), self.written(place)
        while source.is_any or source.cidr is not None:
            if destination.namespace == place:
                break
            source, destination = self.written(place), self.written(place)
        protocol, first, last, name, port = choose.choice(
            [
                ("TCP", 80, 80, None, "80"),
                ("TCP", 80, 443, None, "80-443"),
                ("TCP", 8080, 8080, None, "8080"),
                ("UDP", 53, 53, None, "53/udp"),
                ("TCP", 0, 0, "http", '"http"'),
            ]
        )
        if destination.cidr is not None and name is not None:
            protocol, first, last, name, port = "TCP", 443, 443, None, "443"
        directions = choose.choice(DIRECTIONS)
        if source.cidr is not None:
            directions = ("ingress",)
        if destination.cidr is not None:
            directions = ("egress",)
        half = f" {directions[0]}" if len(directions) == 1 and None is source.cidr is destination.cidr else ""
        return Line(
            source=source,
            destination=destination,
            protocol=protocol,
            first=first,
            last=last,
            port_name=name,
            directions=directions,
            text=f"{source.text} -> {destination.text}:{port}{half}",
        )

    def connection(self, source: End, destination: End, protocol: str, port: int) -> Connection:
        choose = self.random
        self.slot += 1
        verdict = choose.choice(("forwarded", "forwarded", "denied"))
        sides = choose.choice(((None,), ("egress",), ("ingress",), ("egress", "ingress")))
        sides = sides[-1:] if verdict == "denied" else sides
        (one, first), (other, last) = self.seen(source, 0), self.seen(destination, 1)
        asked_port, whole = port, (one, other)
        service = destination.is_shown and choose.random() < 0.15
        if service:
            asked_port, address = self.service(destination, protocol, port)
            whole = one, FlowEnd(address=address)
        times = [self.slot * SLOT + seconds for seconds in (0.0, 600.0)]
        flows = [(whole, asked_port, time) for time in times]
        pods = [each for each in whole if each.namespace is not None and each.address is not None]
        if first and last and len(pods) == sum(each.address is None for each in (source, destination)) and not service:
            alone = tuple(FlowEnd(address=each.address) for each in whole)
            flows.append((alone, port, self.slot * SLOT + 300.0))
        records = [
            SeenFlow(
                source=ends[0],
                destination=ends[1],
                protocol=protocol,
                port=asked,
                verdict=verdict,
                first=time,
                last=time,
                count=number + 1,
                side=side,
            )
            for number, (ends, asked, time) in enumerate(flows)
            for side in sides
        ]
        return Connection(
            source=source,
            destination=destination,
            protocol=protocol,
            port=port,
            verdict=verdict,
            both_sides=len(sides) > 1,
            can_be_joined=first and (last or service),
            records=tuple(choose.sample(records, len(records))),
        )

    def seen(self, end: End, side: int) -> tuple[FlowEnd, bool]:
        """How a log has an end, and whether that tells whose it is."""
        if end.address is not None:
            return FlowEnd(address=end.address), True
        choose = self.random
        labels = dict(end.labels)
        match choose.randrange(5):
            case 0:
                labels["mesh"] = "on"
            case 1 if end.is_shown:
                del labels["tier"]
        way = choose.choice(("labels", "labels", "owner", "name"))
        known = way == "labels"
        found = FlowEnd(
            namespace=end.namespace,
            pod=self.pod(end) if way == "name" or choose.random() < 0.5 else None,
            owner=end.name if way == "owner" else None,
            kind=end.kind if way == "owner" else None,
            labels=tuple(sorted(labels.items())) if known else None,
            address=f"10.0.{side}.{choose.randint(1, 5)}" if choose.random() < 0.5 else None,
        )
        return found, known or end.is_shown

    def pod(self, end: End) -> str:
        made = "".join(self.random.choices("bcdfghjklmnpqrstvwxz2456789", k=5))
        return {
            "Deployment": f"{end.name}-6d4b9c6f5-{made}",
            "StatefulSet": f"{end.name}-{self.random.randint(0, 3)}",
            "DaemonSet": f"{end.name}-{made}",
        }[end.kind]

    def service(self, end: End, protocol: str, port: int) -> tuple[int, str]:
        """A Service that leads to a workload, by another port and an address of its own."""
        number = len(self.services)
        address = f"10.96.0.{number + 1}"
        target = next((name for name, there in end.ports.items() if there == (protocol, port)), port)
        spec = {
            "clusterIP": address,
            "selector": {"app": end.labels["app"]},
            "ports": [{"protocol": protocol, "port": 1000 + number, "targetPort": target}],
        }
        about = {"name": f"service-{number}", "namespace": end.namespace}
        self.services.append({"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": spec})
        return 1000 + number, address


def seen_world(seed: int) -> SeenWorld:
    """Make up a cluster with a program, and records."""
    return _Maker(seed).world()


def _section(place: str, closed: tuple[str, ...], lines: list[Line]) -> str:
    words = "all" if len(closed) > 1 else closed[0]
    return "".join(
        [
            f"namespace {place} [team={PLACES[place]['team']}]\nbaseline deny {words}\n",
            *(f"{line.text}\n" for line in lines),
        ]
    )


def _manifests(workloads: list[End], services: list[dict[str, Any]]) -> str:
    objects: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for name, labels in PLACES.items()
    ]
    for each in workloads:
        ports = [{"name": name, "protocol": one, "containerPort": number} for name, (one, number) in each.ports.items()]
        pod = {
            "metadata": {"labels": each.labels},
            "spec": {"containers": [{"name": "c", "image": "x", "ports": ports}]},
        }
        objects.append(
            {
                "apiVersion": "apps/v1",
                "kind": each.kind,
                "metadata": {"name": each.name, "namespace": each.namespace},
                "spec": {"selector": {"matchLabels": {"app": each.labels["app"]}}, "template": pod},
            }
        )
    items = [*objects, *services]
    return msgspec.json.encode({"apiVersion": "v1", "kind": "List", "items": items}).decode()
