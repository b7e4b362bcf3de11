"""All that does not fit: what is spoken of and is not there, and what is there and was not thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.access import Access
from netpolc.checks.workloads.blocked_callers import blocked_callers
from netpolc.checks.workloads.namespaces import unknown
from netpolc.checks.workloads.port_names import ambiguous_names
from netpolc.checks.workloads.ports import misfit_ports
from netpolc.checks.workloads.selectors import unmatched
from netpolc.checks.workloads.services import Services, mentions
from netpolc.checks.workloads.unreachable import unreachable
from netpolc.checks.workloads.unselected import unselected
from netpolc.checks.workloads.workloads import Workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.references import References
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import Manifests


def misfits(references: References, ruleset: RuleSet, manifests: Manifests) -> Iterator[Diagnostic]:
    """What is doubtful about policies and programs beside the workloads, namespaces and services of manifests.

    `spoken` is what those say who may still change it; `halves` are what all policies together let through, with the
    labels of namespaces that the manifests show.
    """
    workloads = Workloads(manifests.workloads, ruleset.namespaces, references.owned)
    services = Services(manifests.services, workloads)
    yield from unmatched((*references.mentions, *mentions(manifests.services)), workloads)
    yield from unknown(references.homes, workloads, manifests.namespaces)
    ports = list(misfit_ports(references.openings, workloads, services))
    yield from (each.diagnostic for each in ports)
    yield from ambiguous_names(references.openings, workloads, services)
    access = Access(ruleset, workloads)
    yield from unselected(ruleset, workloads, access, manifests.namespaces)
    mistaken = {lead for each in ports for lead in each.services}
    yield from unreachable(manifests.routes, services, workloads, access, mistaken)
    yield from blocked_callers(manifests, services, workloads, access)
