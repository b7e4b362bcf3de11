"""Kubernetes' rules for names: what is wrong with a value, in the API server's words; nothing where it is valid.

The rules are those of apimachinery: pkg/util/validation/validation.go for the names of objects, namespaces and ports,
pkg/api/validate/content/kube.go for labels. Lengths count bytes of UTF-8, as Go does; the former says characters.
"""

from __future__ import annotations

import re

SUBDOMAIN_LENGTH = 253
LABEL_LENGTH = 63
PORT_NAME_LENGTH = 15
MANAGED_BY = ("app.kubernetes.io/managed-by", "netpolc")
"""The label that each policy of netpolc has, by which it knows them again."""
NOTES = "netpolc/"
"""The beginning of the keys of annotations in which netpolc writes what people noted, such as `netpolc/owner`."""

_dns_label = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?").fullmatch
_name_part = re.compile(r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]").fullmatch

_EMPTY = "must be non-empty"
_ENDS = "and must start and end with an alphanumeric character"
_NOT_A_LABEL = f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', {_ENDS}"
_NOT_A_SUBDOMAIN = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', {_ENDS}"
)
_NOT_A_NAME = f"must consist of alphanumeric characters, '-', '_' or '.', {_ENDS}"
_NOT_A_KEY = (
    f"a valid label key {_NOT_A_NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
_NOT_A_VALUE = f"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', {_ENDS}"

Faults = tuple[str, ...]


def size(text: str) -> int:
    """Count the bytes that a text takes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def dns_label(value: str) -> Faults:
    """List what keeps a value from being an RFC 1123 label, which namespaces are."""
    faults = _too_long(value, LABEL_LENGTH, "characters")
    if _dns_label(value):
        return faults
    return (*faults, "must not contain dots" if _is_dns_subdomain(value) else _NOT_A_LABEL)


def dns_subdomain(value: str) -> Faults:
    """List what keeps a value from being an RFC 1123 subdomain, which object names are."""
    return _dns_subdomain(value, "characters")


def label_key(value: str) -> Faults:
    """List what keeps a value from being a label key: a name, after an optional subdomain and `/`."""
    prefix, slash, name = value.rpartition("/")
    if "/" in prefix:
        return (_NOT_A_KEY,)
    faults: list[str] = []
    if slash:
        faults += [f"prefix part {fault}" for fault in (_dns_subdomain(prefix, "bytes") if prefix else (_EMPTY,))]
    faults += [f"name part {fault}" for fault in (_too_long(name, LABEL_LENGTH) if name else (_EMPTY,))]
    if not _name_part(name):
        faults.append(f"name part {_NOT_A_NAME}")
    return tuple(faults)


def label_value(value: str) -> Faults:
    """List what keeps a value from being a label's value, which may be empty."""
    faults = _too_long(value, LABEL_LENGTH)
    return faults if not value or _name_part(value) else (*faults, _NOT_A_VALUE)


def port_name(value: str) -> Faults:
    """List what keeps a value from being the name of a container port."""
    faults = list(_too_long(value, PORT_NAME_LENGTH, "characters"))
    if not re.fullmatch(r"[-a-z0-9]+", value):
        faults.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", value):
        faults.append("must contain at least one letter (a-z)")
    if "--" in value:
        faults.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        faults.append("must not begin or end with a hyphen")
    return tuple(faults)


def _dns_subdomain(value: str, unit: str) -> Faults:
    faults = _too_long(value, SUBDOMAIN_LENGTH, unit)
    return faults if _is_dns_subdomain(value) else (*faults, _NOT_A_SUBDOMAIN)


def _is_dns_subdomain(value: str) -> bool:
    return all(map(_dns_label, value.split(".")))


def _too_long(value: str, limit: int, unit: str = "bytes") -> Faults:
    return (f"must be no more than {limit} {unit}",) if size(value) > limit else ()
