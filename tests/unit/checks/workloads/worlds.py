"""Small clusters, written in a line each, and what does not fit in them."""

import json

from netpolc.checks.workloads.run import check_workloads
from netpolc.diagnostics.model import collect
from netpolc.engine.from_policies import rules_of_policies
from netpolc.manifests.combining import combine
from netpolc.manifests.model import Backend, ContainerPort, Manifests, Namespace, Route, Service, ServicePort, Workload
from netpolc.manifests.reading import read_manifests
from netpolc.policy.constants import NAME_LABEL
from netpolc.source import Location, Source, Span

OTHERS = Source("others.yaml", "somewhere\n")
PLACE = Location(OTHERS, Span(0, 9))


def workload(name, labels="", ports=(), **more):
    """`shop/web`, `app=web, tier=x`, and ports: `8080`, `(8080, "http")` or `(53, "dns", "UDP")`."""
    namespace, _, own = name.rpartition("/")
    return Workload(
        kind=more.pop("kind", "Deployment"),
        name=own,
        namespace=namespace or None,
        labels=labels if isinstance(labels, dict) else pairs(labels or f"app={own}"),
        ports=tuple(map(container_port, ports)),
        location=PLACE,
        **more,
    )


def container_port(port):
    number, name, protocol = (*(port if isinstance(port, tuple) else (port,)), None, None)[:3]
    return ContainerPort(number, protocol or "TCP", name)


def service(name, selector, *ports, **more):
    """Ports are `(80, 8080)`, `(80, "http")` or `(53, 53, "UDP")`, each with a name of its own."""
    namespace, _, own = name.rpartition("/")
    return Service(
        name=own,
        namespace=namespace or None,
        type="ClusterIP",
        selector=pairs(selector) if selector else None,
        ports=tuple(
            ServicePort(number, protocol[0] if protocol else "TCP", target, f"port-{number}")
            for number, target, *protocol in ports
        ),
        location=PLACE,
        **more,
    )


def namespace(name, labels=""):
    return Namespace(name=name, labels={**pairs(labels), NAME_LABEL: name}, location=PLACE)


def route(name, *backends, kind="Ingress", **more):
    where, _, own = name.rpartition("/")
    return Route(kind=kind, name=own, namespace=where, backends=tuple(map(backend, backends)), location=PLACE, **more)


def backend(name):
    """`shop/web:80`, `shop/web:http`, or `shop/web` for all of its ports."""
    where, _, rest = name.partition("/")
    own, _, port = rest.partition(":")
    return Backend(where, own, int(port) if port.isdigit() else port or None, PLACE)


def pairs(text):
    return dict(pair.split("=") for pair in filter(None, text.replace(" ", "").split(",")))


def policy(name, spec):
    """A policy as a mapping; `spec` is JSON or YAML in one line."""
    where, _, own = name.rpartition("/")
    placed = f", namespace: {where}" if where else ""
    return (
        f"---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {own}{placed}}}\nspec: {spec}\n"
    )


def policies(*texts):
    """The policies of some texts, which the API server takes."""
    read = combine([read_manifests(Source("policies.yaml", "".join(texts)))])
    assert not [one for one in read.diagnostics if one.severity == "error"]
    return read.policies


def found(written, stated=(), **parts):
    """What does not fit between policies and the parts of manifests."""
    manifests = Manifests(policies=written, **{name: tuple(part) for name, part in parts.items()})
    labels = {
        each.name: {key: value for key, value in each.labels.items() if key != NAME_LABEL}
        for each in manifests.namespaces
    }
    return collect(check_workloads(None, rules_of_policies(written, labels), manifests, stated=stated))


def codes(written, **parts):
    return [one.code for one in found(written, **parts)]


def mended(text, diagnostics):
    """A text with the first fix of each diagnostic applied."""
    edits = [edit for one in diagnostics for fix in one.fixes[:1] for edit in fix.edits]
    for edit in sorted(edits, key=lambda edit: edit.location.span.start, reverse=True):
        text = text[: edit.location.span.start] + edit.text + text[edit.location.span.end :]
    return text


def stream(documents):
    """Documents of a random world as JSON, one after the other."""
    return "".join(f"---\n{json.dumps(document)}\n" for document in documents)
