"""All that does not fit: what is spoken of and is not there, and what is there and was not thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.access import Doors
from netpolc.checks.workloads.blocked_callers import cut_off
from netpolc.checks.workloads.namespaces import unknown
from netpolc.checks.workloads.port_names import ambiguous_names
from netpolc.checks.workloads.ports import misfit_ports
from netpolc.checks.workloads.selectors import unmatched
from netpolc.checks.workloads.services import Services, mentions
from netpolc.checks.workloads.unreachable import unreachable
from netpolc.checks.workloads.unselected import untouched
from netpolc.checks.workloads.workloads import Workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.references import Spoken
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.model import Halves
    from netpolc.manifests.model import Manifests


def misfits(spoken: Spoken, halves: Halves, manifests: Manifests) -> Iterator[Diagnostic]:
    """What is doubtful about policies and programs beside the workloads, namespaces and services of manifests.

    `spoken` is what those say who may still change it; `halves` are what all policies together let through, with the
    labels of namespaces that the manifests show.
    """
    workloads = Workloads(manifests.workloads, halves.namespaces, spoken.owned)
    services = Services(manifests.services, workloads)
    yield from unmatched((*spoken.mentions, *mentions(manifests.services)), workloads)
    yield from unknown(spoken.homes, workloads, manifests.namespaces)
    ports = list(misfit_ports(spoken.openings, workloads, services))
    yield from (each.diagnostic for each in ports)
    yield from ambiguous_names(spoken.openings, workloads, services)
    doors = Doors(halves, workloads)
    yield from untouched(halves, workloads, doors, manifests.namespaces)
    mistaken = {id(lead) for each in ports for lead in each.services}
    yield from unreachable(manifests.routes, services, workloads, doors, mistaken)
    yield from cut_off(manifests, services, workloads, doors)
