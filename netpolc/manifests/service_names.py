"""The services that host names mean to pods, and the ports of theirs that are meant (Kubernetes' DNS specification)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.prometheus import METRICS_PORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.manifests.model import Service, ServicePort

_CLUSTER = "svc"
_ORDINAL = "0123456789"


class ServiceNames:
    """The services of some manifests by the names that pods have for them."""

    def __init__(self, services: Iterable[Service]) -> None:
        """Index services by namespace and name."""
        self.all = {(one.namespace, one.name): one for one in services}

    def find(self, host: str, namespace: str | None) -> Service | None:
        """Find the service that a host name means to a pod of a namespace."""
        labels = host.lower().rstrip(".").split(".")
        if _CLUSTER in labels[1:]:
            labels = labels[: labels.index(_CLUSTER, 1)]
            return self._qualified(labels) if len(labels) > 1 else None
        found = self.all.get((namespace, labels[0])) if len(labels) == 1 else self._qualified(labels)
        return self._of_pod(labels, namespace) if found is None else found

    def _qualified(self, labels: Sequence[str]) -> Service | None:
        """Find the service of `service.namespace` or `pod.service.namespace`."""
        if len(labels) == 2:  # noqa: PLR2004 -- said above
            return self.all.get((labels[1], labels[0]))
        return self._of_pod(labels[:-1], labels[-1])

    def _of_pod(self, labels: Sequence[str], namespace: str | None) -> Service | None:
        """Find the service of `pod.service`, where the pod is a numbered one of a StatefulSet."""
        if len(labels) != 2 or not labels[0].rstrip(_ORDINAL).endswith("-"):  # noqa: PLR2004 -- said above
            return None
        return self.all.get((namespace, labels[1]))


def ports_meant(service: Service, wanted: int | None, usual: int | None = None) -> tuple[ServicePort, ...]:
    """Return the ports with a number; without one, those with the `usual` number, or else all but metrics."""
    if wanted is not None:
        return tuple(port for port in service.ports if port.number == wanted)
    found = tuple(port for port in service.ports if port.number == usual)
    return found or tuple(port for port in service.ports if port.name not in METRICS_PORTS) or service.ports
