"""The DNS that the pods of a cluster ask, as far as its manifests show which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.cluster_dns import OPENSHIFT
from netpolc.ecosystem.ingress_controllers import OPENSHIFT_CLASS

if TYPE_CHECKING:
    from netpolc.manifests.model import Manifests

_USUAL = "dns"
_OF_OPENSHIFT = "dns-openshift"
_KINDS = frozenset(("DeploymentConfig",))


def dns_of(manifests: Manifests) -> str:
    """Return what the library calls the DNS of a cluster: that of OpenShift where kinds or namespaces are of it."""
    spaces = {each.namespace for each in manifests.workloads} | {each.name for each in manifests.namespaces}
    is_openshift = (
        any(each.class_name == OPENSHIFT_CLASS for each in manifests.routes)
        or any(each.kind in _KINDS for each in manifests.workloads)
        or any(each is not None and each.startswith(f"{OPENSHIFT}-") for each in spaces)
    )
    return _OF_OPENSHIFT if is_openshift else _USUAL
