"""The workloads behind the names that records give: pods and their owners are called after these, with more behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.ecosystem.generated_names import is_generated

if TYPE_CHECKING:
    from netpolc.flows.record import FlowEnd

_SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""The letters and digits of names that Kubernetes makes up (apimachinery, pkg/util/rand)."""

_TEMPLATE = re.compile(rf"(.+)-([{_SAFE}]{{6,10}})").fullmatch
_POD_OF_TEMPLATE = re.compile(rf"(.+)-[{_SAFE}]{{6,10}}-[{_SAFE}]{{5}}").fullmatch
_POD_OF_RUN = re.compile(rf"(.+)-(?:[2-9][0-9]{{7}}|[1-9][0-9]{{9}})-[{_SAFE}]{{5}}").fullmatch
_POD_OF_SET = re.compile(r"(.+)-[0-9]{1,5}").fullmatch
_POD = re.compile(rf"(.+)-[{_SAFE}]{{5}}").fullmatch


def workload_named(end: FlowEnd) -> tuple[str | None, str] | None:
    """Return the kind, if it is known, and the name of the workload whose pod an end is; None where nothing says so."""
    if end.owner:
        return _of_owner(end.kind, end.owner)
    return None if not end.pod else _of_pod(end.pod)


def _of_owner(kind: str | None, name: str) -> tuple[str | None, str]:
    match kind:
        case "ReplicaSet" if found := _TEMPLATE(name):
            return "Deployment", found[1]
        case "Job" if is_generated(name):
            return "CronJob", name.rpartition("-")[0]
        case None if (found := _TEMPLATE(name)) and any(map(str.isdigit, found[2])):
            return "Deployment", found[1]
        case "Pod":
            return _of_pod(name)
        case _:
            return kind, name


def _of_pod(name: str) -> tuple[str | None, str]:
    for kind, found in (
        ("CronJob", _POD_OF_RUN(name)),
        ("Deployment", _POD_OF_TEMPLATE(name)),
        ("StatefulSet", _POD_OF_SET(name)),
        (None, _POD(name)),
    ):
        if found:
            return kind, found[1]
    # What a log calls the pods of a workload together ends in `-` or `-*`.
    return None, name.removesuffix("*").rstrip("-") or name
