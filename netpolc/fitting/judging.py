"""All that does not fit: what is spoken of and is not there, and what is there and was not thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.fitting.cut_off import cut_off
from netpolc.fitting.doors import Doors
from netpolc.fitting.namespaces import unknown
from netpolc.fitting.port_names import ambiguous_names
from netpolc.fitting.ports import misfit_ports
from netpolc.fitting.selectors import unmatched
from netpolc.fitting.services import Services, mentions
from netpolc.fitting.unreachable import unreachable
from netpolc.fitting.untouched import untouched
from netpolc.fitting.workloads import Workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.fitting.spoken import Spoken
    from netpolc.manifests.model import Manifests
    from netpolc.reach.model import Halves


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
