"""Policies in a few words, and what becomes of them."""

import json
import re

from netpolc.adopt.importer.importing import import_manifests
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


def pods(text):
    """`app=web, !old` as a selector of the API; `*` is all."""
    labels, expressions = {}, []
    for part in [] if text == "*" else text.split(", "):
        key, equal, value = part.partition("=")
        match key[0], key[-1], equal:
            case "!", _, _:
                expressions.append({"key": key[1:], "operator": "DoesNotExist"})
            case _, "!", _:
                expressions.append({"key": key[:-1], "operator": "NotIn", "values": value.split("|")})
            case _, _, "":
                expressions.append({"key": key, "operator": "Exists"})
            case _ if "|" in value:
                expressions.append({"key": key, "operator": "In", "values": value.split("|")})
            case _:
                labels[key] = value
    return {"matchLabels": labels, "matchExpressions": expressions}


def peer(text):
    """`app=web`, `data/app=db`, `[team=a]/*`, `10.0.0.0/8`."""
    if re.match(r"[0-9.]+/[0-9]", text) and "." in text:
        cidr, *excepts = text.split(" except ")
        return {"ipBlock": {"cidr": cidr, "except": excepts}}
    where, slash, who = text.rpartition("/") if "]/" in text or text.count("/") == 1 else ("", "", text)
    if not slash:
        return {"podSelector": pods(who)}
    if where.startswith("["):
        return {"namespaceSelector": pods(where[1:-1]), "podSelector": pods(who)}
    selector = {"matchLabels": {"kubernetes.io/metadata.name": where}} if where != "*" else {}
    return {"namespaceSelector": selector, "podSelector": pods(who)}


def port(written):
    number, _, protocol = str(written).partition("/")
    return {"port": int(number) if number.isdigit() else number, "protocol": protocol.upper() or "TCP"}


def rules(given, peers):
    """`{"app=web": 80}` as rules; no peer is `""`, no port None."""
    return [
        {
            **({peers: [peer(each) for each in who.split(" + ")]} if who else {}),
            **({} if ports is None else {"ports": [port(each) for each in str(ports).split()]}),
        }
        for who, ports in given.items()
    ]


def policy(name, subject, ingress=None, egress=None, namespace="shop", **metadata):
    """A policy of the types for which it is given rules."""
    spec = {"podSelector": pods(subject), "policyTypes": []}
    for kind, given, peers in (("Ingress", ingress, "from"), ("Egress", egress, "to")):
        if given is not None:
            spec["policyTypes"].append(kind)
            spec[kind.lower()] = rules(given, peers)
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **metadata}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def manifests(*documents):
    text = "\n---\n".join(each if isinstance(each, str) else json.dumps(each) for each in documents)
    found = read_manifests(Source("policies.yaml", text))
    assert not [one for one in found.diagnostics if one.severity == "error"], found.diagnostics
    return found


def policies(*documents):
    return manifests(*documents).policies


def imported(*documents, apart=False):
    """The source of each file."""
    result = import_manifests(manifests(*documents), apart=apart)
    assert result.diagnostics == ()
    return result.files


def lines(*documents):
    """What is written, but for comments, blank lines and the namespaces."""
    (text,) = imported(*documents).values()
    return [line for line in text.splitlines() if line and not line.startswith(("#", "namespace "))]


def flows(*documents):
    """The flows that are written."""
    return [line for line in lines(*documents) if " -> " in line]
