"""The services that the API server calls: admissionregistration/v1, apiregistration/v1, apiextensions/v1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Backend, Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node

DEFAULT_PORT = 443
CONFIGURATIONS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")


def read_webhooks(item: Object) -> tuple[Webhook, ...]:
    """Read the services that an object has the API server call; webhooks behind a URL are left out."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    kind = item.text(item.root.fields.get("kind"))
    found = [
        Webhook(kind=kind, name=metadata.name, backend=backend, location=backend.location)
        for node in _services(item, kind)
        if node is not None and (backend := _backend(item, node)) is not None
    ]
    return tuple(dict.fromkeys(found))


def _services(item: Object, kind: str) -> Iterator[Node | None]:
    spec = item.root.fields.get("spec")
    if kind in CONFIGURATIONS:
        for webhook in item.items(item.root.fields.get("webhooks")):
            yield item.fields(item.fields(webhook).get("clientConfig")).get("service")
    elif kind == "APIService":
        yield item.fields(spec).get("service")
    else:
        conversion = item.fields(item.fields(item.fields(spec).get("conversion")).get("webhook"))
        yield item.fields(conversion.get("clientConfig")).get("service")


def _backend(item: Object, node: Node) -> Backend | None:
    fields = item.fields(node)
    namespace, name = item.text(fields.get("namespace")), item.text(fields.get("name"))
    if not namespace or not name:
        return None
    return Backend(namespace, name, item.integer(fields.get("port")) or DEFAULT_PORT, item.location(node))
