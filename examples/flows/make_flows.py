"""Write the month of records in `flows/`: the same connections, as three kinds of logs have them.

Nothing of it is random, and no clock is read: `python make_flows.py` writes what is there.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    Record = dict[str, object]

HERE = Path(__file__).parent / "flows"
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 31

WORKLOADS = {
    "controller": ("ingress-nginx", "ingress-nginx-controller", "Deployment", "10.1.0.2"),
    "prometheus": ("monitoring", "prometheus", "StatefulSet", "10.1.0.3"),
    "web": ("shop", "web", "Deployment", "10.1.1.1"),
    "api": ("shop", "api", "Deployment", "10.1.1.2"),
    "worker": ("shop", "worker", "Deployment", "10.1.1.3"),
    "report": ("shop", "report", "CronJob", "10.1.1.4"),
    "debug": ("shop", "debug", "Pod", "10.1.1.9"),
    "db": ("data", "db", "StatefulSet", "10.1.2.1"),
    "cache": ("data", "cache", "Deployment", "10.1.2.2"),
}
"""Namespace, name, kind and address of each workload; the first pod stands for all."""

LABELS = {
    "controller": {"app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller"},
    "prometheus": {"app.kubernetes.io/name": "prometheus"},
}
"""The labels of those that are not called by `app`."""

CONNECTIONS = (
    ("controller", "web", 8080, range(DAYS), 900),
    ("web", "api", 8080, range(0, DAYS, 3), 700),
    ("api", "db", 5432, range(0, DAYS, 3), 400),
    ("worker", "db", 5432, range(0, DAYS, 5), 60),
    ("api", "cache", 6379, range(0, DAYS, 5), 250),
    ("api", "203.0.113.10", 443, range(0, DAYS, 6), 30),
    ("prometheus", "db", 9187, range(0, DAYS, 5), 96),
    ("report", "db", 5432, (0, 7, 14, 21, 28), 1),
)
"""Who connected to whom, on which port and days, and how often on each."""

REFUSED = (("debug", "db", 5432, (12,), 3),)
"""The same of what a policy denied."""


class Seen(NamedTuple):
    """What was seen on one day: how often somebody connected to a port, and whether that was let through."""

    time: datetime
    source: str
    destination: str
    port: int
    count: int
    allowed: bool

    @property
    def written(self) -> str:
        """The time as it is written."""
        return self.time.isoformat().replace("+00:00", "Z")


def month() -> Iterator[Seen]:
    """Yield what was seen, day by day."""
    for connections, allowed in ((CONNECTIONS, True), (REFUSED, False)):
        for source, destination, port, days, count in connections:
            for day in days:
                time = BEGIN + timedelta(days=day, hours=2, minutes=len(source) + port % 7)
                yield Seen(time, source, destination, port, count, allowed)


def pod(name: str) -> str:
    """Return the name of a workload's pod."""
    _, called, kind, _ = WORKLOADS[name]
    return called + {"Deployment": "-6d4b9c6f55-x2x9z", "StatefulSet": "-0", "CronJob": "-29342520-k8x2m"}.get(kind, "")


def labels(name: str) -> list[str]:
    """Return the labels of a workload's pods."""
    return [f"{key}={value}" for key, value in LABELS.get(name, {"app": name}).items()]


def address(name: str) -> str:
    """Return the address of a workload's pod, or what is an address already."""
    return WORKLOADS[name][3] if name in WORKLOADS else name


def hubble(seen: Seen) -> Record:
    """Return a line of `hubble observe -o json`; Hubble has one for each packet that opens a connection."""

    def end(name: str) -> Record:
        if name not in WORKLOADS:
            return {"identity": 2, "labels": ["reserved:world"]}
        namespace, called, kind, _ = WORKLOADS[name]
        carried = [f"k8s:{label}" for label in labels(name)]
        workloads = [{"name": called, "kind": kind}]
        return {"namespace": namespace, "labels": carried, "pod_name": pod(name), "workloads": workloads}

    verdict = {"verdict": "FORWARDED"} if seen.allowed else {"verdict": "DROPPED", "drop_reason_desc": "POLICY_DENIED"}
    flow = {
        "time": seen.written,
        **verdict,
        "IP": {"source": address(seen.source), "destination": address(seen.destination), "ipVersion": "IPv4"},
        "l4": {"TCP": {"source_port": 40000, "destination_port": seen.port, "flags": {"SYN": True}}},
        "source": end(seen.source),
        "destination": end(seen.destination),
        "Type": "L3_L4",
        "is_reply": False,
        "traffic_direction": "EGRESS",
    }
    return {"flow": flow, "node_name": "node-1", "time": seen.written}


def gke(seen: Seen) -> Record:
    """Return an entry of GKE's policy log, which has no labels, and counts what a policy denied."""

    def end(name: str) -> Record:
        if name not in WORKLOADS:
            return {}
        namespace, called, kind, _ = WORKLOADS[name]
        return {"namespace": namespace, "pod_name": pod(name), "workload_kind": kind, "workload_name": called}

    connection = {
        "src_ip": address(seen.source),
        "dest_ip": address(seen.destination),
        "src_port": 40000,
        "dest_port": seen.port,
        "protocol": "tcp",
        "direction": "egress",
    }
    record = {
        "connection": connection,
        "disposition": "allow" if seen.allowed else "deny",
        "src": end(seen.source),
        "dest": end(seen.destination),
        "count": seen.count,
        "timestamp": seen.written,
    }
    return {"jsonPayload": record}


def calico(seen: Seen) -> Record:
    """Return a line of the flow logs of Calico Enterprise, which sums up some minutes."""

    def end(side: str, name: str) -> Record:
        if name not in WORKLOADS:
            return {f"{side}_name": "-", f"{side}_namespace": "-", f"{side}_type": "net", f"{side}_ip": name}
        return {
            f"{side}_name": pod(name),
            f"{side}_namespace": WORKLOADS[name][0],
            f"{side}_type": "wep",
            f"{side}_ip": address(name),
            f"{side}_labels": {"labels": labels(name)},
        }

    start = int(seen.time.timestamp())
    return {
        "start_time": start,
        "end_time": start + 300,
        **end("source", seen.source),
        **end("dest", seen.destination),
        "dest_port": seen.port,
        "proto": "tcp",
        "action": "allow" if seen.allowed else "deny",
        "reporter": "src",
        "num_flows_started": seen.count,
    }


def main() -> None:
    """Write all files."""
    HERE.mkdir(exist_ok=True)
    for write in (hubble, gke, calico):
        text = "".join(json.dumps(write(seen), separators=(",", ":")) + "\n" for seen in month())
        (HERE / f"{write.__name__}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
