"""Hosts that a route leads into the cluster: an Ingress, a Route or an HTTPRoute serves them, by its controller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.queries.ends.leading import listed
from netpolc.queries.reading import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.manifests.model import Backend, Route

_ANY = "*."
"""What a host begins with that stands for all below it."""


def served_host(text: str, routes: Iterable[Route]) -> QueryError | None:
    """Return the error about a host that routes serve; None where none does.

    It is no end: whoever asks for it connects to a controller, whose own connection goes to the Services behind.
    """
    host = text.lower().removesuffix(".")
    served = [(route, backend) for route in routes for backend in route.backends]
    exact = [each for each in served if host in _lower(each[1])]
    found = exact or [each for each in served if any(_stands_for(one, host) for one in _lower(each[1]))]
    if not found:
        return None
    route = found[0][0]
    services = list(dict.fromkeys(f"`{_asked(backend)}`" for _, backend in found))
    return QueryError(
        f"`{text}` is a host of {route.kind} `{route.shown}`: what connects to its Services is a controller",
        code="NP314",
        advice=f"ask whether the pods of that controller may reach {listed(services)}",
    )


def _lower(backend: Backend) -> Iterable[str]:
    return [each.lower().removesuffix(".") for each in backend.hosts]


def _stands_for(pattern: str, host: str) -> bool:
    return pattern.startswith(_ANY) and host.endswith(pattern[1:]) and host != pattern[1:]


def _asked(backend: Backend) -> str:
    """Write a Service and its port as an end of a question, as far as they are known."""
    place = "" if backend.namespace is None else f"{backend.namespace}/"
    return f"{place}svc/{backend.service}" + ("" if backend.port is None else f":{backend.port}")
