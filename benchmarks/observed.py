"""What is measured of recorded flows beside a build: 10,000 of them held against a program, and a program of them."""

from __future__ import annotations

import json
import random
import subprocess
from typing import TYPE_CHECKING

from cases import FLOWS, NAMESPACES, SERVICES, SETTINGS, built_whole, new_folder
from measuring import Case, Target
from programs import write_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EDGES = 10_000
TIMES_BUILD, TIMES_RESULT = 1, 3


def held(netpolc: Path, place: Path) -> tuple[Case, Case]:
    """Return a build of a company's policies, and records of as many edges held against these."""
    folder = _project(place / "held")
    write_program(folder, SERVICES, NAMESPACES, FLOWS)
    (folder / "edges.json").write_text("".join(_records()), encoding="utf-8")
    built = built_whole(netpolc, folder, f"a build of {FLOWS:,} flows between {SERVICES:,} services")
    asked = built._replace(
        name=f"`flows` of {EDGES:,} edges against these",
        command=(str(netpolc), "flows", "edges.json"),
        says=(),
        lines=SERVICES,
        target=Target(cpu_times_other=TIMES_BUILD),
    )
    return built, asked


def learned(netpolc: Path, place: Path) -> tuple[Case, Case]:
    """Return a build of the program that comes of the same edges, and the proposal of it."""
    folder = _project(place / "learned")
    (folder / "edges.json").write_text("".join(_records()), encoding="utf-8")
    command = (str(netpolc), "suggest", "--flows", "edges.json")
    proposed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    (folder / "proposed.netpol").write_text(proposed, encoding="utf-8")
    built = built_whole(netpolc, folder, f"a build of what comes of {EDGES:,} edges")
    asked = built._replace(
        name=f"`suggest --flows` of {EDGES:,} edges",
        command=command,
        says=(),
        lines=SERVICES,
        target=Target(cpu_times_other=TIMES_RESULT),
    )
    return built, asked


def _project(path: Path) -> Path:
    folder = new_folder(path)
    (folder / "netpolc.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def _records() -> Iterator[str]:
    """Yield a record of Hubble's for each edge between the services of the program, the same each time."""
    rng = random.Random(2)  # noqa: S311 -- the same records in each run
    each = SERVICES // NAMESPACES
    for number in range(EDGES):
        source, destination = (divmod(rng.randrange(SERVICES), each) for _ in range(2))
        flow = {
            "time": f"2026-10-{number % 30 + 1:02}T00:00:00Z",
            "verdict": "FORWARDED",
            "l4": {"TCP": {"source_port": 40_000, "destination_port": 5000 + number % 40}},
            "source": _end(*source),
            "destination": _end(*destination),
            "traffic_direction": "INGRESS",
            "is_reply": False,
        }
        yield json.dumps({"flow": flow}) + "\n"


def _end(namespace: int, service: int) -> dict[str, object]:
    name, space = f"svc-{namespace}-{service}", f"team-{namespace}"
    labels = [f"k8s:app={name}", f"k8s:io.kubernetes.pod.namespace={space}"]
    return {
        "namespace": space,
        "pod_name": f"{name}-0",
        "labels": labels,
        "workloads": [{"name": name, "kind": "Deployment"}],
    }
