"""Spellings of ends that kubectl, DNS and address bars have: `svc/cart`, `shop/deploy/cart`, `cart.shop.svc:80`."""

from __future__ import annotations

import re
from ipaddress import ip_address

import msgspec

SERVICE, POD = "Service", "Pod"

_KINDS = {
    "deploy": "Deployment",
    "deployment": "Deployment",
    "sts": "StatefulSet",
    "statefulset": "StatefulSet",
    "ds": "DaemonSet",
    "daemonset": "DaemonSet",
    "rs": "ReplicaSet",
    "replicaset": "ReplicaSet",
    "rc": "ReplicationController",
    "replicationcontroller": "ReplicationController",
    "job": "Job",
    "cj": "CronJob",
    "cronjob": "CronJob",
    "po": POD,
    "pod": POD,
    "svc": SERVICE,
    "service": SERVICE,
}
"""What kubectl calls the kinds that have pods or lead to some, in the singular; short names have no plural."""

_SCHEMES = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
"""The ports of addresses that say none."""

# Patterns are compiled where they are needed: few questions have a dot or two slashes.
_LABEL = r"[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?"
_URL = r"(?:jdbc:)?(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?:[^/@]*@)?(?P<host>[^/?#]*)"

_SRV = r"_(?P<port>[a-z0-9-]+)\._(?:tcp|udp|sctp)\.(?P<name>[^:]+)"
"""How DNS calls a port of a service: `_main._tcp.cart.shop.svc.cluster.local`."""

_DASHED_IPV4 = r"[0-9]+(-[0-9]+){3}"

SERVICES_DOMAIN, PODS_DOMAIN = "svc", "pod"


class KindName(msgspec.Struct, frozen=True):
    """An object by its kind and name, and its namespace where that is written."""

    kind: str
    name: str
    namespace: str | None = None


class DnsName(msgspec.Struct, frozen=True):
    """A name of the cluster's DNS: a service in a namespace, or one `host` behind it.

    It is `certain` where it can be nothing else, because the domain of services is a part of it.
    """

    service: str
    namespace: str
    host: str | None = None
    certain: bool = False


def split_ports(text: str) -> tuple[str, str | None]:
    """Return the name and the ports of a destination, which are None where it has none."""
    text = text.strip()
    url = re.match(_URL, text) if "://" in text else None
    if url is not None:
        text = url["host"]
        default = _SCHEMES.get(url["scheme"].lower())
        if not _has_port(text):
            return _unbracketed(text), default
    if not _has_port(text):
        record = re.fullmatch(_SRV, text) if text.startswith("_") else None
        return (text, None) if record is None else (record["name"], record["port"])
    name, _, ports = text.rpartition(":")
    return name, ports


def unbracketed_port(text: str) -> tuple[str, str] | None:
    """Return the address and port of a text that may also be an address as a whole, as `fd00::20:80`."""
    address, _, port = text.rpartition(":")
    try:
        ip_address(address)
    except ValueError:
        return None
    return (address, port) if port.isdigit() and ":" in address else None


def _has_port(text: str) -> bool:
    """Tell whether a colon is followed by ports; those of an IPv6 address are not."""
    name, colon, ports = text.rpartition(":")
    if not colon or not ports or name.count("{") != name.count("}"):
        return False
    try:
        ip_address(text)
    except ValueError:
        return True
    return False


def _unbracketed(text: str) -> str:
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


def kind_name(text: str) -> KindName | None:
    """Read `KIND/NAME` or `NAMESPACE/KIND/NAME`, where the kind may be short, plural or with its group.

    `KIND/NAMESPACE/NAME`, which others have, is the same; what may be both is the former.
    """
    match text.split("/"):
        case [kind, name]:
            namespace = None
        case [namespace, kind, name] if kind_of(kind) is not None:
            pass
        case [kind, namespace, name]:
            pass
        case _:
            return None
    found = kind_of(kind)
    return KindName(found, name, namespace) if found is not None and name else None


def kind_of(word: str) -> str | None:
    """Return the kind that kubectl knows by a word, as `deploy`, `deployments` or `deployment.apps`."""
    word = word.lower().partition(".")[0]
    singular = word.removesuffix("s")
    is_plural = singular in _KINDS and _KINDS[singular].lower() == singular
    return _KINDS.get(word) or (_KINDS[singular] if is_plural else None)


def dns_name(text: str) -> DnsName | None:
    """Read a name that the cluster's DNS may have: `cart.shop`, `cart.shop.svc.cluster.local`, `db-0.db.data.svc`."""
    parts = text.removesuffix(".").split(".")
    if len(parts) < 2 or not all(re.fullmatch(_LABEL, part) for part in parts) or parts[-1].isdigit():  # noqa: PLR2004 -- a namespace
        return None
    parts = [part.lower() for part in parts]
    if len(parts) == 2:  # noqa: PLR2004 -- as above
        return DnsName(parts[0], parts[1])
    if parts[2] == SERVICES_DOMAIN:
        return DnsName(parts[0], parts[1], certain=True)
    if parts[3:4] == [SERVICES_DOMAIN]:
        return DnsName(parts[1], parts[2], host=parts[0], certain=True)
    return DnsName(parts[1], parts[2], host=parts[0]) if len(parts) == 3 else None  # noqa: PLR2004 -- as above


def is_host(text: str) -> bool:
    """Tell whether a text is a domain name of several labels, and no address."""
    parts = text.removesuffix(".").split(".")
    return len(parts) > 1 and all(re.fullmatch(_LABEL, part) for part in parts) and not parts[-1].isdigit()


def pod_address(text: str) -> str | None:
    """Return the address in the name that DNS has for a pod, as in `10-1-2-3.shop.pod.cluster.local`."""
    parts = text.removesuffix(".").lower().split(".")
    if parts[2:3] != [PODS_DOMAIN]:
        return None
    return parts[0].replace("-", "." if re.fullmatch(_DASHED_IPV4, parts[0]) else ":")


def makers(kind: str, name: str, *, surely: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the objects that may have made a pod, a ReplicaSet or a Job of a name, each by its kind and name.

    Only what Kubernetes makes up counts where nobody says that it is such a name `surely`; names that people give have
    vowels.
    """
    made_up = _MADE_UP if surely else _SAFE
    patterns = ((maker, pattern.replace("?", made_up)) for maker, pattern in _MADE.get(kind, ()))
    found = ((maker, re.fullmatch(pattern, name)) for maker, pattern in patterns)
    return tuple((maker, made[1]) for maker, made in found if made is not None)


_MADE_UP, _SAFE = "[a-z0-9]", "[bcdfghjklmnpqrstvwxz2456789]"
"""The characters of hashes and suffixes: any, and those that there are (apimachinery, pkg/util/rand)."""
_MADE = {
    POD: (
        ("Deployment", "(.+)-?{1,10}-?{5}"),
        ("CronJob", "(.+)-[0-9]+-?{5}"),
        ("Job", "(.+)-[0-9]+-?{5}"),
        *((kind, "(.+)-?{5}") for kind in ("DaemonSet", "ReplicaSet", "Job", "ReplicationController")),
    ),
    "ReplicaSet": (("Deployment", "(.+)-?{1,10}"),),
    "Job": (("CronJob", "(.+)-[0-9]+"),),
}
"""How controllers name what they make: after themselves, a hash of the template, an ordinal, and random characters,
which are written `?` here."""
