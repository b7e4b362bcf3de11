"""NP525: the name of a service where pods are selected, which have other labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.places import place_of_label
from netpolc.checks.workloads.services import ports_of, selected
from netpolc.checks.workloads.workloads import by_name
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine import words
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.sets.ports import PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.references import Mention
    from netpolc.checks.workloads.services import Lead
    from netpolc.sets.labels import LabelRequirement


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield the pods that no workload makes, and whose only label has the name of a service that leads to others.

    What is yielded is filed, so that nobody says the same of labels.
    """
    for mention in checked.references.mentions:
        asked = _only_label(mention)
        if asked is None or mention.service is not None or mention.pods in checked.names_of_services:
            continue
        where = checked.workloads.home(mention.pods)
        if where is None or checked.workloads.of(where):
            continue
        lead = _called(checked, mention, asked.values[0])
        if lead is not None:
            checked.names_of_services.add(mention.pods)
            yield _finding(checked, mention, asked, lead)


def _only_label(mention: Mention) -> LabelRequirement | None:
    requirements = mention.pods.pods.requirements
    if len(requirements) != 1 or not by_name(mention.pods.namespaces):
        return None
    asked = requirements[0]
    return asked if asked.operator == "In" and len(asked.values) == 1 else None


def _called(checked: CheckedWorkloads, mention: Mention, name: str) -> Lead | None:
    """Return the service of a name in the namespace of the pods, if it leads to any workload."""
    names = names_of(mention.pods.namespaces) or ()
    homes = ((None if each == UNNAMED else each) for each in names)
    leads = (checked.services.leads.get((home, name)) for home in homes)
    return next((lead for lead in leads if lead is not None and lead.workloads), None)


def _finding(checked: CheckedWorkloads, mention: Mention, asked: LabelRequirement, lead: Lead) -> Diagnostic:
    name = asked.values[0]
    opened = [
        each.port
        for each in checked.references.openings
        if each.pods == mention.pods and isinstance(each.port, PortInterval)
    ]
    numbers = {port.first for port in opened if port.first == port.last}
    ports = [port for port in lead.service.ports if port.number in numbers] or list(lead.service.ports)
    targets = [target for port in ports for each in lead.workloads for target in checked.services.resolved(port, each)]
    leads_to = ports_of(targets, checked.workloads) if targets else checked.workloads.named(lead.workloads)
    behind = selected(lead.service)
    labels = "" if behind is None else words.selector(behind.pods)
    place = place_of_label(mention.location, mention.path, asked.key, name) if mention.path else None
    return Diagnostic(
        code="NP525",
        severity="warning",
        message=f"`{name}` is a Service, and policies select pods: it leads to {leads_to}",
        location=place or mention.location,
        label="no pods are called so",
        labels=(Label(lead.service.location, "the Service"),),
        help=f"select its pods, `[{labels}]`, and their port",
    )
