"""Tools that do a part of what netpolc does, on the same facts."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

from cases import FLOWS, NAMESPACES, SERVICES, SETTINGS, built_whole, new_folder
from installing import install_from_index
from measuring import LIMIT, Case, Failed, environment, run
from programs import PORTS, write_program

if TYPE_CHECKING:
    from pathlib import Path

AERLEON = "aerleon==1.18.0"

KUSTOMIZE_NOTE = (
    "Kustomize is given the objects that netpolc wrote, one file for each namespace; it reads and prints them, "
    "while netpolc makes them from its source."
)
AERLEON_NOTE = (
    "Aerleon's Kubernetes target has no label selectors: it knows flows from addresses to every pod of a namespace. "
    "Both compile the same such flows, with the same names for addresses. Aerleon makes an object of each flow, "
    "and renders in ten processes, of which the largest counts as its memory; netpolc merges the flows of a namespace, "
    "in one process."
)


def kustomize(netpolc: Path, place: Path) -> tuple[tuple[Case, ...], str]:
    """`kubectl kustomize` over what netpolc builds from the large program, and a note; no cases where it is missing."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        return (), "kubectl is not installed, so Kustomize was not measured."
    for namespaces in (NAMESPACES, NAMESPACES // 5, 1):
        share = namespaces / NAMESPACES
        folder = new_folder(place / "kustomize")
        (folder / "netpolc.toml").write_text(f'{SETTINGS}layout = "namespace"\n', encoding="utf-8")
        write_program(folder, round(SERVICES * share), namespaces, round(FLOWS * share))
        files = "".join(f"- out/team-{n}.yaml\n" for n in range(namespaces))
        (folder / "kustomization.yaml").write_text(f"resources:\n{files}", encoding="utf-8")
        build = built_whole(netpolc, folder, f"netpolc: {round(FLOWS * share):,} flows to objects")
        command = (kubectl, "kustomize", ".")
        if _ends_in_time(build, command):
            objects = Case(
                f"Kustomize {_kustomize_version(kubectl)}: the same objects", command, folder, lambda _: None
            )
            return (build, objects), KUSTOMIZE_NOTE
    return (), f"Kustomize took more than {LIMIT:.0f} s for the objects of one namespace."


def aerleon(netpolc: Path, place: Path) -> tuple[tuple[Case, ...], str]:
    """Aerleon and netpolc on flows that both can say, and a note; no cases where Aerleon cannot be installed."""
    commands = install_from_index(AERLEON, place)
    if commands is None:
        return (), "Aerleon could not be installed, so it was not measured."
    folder = new_folder(place / "addresses")
    _write_for_both(folder, SERVICES, NAMESPACES, FLOWS)
    output = folder / "acl-out"

    def prepare(_: int) -> None:
        new_folder(output)

    places = ("--base_directory", "acl", "--definitions_directory", "acl/def", "--output_directory", output.name)
    flows = f"{FLOWS:,} flows from addresses"
    version = AERLEON.partition("==")[2]
    return (
        built_whole(netpolc, folder, f"netpolc: {flows}"),
        Case(f"Aerleon {version}: the same flows", (str(commands / "aclgen"), *places), folder, prepare),
    ), AERLEON_NOTE


def _ends_in_time(build: Case, command: tuple[str, ...]) -> bool:
    build.prepare(0)
    for step in (build.command, command):
        done = run(step, build.folder, build.cache)
        if done.code == -signal.SIGKILL:
            return False
        if done.code:
            raise Failed(f"{step[0]} ended with {done.code}\n{done.said[-2000:]}")
    return True


def _kustomize_version(kubectl: str) -> str:
    command = (kubectl, "version", "--client", "--output=json")
    said = subprocess.run(command, check=True, capture_output=True, env=environment()).stdout
    return str(json.loads(said)["kustomizeVersion"])


def _write_for_both(folder: Path, addresses: int, namespaces: int, flows: int) -> None:
    """Flows from named addresses to the pods of namespaces, as a netpolc project and as policies of Aerleon."""
    rng = random.Random(1)  # noqa: S311 -- the same program in each run
    (folder / "netpolc.toml").write_text(SETTINGS, encoding="utf-8")
    for part in ("pol", "def"):
        new_folder(folder / "acl" / part)
    _write_definitions(folder, {f"svc-{n}": f"10.{n >> 8}.{n & 255}.1/32" for n in range(addresses)})
    for n in range(namespaces):
        chosen = [(rng.randrange(addresses), rng.choice(PORTS)) for _ in range(flows // namespaces)]
        lines = ['import "networks.netpol"', f"namespace team-{n}"]
        lines += [f"networks.svc-{service} -> *:{port}" for service, port in chosen]
        (folder / f"team-{n}.netpol").write_text("\n".join(lines) + "\n", encoding="utf-8")
        terms = "".join(_term(at, f"svc-{service}", port) for at, (service, port) in enumerate(chosen))
        (folder / "acl" / "pol" / f"team-{n}.yaml").write_text(_FILTER + terms + _DENY, encoding="utf-8")


def _write_definitions(folder: Path, networks: dict[str, str]) -> None:
    named = "".join(f"net {name} = {cidr}\n" for name, cidr in networks.items())
    (folder / "networks.netpol").write_text(named, encoding="utf-8")
    text = "networks:\n"
    text += "".join(f"  {name}:\n    values:\n      - address: {cidr}\n" for name, cidr in networks.items())
    text += "services:\n"
    text += "".join(f"  port-{port}:\n    - protocol: tcp\n      port: {port}\n" for port in PORTS)
    (folder / "acl" / "def" / "definitions.yaml").write_text(text, encoding="utf-8")


_FILTER = "filters:\n  - header:\n      targets:\n        k8s: INGRESS\n    terms:\n"
_DENY = "      - name: default-deny\n        action: deny\n"


def _term(at: int, network: str, port: int) -> str:
    return (
        f"      - name: flow-{at}\n        source-address: {network}\n        protocol: tcp\n"
        f"        destination-port: port-{port}\n        action: accept\n"
    )
