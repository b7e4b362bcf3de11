"""What is measured of reading recorded flows: lines of Hubble, which are only decoded, and reduced by netpolc."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from cases import new_folder
from measuring import Case, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 250_000
SERVICES, PODS, EDGES = 1_500, 3, 9_300
REPLIES = 0.4
TIMES_BARE_DECODE, MEGABYTES = 2, 80

SCRIPT = Path(__file__).with_name("recorded_reading.py")


def recorded(netpolc: Path, place: Path) -> tuple[Case, Case]:
    """Lines of Hubble's, decoded by msgspec and nothing else, and reduced by netpolc to distinct flows."""
    folder = new_folder(place / "recorded")
    with (folder / "hubble.json").open("w", encoding="utf-8") as stream:
        stream.writelines(_lines())
    command = (str(netpolc.with_name("python")), "-P", str(SCRIPT), "hubble.json")
    bare = Case(
        f"{LINES:,} lines of Hubble, decoded", (*command, "--bare"), folder, lambda _: None, says=(f"{LINES} lines",)
    )
    reading = bare._replace(
        name="the same, reduced by netpolc to distinct flows",
        command=command,
        says=("flows and replies",),
        target=Target(cpu_times_other=TIMES_BARE_DECODE, megabytes=MEGABYTES),
    )
    return bare, reading


def _lines() -> Iterator[str]:
    """Yield lines with all that Cilium writes, the same each time."""
    chance = random.Random(1)  # noqa: S311 - no secret
    services = [[_end(service, pod) for pod in range(PODS)] for service in range(SERVICES)]
    edges = [(chance.choice(services), chance.choice(services)) for _ in range(EDGES)]
    for number in range(LINES):
        sources, destinations = chance.choice(edges)
        (source, from_address), (destination, to_address) = chance.choice(sources), chance.choice(destinations)
        second, fraction = divmod(number, 100)
        time = f"2026-11-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{fraction:02}1234567Z"
        ports = {"source_port": chance.randrange(32768, 61000), "destination_port": 5432, "flags": {"SYN": True}}
        flow = {
            "time": time,
            "uuid": f"{chance.getrandbits(128):032x}",
            "verdict": "FORWARDED",
            "ethernet": {"source": "d2:21:68:fb:9e:68", "destination": "de:88:7b:80:52:29"},
            "IP": {"source": from_address, "destination": to_address, "ipVersion": "IPv4"},
            "l4": {"TCP": ports},
            "source": source,
            "destination": destination,
            "Type": "L3_L4",
            "node_name": "default/worker-1",
            "node_labels": ["kubernetes.io/arch=amd64", "kubernetes.io/os=linux"],
            "event_type": {"type": 4, "sub_type": 3},
            "traffic_direction": "EGRESS",
            "trace_observation_point": "TO_STACK",
            "trace_reason": "NEW",
            "is_reply": chance.random() < REPLIES,
            "Summary": "TCP Flags: SYN",
        }
        yield json.dumps({"flow": flow, "node_name": "default/worker-1", "time": time}, separators=(",", ":")) + "\n"


def _end(service: int, pod: int) -> tuple[dict[str, object], str]:
    name, namespace = f"service-{service}", f"team-{service % 50}"
    labels = [
        f"k8s:app.kubernetes.io/name={name}",
        f"k8s:app.kubernetes.io/part-of={namespace}",
        f"k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name={namespace}",
        "k8s:io.cilium.k8s.policy.cluster=default",
        f"k8s:io.cilium.k8s.policy.serviceaccount={name}",
        f"k8s:io.kubernetes.pod.namespace={namespace}",
    ]
    number = service * PODS + pod
    end = {
        "ID": number + 1,
        "identity": 10_000 + service,
        "cluster_name": "default",
        "namespace": namespace,
        "labels": labels,
        "pod_name": f"{name}-7d9c5b6f4-{number:05}",
        "workloads": [{"name": name, "kind": "Deployment"}],
    }
    return end, f"10.0.{number // 250}.{number % 250}"
