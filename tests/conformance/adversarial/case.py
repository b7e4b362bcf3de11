"""What a case is, and the manifests that most of them are about."""

import json

import msgspec

API = "networking.k8s.io/v1"
EVERYBODY = {}


class Case(msgspec.Struct, frozen=True):
    """Texts, each a file, and what is to be found in them; what is None is not asked about.

    `codes` are all that are reported. `labels` are the `matchLabels` of the first policy's subject, `port` and `last`
    those of its first rule, `peers` how many peers that rule has. `policies` and `workloads` are names, and `verdicts`
    say of `source -> destination : protocol port` whether it passes.
    """

    number: int
    title: str
    texts: tuple[str | bytes, ...]
    codes: frozenset[str] = frozenset()
    labels: dict[str, str] | None = None
    port: int | str | None = None
    last: int | None = None
    peers: int | None = None
    policies: tuple[str, ...] | None = None
    workloads: tuple[str, ...] | None = None
    services: dict[str, tuple] | None = None
    skipped: dict[str, int] | None = None
    verdicts: dict[str, bool] = {}


def case(number, title, *texts, codes=(), **expected):
    """A case, its objects written as JSON."""
    written = tuple(text if isinstance(text, str | bytes) else stream(text) for text in texts)
    return Case(number, title, written, frozenset([codes] if isinstance(codes, str) else codes), **expected)


def stream(objects):
    """Objects as one file."""
    return "\n---\n".join(map(json.dumps, objects))


def policy(name="p", *, namespace="shop", pods=EVERYBODY, **rules):
    """A policy of the directions that rules are given for; without any, one that denies all ingress."""
    types = [direction.capitalize() for direction in rules] or ["Ingress"]
    return {
        "apiVersion": API,
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": pods, "policyTypes": types, **rules},
    }


def pod(name, *, namespace="shop", labels=None, ip=None, phase="Running", ports=(), host_network=False):
    """A pod; ports are lists of name and number, one list for each container."""
    containers = [
        {"name": f"c{number}", "image": "i", "ports": [{"name": name, "containerPort": port} for name, port in each]}
        for number, each in enumerate(ports or [[]])
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, **({} if labels is None else {"labels": labels})},
        "spec": {"containers": containers, "hostNetwork": host_network},
        "status": {"phase": phase, **({} if ip is None else {"podIPs": [{"ip": ip}]})},
    }


def deployment(name, *, namespace="shop", labels):
    """Replicas that are alike."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
        },
    }


def by(**labels):
    """A selector by labels."""
    return {"matchLabels": labels}


def expressions(*each):
    """A selector by expressions: key, operator, values."""
    return {
        "matchExpressions": [{"key": key, "operator": operator, "values": values} for key, operator, *values in each]
    }


def blocks(*each):
    """Rules with these blocks as peers: a CIDR and its exceptions."""
    return [{"from": [{"ipBlock": {"cidr": cidr, **({"except": out} if out else {})}} for cidr, *out in each]}]
