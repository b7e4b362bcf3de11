"""What is measured of `plan` and `apply`, with a stand-in for kubectl that answers from files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cases import FLOWS, NAMESPACES, SERVICES, new_folder
from measuring import Case, Target, environment
from programs import write_program

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 2
"""How many times the lists and a build a plan may take."""
MANY, PODS = 5_000, 10_000
MEGABYTES = 250
CONTEXT = "bench"
LISTED, MADE = (Path(__file__).with_name(name) for name in ("listed.py", "rolled_out.py"))
SETTINGS = f'sources = ["*.netpol"]\n[cluster]\nname = "company"\ncontexts = ["{CONTEXT}"]\n'

KUBECTL = """#!/bin/sh
here=${0%/*}
case "$2 $3" in
  "get --raw")
    [ -f "$here$4.json" ] && exec cat "$here$4.json"
    echo "Error from server (NotFound): $4 not found" >&2 ;;
  "get -f" | "delete --raw") exec cat > /dev/null ;;
  "apply --server-side")
    [ -f "$here/takes" ] && exec cat
    echo "Error from server (Forbidden): it takes nothing" >&2 ;;
esac
exit 1
"""
"""What stands in for kubectl: what is applied is what it says is stored."""


class _Rollout(NamedTuple):
    """A project, and the cluster that it is for."""

    netpolc: Path
    folder: Path

    def case(self, name: str, *words: str) -> Case:
        stand_in = self.folder / "cluster" / "kubectl"
        cache = self.folder.with_name(f"{self.folder.name}-cache")
        return Case(name, ("env", f"NETPOLC_KUBECTL={stand_in}", *words), self.folder, lambda _: None, cache=cache)

    def asked(self, name: str, command: str, *words: str) -> Case:
        return self.case(name, str(self.netpolc), command, "--context", CONTEXT, *words)


def unchanged_rollout(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """A large program as its cluster has it: the lists alone, a build, a plan, and an apply that sends nothing."""
    rollout = _rollout(netpolc, place / "rolled", SERVICES, NAMESPACES, 2 * SERVICES)
    size = f"{SERVICES:,} services, {2 * SERVICES:,} pods"
    lists = rollout.case(
        f"the lists of a cluster of {size}", str(netpolc.with_name("python")), "-P", str(LISTED), CONTEXT
    )
    built = rollout.case("a build of its program", str(netpolc), "build", "-o", "all.yaml")
    plan = rollout.asked("`plan` of the same, nothing changed", "plan", "--detailed-exitcode")
    sent = rollout.asked("`apply` of the same, which sends nothing", "apply", "--yes")
    return (
        lists._replace(says=(" objects",)),
        built._replace(says=(" written",), prepare=_without(rollout.folder / "all.yaml", built.cache)),
        plan._replace(prepare=_without(plan.cache)),
        sent._replace(says=(" unchanged",)),
    )


def large_rollout(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """A plan of very many policies, beside very many pods."""
    rollout = _rollout(netpolc, place / "rolled-large", MANY, MANY // 30, PODS)
    name = f"`plan`: {MANY:,} services with a policy each, {PODS:,} pods"
    return (rollout.asked(name, "plan", "--detailed-exitcode")._replace(target=Target(megabytes=MEGABYTES)),)


def new_rollout(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """A large program for a cluster that has nothing of it: the plan, and an apply that sends all of it."""
    rollout = _rollout(netpolc, place / "rolled-new", SERVICES, NAMESPACES, 2 * SERVICES)
    for listed in (rollout.folder / "cluster" / "apis" / "networking.k8s.io" / "v1").glob("networkpolicies*"):
        listed.write_text('{"kind": "NetworkPolicyList", "metadata": {"resourceVersion": "1"}, "items": []}', "utf-8")
    (rollout.folder / "cluster" / "takes").touch()
    applied = rollout.asked("`apply` of the same", "apply", "--yes", "--backup", "backup.json")
    return (
        rollout.asked(f"`plan` of {SERVICES:,} services, all new", "plan"),
        applied._replace(says=("applied ",), prepare=_without(rollout.folder / "backup.json")),
    )


def _rollout(netpolc: Path, folder: Path, services: int, namespaces: int, pods: int) -> _Rollout:
    """Make a project, and the answers of a cluster that has its policies."""
    new_folder(folder)
    (folder / "netpolc.toml").write_text(SETTINGS, "utf-8")
    write_program(folder, services, namespaces, round(FLOWS / SERVICES * services))
    stand_in = folder / "cluster" / "kubectl"
    stand_in.parent.mkdir()
    stand_in.write_text(KUBECTL, "utf-8")
    stand_in.chmod(0o755)
    command = (netpolc.with_name("python"), MADE, "cluster", str(services // namespaces), str(pods))
    subprocess.run(command, check=True, cwd=folder, env=environment())
    return _Rollout(netpolc, folder)


def _without(*paths: Path | None) -> Callable[[int], None]:
    """Return what takes away what a build leaves."""

    def prepare(_: int) -> None:
        for path in paths:
            if path is not None and path.is_dir():
                shutil.rmtree(path)
            elif path is not None:
                path.unlink(missing_ok=True)

    return prepare
