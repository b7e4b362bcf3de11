"""The argument that each check of workloads takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.access import Access
from netpolc.checks.workloads.made_later import MadeLater
from netpolc.checks.workloads.services import Services
from netpolc.checks.workloads.workloads import Workloads

if TYPE_CHECKING:
    from collections.abc import Collection

    from netpolc.checks.workloads.references import References
    from netpolc.checks.workloads.services import Lead
    from netpolc.engine.model import RuleSet
    from netpolc.engine.regions import PodSet
    from netpolc.manifests.model import Manifests


class CheckedWorkloads:
    """Policies and programs beside the workloads, namespaces and services of manifests.

    `references` are what those speak of who may still change it; `ruleset` is what all policies together let through,
    with the labels of namespaces that the manifests show. Of the `stated` classes a project says itself where their
    controllers are. `mistaken` are services whose ports were taken for those of their pods, and `names_of_services` are
    pods that were looked for by the name of one: the check that finds them files them here, and those after it say no
    more of them. So do those that are `called` to no avail.
    """

    def __init__(
        self,
        references: References,
        ruleset: RuleSet,
        manifests: Manifests,
        *,
        stated: Collection[str] = (),
        known_pods: tuple[str, ...] = (),
        finds_pods_on_nodes: bool = False,
    ) -> None:
        """File workloads and services, and what is let through at each."""
        self.references = references
        self.ruleset = ruleset
        self.manifests = manifests
        self.workloads = Workloads(manifests.workloads, ruleset.namespaces, references.owned)
        self.services = Services(manifests.services, self.workloads)
        self.made_later = MadeLater(known_pods, manifests, self.workloads)
        self.access = Access(ruleset, self.workloads)
        self.stated = stated
        self.finds_pods_on_nodes = finds_pods_on_nodes
        self.mistaken: set[Lead] = set()
        self.called: set[Lead] = set()
        self.names_of_services: set[PodSet] = set()
