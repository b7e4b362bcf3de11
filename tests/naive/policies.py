"""What NetworkPolicy v1 objects allow, as plainly as the API's own description says it.

Sources: kubernetes/api networking/v1/types.go and defaults.go; the concepts page "Network Policies".
Documents are what PyYAML loads; nothing of netpolc is used.

What the API leaves open is settled as Kubernetes' own tests have it (test/e2e/network/netpol): an `ipBlock` matches a
pod by its address where that is known, and a pod reaches itself whatever policies say.
"""

import functools
import ipaddress

import msgspec


class Pod(msgspec.Struct, frozen=True):
    """A pod as policies see it. `ports` are its named container ports: (name, protocol, number).

    A pod with a name is that one pod; without, it is any pod like it, and two equal ones are two replicas.
    """

    namespace: str
    namespace_labels: dict[str, str]
    labels: dict[str, str]
    ports: tuple[tuple[str, str, int], ...] = ()
    ip: str | None = None
    name: str | None = None


class Address(msgspec.Struct, frozen=True):
    """Something outside of the cluster."""

    ip: str


def allows(documents, source, destination, protocol, port):
    """Whether a connection passes: out of its source, and into its destination."""
    if isinstance(source, Pod) and source.name is not None and source == destination:
        return True
    connection = destination, protocol, port
    return _passes(documents, "Egress", source, destination, connection) and _passes(
        documents, "Ingress", destination, source, connection
    )


def isolates(documents, direction, pod):
    """Whether any policy isolates a pod in a direction, `Ingress` or `Egress`."""
    return any(_isolates(document, direction, pod) for document in documents)


def _passes(documents, direction, subject, other, connection):
    if isinstance(subject, Address):
        return True
    isolating = [document for document in documents if _isolates(document, direction, subject)]
    return not isolating or any(
        _admits(rule or {}, direction, document["metadata"]["namespace"], other, connection)
        for document in isolating
        for rule in document["spec"].get(direction.lower()) or ()
    )


def admitted(documents, direction, subject, other, destination, asked):
    """Which of the ports `asked` (protocol, number) the rules about a pod admit, where anything isolates it."""
    found = set()
    for document in documents:
        if _isolates(document, direction, subject):
            namespace = document["metadata"]["namespace"]
            for rule in (each or {} for each in document["spec"].get(direction.lower()) or ()):
                if _has_peer(rule, direction, namespace, other):
                    found |= {each for each in asked - found if _has_port(rule, (destination, *each))}
    return found


def _isolates(document, direction, pod):
    spec = document["spec"]
    return (
        document["metadata"]["namespace"] == pod.namespace
        and _selects(spec.get("podSelector"), pod.labels)
        and direction in _types(spec)
    )


def _types(spec):
    return spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


def _admits(rule, direction, namespace, other, connection):
    return _has_peer(rule, direction, namespace, other) and _has_port(rule, connection)


def _has_peer(rule, direction, namespace, other):
    peers = rule.get("from" if direction == "Ingress" else "to")
    return not peers or any(_is_peer(peer, namespace, other) for peer in peers)


def _has_port(rule, connection):
    ports = rule.get("ports")
    return not ports or any(_is_port(item, *connection) for item in ports)


def _is_peer(peer, namespace, other):
    block = peer.get("ipBlock")
    if block is not None:
        return (
            other.ip is not None
            and _in(other.ip, block["cidr"])
            and not any(_in(other.ip, cidr) for cidr in block.get("except") or ())
        )
    if isinstance(other, Address):
        return False
    namespaces, pods = peer.get("namespaceSelector"), peer.get("podSelector")
    there = other.namespace == namespace if namespaces is None else _selects(namespaces, other.namespace_labels)
    return there and _selects(pods, other.labels)


@functools.cache
def _in(ip, cidr):
    address, network = ipaddress.ip_address(ip), ipaddress.ip_network(cidr)
    return address.version == network.version and address in network


def _is_port(item, destination, protocol, port):
    if (item.get("protocol") or "TCP") != protocol:
        return False
    wanted = item.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return isinstance(destination, Pod) and (wanted, protocol, port) in destination.ports
    return wanted <= port <= (item.get("endPort") or wanted)


def _selects(selector, labels):
    selector = selector or {}
    return all(labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items()) and all(
        _satisfies(expression, labels) for expression in selector.get("matchExpressions") or ()
    )


def _satisfies(expression, labels):
    key, values = expression["key"], expression.get("values")
    match expression["operator"]:
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case operator:
            raise ValueError(operator)
