"""NP627: workloads that routes lead to, and of which nobody knows from where these would have to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.services import Services, ports_of
from netpolc.checks.workloads.workloads import Workloads
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of
from netpolc.engine.regions import ANYTHING
from netpolc.engine.verdicts import Evaluator, has_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.services import WorkloadPort
    from netpolc.cluster.cluster import Cluster
    from netpolc.cluster.ingress_controllers import IngressControllers
    from netpolc.manifests.model import Backend, Route

SHOWN_ROUTES = 3


def unknown_controllers(cluster: Cluster, controllers: IngressControllers) -> Iterator[Diagnostic]:
    """Yield a note for each class of routes whose controller is not known, or is on the network of its nodes.

    Of workloads that let everybody in, there is nothing to say.
    """
    found = controllers.unserved(cluster.ruleset)
    if not found.unknown and not found.on_nodes:
        return
    leading = _Leading(cluster)
    unknown: dict[str, list[Route]] = {}
    for route in found.unknown:
        unknown.setdefault(_what(route, controllers.classes(route)), []).append(route)
    for what, routes in unknown.items():
        classes = controllers.classes(routes[0])
        name = classes[0] if len(classes) == 1 else "*"
        yield from leading.note(
            routes,
            f"nobody knows {what}",
            "from wherever that runs",
            f"name its pods or addresses in netpolc.toml, below `[ingress-controllers]`: `{_key(name)} = "
            '"edge/[app=proxy]"`',
        )
    on_nodes: dict[str, list[Route]] = {}
    for route, workload in found.on_nodes:
        on_nodes.setdefault(id_of(workload), []).append(route)
    for name, routes in on_nodes.items():
        yield from leading.note(
            routes,
            f"the ingress controller `{name}` is on the network of its nodes, where policies do not see its pods",
            "from the addresses of these nodes",
            "let these in as a block of addresses",
        )


def _what(route: Route, classes: list[str]) -> str:
    """Name what is not known of a route, which is of some classes."""
    if classes:
        listed = " and ".join(f"`{name}`" for name in dict.fromkeys(classes))
        return f"the controller of the class {listed}"
    if not route.gateways:
        return f"the controller of {route.kind} objects without a class"
    places = (name if namespace is None else f"{namespace}/{name}" for namespace, name in route.gateways)
    return f"the class of the Gateway {' and '.join(f'`{each}`' for each in places)}"


def _key(name: str) -> str:
    bare = name.replace("-", "").replace("_", "").isalnum()
    return name if bare else f'"{name}"'


class _Leading:
    """The workloads that routes lead to."""

    def __init__(self, cluster: Cluster) -> None:
        self._workloads = Workloads(cluster.workloads, cluster.ruleset.namespaces)
        self._services = Services(cluster.manifests.services, self._workloads)
        self._evaluator = Evaluator(cluster.ruleset)

    def note(self, routes: list[Route], what: str, where: str, advice: str) -> Iterator[Diagnostic]:
        """Yield a note about what some routes lead to, if that is closed to anybody."""
        closed = [(route, *each) for route in routes for each in self._closed(route)]
        if not closed:
            return
        targets = list(dict.fromkeys(target for _, _, behind in closed for target in behind))
        first = closed[0][1]
        others = {route.shown: route for route, _, _ in closed if route is not closed[0][0]}
        yield Diagnostic(
            code="NP627",
            severity="note",
            message=f"{what}: {ports_of(targets, self._workloads)} would have to be reached {where}",
            location=first.location,
            label=f"the {closed[0][0].kind} `{closed[0][0].shown}` leads there",
            labels=tuple(
                Label(each.location, f"so does the {each.kind} `{each.shown}`")
                for each in list(others.values())[:SHOWN_ROUTES]
            ),
            help=advice,
        )

    def _closed(self, route: Route) -> Iterator[tuple[Backend, list[WorkloadPort]]]:
        for backend in route.backends:
            targets = [each for each in self._services.behind(backend) if not self._is_open(each)]
            if targets:
                yield backend, targets

    def _is_open(self, target: WorkloadPort) -> bool:
        """Tell whether anybody may come in at a port, from everywhere."""
        pod = self._workloads.pods[target.workload]
        if not self._evaluator.isolations("ingress", pod):
            return True
        return {*ANYTHING} <= {
            allow_rule.peer
            for allow_rule in self._evaluator.allow_rules("ingress", pod)
            if has_port(pod, allow_rule.ports, target.protocol, target.port)  # type: ignore[arg-type]  # read as one of three
        }
