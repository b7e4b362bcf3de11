"""Hosts as other tools name them, by DNS names, URLs and addresses, in netpol's words."""

from __future__ import annotations

import re

from netpolc.ecosystem.url_schemes import USUAL_PORTS
from netpolc.policy import addresses
from netpolc.sets.ports import FIRST, LAST

NAME = r"(?![0-9]+(?![A-Za-z0-9_-]))[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
"""A name as the grammar reads one."""

URL = (
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^\s/?#@\"']*@)?(?P<host>[^\s/?#:,{}\[\]\"']+)(?::(?P<port>[0-9]+))?"
    r"(?:[/?][^\s,}\]#\"']*)?"
)
"""A URL, as far as netpol's own marks let it reach."""

DOMAIN = "NetworkPolicy cannot express a domain name"
NO_URL = "endpoints are named, without a scheme or path"
PUBLIC = r"(?:.*\.)?[A-Za-z0-9-]+\.(?:com|net|org|io|edu|gov)"
"""Domains of two parts that are hardly meant for a service and its namespace."""

SERVICE = "policies name pods, not the DNS names of services"
PODS = "names stand without quotes"
BLOCKS = "addresses stand without quotes"
NO_PATTERN = "names stand for themselves, there are no patterns"
INSTEAD_OF_PATTERN = "name each, as in `{web-a, web-b}`, or select a label that they share: `[tier=web]`"
IN_BRACKETS = "labels stand in brackets, without quotes"
API_SERVER = r"kubernetes\.default(?:\.svc(?:\..*)?)?"
SERVICE_NAME = (
    rf"(?:_[a-z0-9-]+\._[a-z]+\.)?(?:(?P<pod>{NAME})\.)?(?P<service>{NAME}|\*)\.(?P<namespace>{NAME})"
    r"\.svc(?:\.[A-Za-z0-9.-]+)?\.?"
)
_PORTS = r"\*|(?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?(?:/(?:tcp|udp|sctp))?"
_PORT_NAME = r"[a-z][a-z0-9-]{0,13}[a-z0-9]"
_LABEL = r"[A-Za-z0-9][A-Za-z0-9./_-]*=[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
LABELS = rf"\[?[ ]*(?P<labels>{_LABEL}(?:,[ ]*{_LABEL})*)[ ]*\]?"
UNQUOTED = rf"\*|(?:{NAME}|\*)/(?:{NAME}|\*)|{NAME}"


def pods_of(host: str) -> str | None:
    """Return the pods behind the DNS name of a service, or of one pod of it; None for any other name.

    The names are those of kubernetes.io, "DNS for Services and Pods"; the last part may be any cluster's domain.
    """
    match = None if re.fullmatch(API_SERVER, host) else re.fullmatch(SERVICE_NAME, host)
    if match is None:
        return None
    pods = match["service"] if match["pod"] is None else f"[statefulset.kubernetes.io/pod-name={match['pod']}]"
    return f"{match['namespace']}/{pods}"


def endpoint_of(host: str) -> str | None:
    """Return the endpoint that a host is: a name, pods of a namespace, or an address; None for a domain."""
    return host if re.fullmatch(NAME, host) else block_of(host) or pods_of(host)


def block_of(text: str) -> str | None:
    """Return an address or a block as netpol writes it, if it is one."""
    if addresses.parse(text) is not None:
        return text
    whole = f"{text}/{addresses.IPV6_BITS if ':' in text else addresses.IPV4_BITS}"
    return None if addresses.parse(whole) is None else whole


def with_port(text: str) -> tuple[str, str] | None:
    """Split `shop/db:5432` into its endpoint and its port, as they are written in netpol."""
    host, _, port = text.rpartition(":")
    if re.fullmatch(_PORT_NAME, port):
        port = f'"{port}"'
    elif not are_ports(port):
        return None
    bare = host[1:-1] if host.startswith("[") and "=" not in host else host
    endpoint = without_quotes(bare) or endpoint_of(bare)
    return None if endpoint is None else (endpoint, f":{port}")


def are_ports(text: str) -> bool:
    """Tell whether a text is a port, a range of ports or all of them, as netpol writes them."""
    match = re.fullmatch(_PORTS, text)
    if match is None or match["first"] is None:
        return match is not None
    return FIRST <= int(match["first"]) <= int(match["last"] or match["first"]) <= LAST


def is_outside(name: str) -> bool:
    """Tell whether `a.b` is a domain on the internet, or the API server, rather than a service of a namespace."""
    return re.fullmatch(PUBLIC, name) is not None or re.fullmatch(API_SERVER, name) is not None


def ports_of(url: re.Match[str]) -> str:
    """Return the ports of a URL, its own or its scheme's, as they follow a destination, if any are known."""
    scheme = url["scheme"].lower()
    port = url["port"] or USUAL_PORTS.get(scheme)
    return "" if port is None else f":{port}{'/udp' if scheme == 'udp' else ''}"


def without_quotes(text: str) -> str | None:
    """Return what stands in quotes as it is written without them; None for what is no name, address or labels."""
    labels = re.fullmatch(LABELS, text)
    if labels is not None:
        return f"[{labels['labels']}]"
    return text if re.fullmatch(UNQUOTED, text) else block_of(text)


def advice_for(host: str) -> str:
    """Advise how to name what is behind a domain, which policies do not know."""
    if re.fullmatch(API_SERVER, host):
        return "the API server is no pod that a policy selects; name its address: `net api-server = 203.0.113.10/32`"
    return "name its addresses: `net partner = 203.0.113.0/24`; every public address is `std.internet`"
