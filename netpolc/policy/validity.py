"""Validation of NetworkPolicies: what the API server would reject, before it is asked.

The rules and their wording are those of Kubernetes (pkg/apis/networking/validation/validation.go and apimachinery,
pkg/api/validation/objectmeta.go), of which messages leave out the regular expressions. A policy without a namespace
is valid: the client names one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from netpolc.policy import addresses, names
from netpolc.policy.constants import POLICY_TYPES
from netpolc.policy.model import IPBlock, PolicyPort
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.identity import IdentitySet
    from netpolc.policy.model import MatchExpression, Policy, PolicyPeer, Selector
    from netpolc.source import Location

ANNOTATIONS_SIZE = 256 * 1024
"""The bytes that all keys and values of an object's annotations may take together."""

_FIRST_PORT, _LAST_PORT = 1, 65535
_SHOWN = 80
_NOT_A_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

Fault = tuple[str, str, str]  # code, path below the checked value, message
Pairs = tuple[tuple[str, str], ...]


class Problem(msgspec.Struct, frozen=True):
    """A value that the API server rejects: its path in the object, why, and the smallest known place in the source."""

    code: str
    path: str
    message: str
    location: Location | None


def validate(policy: Policy, *, strict: bool = True, sound: IdentitySet[object] | None = None) -> tuple[Problem, ...]:
    """List everything that the API server would reject in one policy, in its own order.

    Not all of them are `strict` about blocks that could be read in two ways: before 1.36 they only warn (KEP-4858).
    `sound` holds the ports and peers in which nothing was wrong; calls for several policies share it.
    """
    problems = [*_located(_metadata(policy), "metadata", policy.location)]
    problems += _located(selector_faults(policy.pod_selector), "spec.podSelector", policy.location)
    for direction, peers, rules in (("ingress", "from", policy.ingress), ("egress", "to", policy.egress)):
        for index, rule in enumerate(rules or ()):
            if sound is not None and rule.ports in sound and rule.peers in sound:
                continue
            place = rule.location or policy.location
            for part, items in (("ports", rule.ports), (peers, rule.peers)):
                found = _faults_in(items, sound, strict=strict)
                if sound is not None and not found:
                    sound.add(items)
                for number, item, (code, below, message) in found:
                    path = f"spec.{direction}[{index}].{part}[{number}]{below}"
                    problems.append(Problem(code, path, message, item.location or place))
    problems += _located(_policy_types(policy.policy_types), "spec.policyTypes", policy.location)
    return tuple(problems)


def duplicates(policies: Iterable[Policy]) -> tuple[Problem, ...]:
    """List each policy whose namespace and name an earlier one has: of two such objects, the last one applied wins."""
    seen: set[tuple[str | None, str]] = set()
    problems: list[Problem] = []
    for policy in policies:
        key = (policy.namespace, policy.name)
        if key in seen:
            name = policy.name if policy.namespace is None else f"{policy.namespace}/{policy.name}"
            message = f"duplicate value {_shown(name)}: another policy has the same namespace and name"
            problems.append(Problem("NP401", "metadata.name", message, policy.location))
        seen.add(key)
    return tuple(problems)


def _located(faults: Iterable[Fault], path: str, location: Location | None) -> Iterator[Problem]:
    for code, below, message in faults:
        yield Problem(code, f"{path}{below}", message, location)


def _invalid(code: str, path: str, value: str, details: Iterable[str]) -> Iterator[Fault]:
    for detail in details:
        yield code, path, f"invalid value {_shown(value)}: {detail}"


def _unsupported(value: str, supported: tuple[str, ...]) -> str:
    return f"unsupported value {_shown(value)}: supported values: {', '.join(f'`{item}`' for item in supported)}"


def _shown(value: object) -> str:
    text = str(value)
    return f"`{text}`" if len(text) <= _SHOWN else f"`{text[:_SHOWN]}…`"


def _metadata(policy: Policy) -> Iterator[Fault]:
    if policy.name:
        yield from _invalid("NP401", ".name", policy.name, names.dns_subdomain(policy.name))
    else:
        yield "NP401", ".name", "required value: name or generateName is required"
    if policy.namespace:
        yield from _invalid("NP402", ".namespace", policy.namespace, names.dns_label(policy.namespace))
    elif policy.namespace is not None:
        yield "NP402", ".namespace", "required value"
    yield from _labels(policy.labels, ".labels")
    yield from _annotations(policy.annotations)


@lru_cache(maxsize=8192)
def _labels(labels: Pairs, path: str) -> tuple[Fault, ...]:
    faults = [*_repeated("NP403", path, labels)]
    for key, value in labels:
        faults += _invalid("NP403", path, key, names.label_key(key))
        faults += _invalid("NP404", path, value, names.label_value(value))
    return tuple(faults)


def _annotations(annotations: Pairs) -> Iterator[Fault]:
    yield from _repeated("NP405", ".annotations", annotations)
    for key, _ in annotations:
        yield from _invalid("NP405", ".annotations", key, names.label_key(key.lower()))
    if sum(names.size(key) + names.size(value) for key, value in annotations) > ANNOTATIONS_SIZE:
        yield "NP405", ".annotations", f"too long: may not be more than {ANNOTATIONS_SIZE} bytes"


def _repeated(code: str, path: str, pairs: Pairs) -> Iterator[Fault]:
    if len(pairs) > 1 and len(dict(pairs)) < len(pairs):
        keys = [key for key, _ in pairs]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield code, path, f"key {_shown(key)} already set in map"


@lru_cache(maxsize=8192)
def selector_faults(selector: Selector) -> tuple[Fault, ...]:
    """List what the API server rejects in a selector, wherever it stands."""
    faults = [*_labels(selector.match_labels, ".matchLabels")]
    for index, expression in enumerate(selector.match_expressions):
        faults += _expression(expression, f".matchExpressions[{index}]")
    return tuple(faults)


def _expression(expression: MatchExpression, path: str) -> Iterator[Fault]:
    match expression.operator:
        case "In" | "NotIn":
            if not expression.values:
                message = "required value: must be specified when `operator` is 'In' or 'NotIn'"
                yield "NP406", f"{path}.values", message
        case "Exists" | "DoesNotExist":
            if expression.values:
                message = "forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                yield "NP406", f"{path}.values", message
        case operator:
            yield from _invalid("NP406", f"{path}.operator", operator, ("not a valid selector operator",))
    yield from _invalid("NP403", f"{path}.key", expression.key, names.label_key(expression.key))
    for index, value in enumerate(expression.values):
        yield from _invalid("NP404", f"{path}.values[{index}]", value, names.label_value(value))


def _faults_in(
    items: tuple[PolicyPort, ...] | tuple[PolicyPeer, ...], sound: IdentitySet[object] | None, *, strict: bool
) -> list[tuple[int, PolicyPort | PolicyPeer, Fault]]:
    """List what is wrong with items of a rule, each by its number."""
    found: list[tuple[int, PolicyPort | PolicyPeer, Fault]] = []
    for number, item in enumerate(items):
        if sound is not None and item in sound:
            continue
        faults = _port_faults(item) if isinstance(item, PolicyPort) else _peer_faults(item, strict=strict)
        if faults:
            found += [(number, item, fault) for fault in faults]
        elif sound is not None:
            sound.add(item)
    return found


def _port_faults(port: PolicyPort) -> tuple[Fault, ...]:
    return _port(port.protocol, port.port, port.end_port)


# A name may equal no number, but `True` equals 1: typed keeps them apart.
@lru_cache(maxsize=8192, typed=True)
def _port(protocol: str, port: int | str | None, end_port: int | None) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    if protocol not in PROTOCOLS:
        faults.append(("NP407", ".protocol", _unsupported(protocol, PROTOCOLS)))
    if isinstance(port, str):
        faults += _end_port(end_port, ("may not be specified when `port` is non-numeric",))
        faults += _invalid("NP407", ".port", port, names.port_name(port))
    elif port is None:
        faults += _end_port(end_port, ("may not be specified when `port` is not specified",))
    else:
        faults += _invalid("NP407", ".port", str(port), _port_number(port))
        if end_port is not None:
            reversed_range = ("must be greater than or equal to `port`",) if end_port < port else ()
            faults += _end_port(end_port, (*reversed_range, *_port_number(end_port)))
    return tuple(faults)


def _end_port(end_port: int | None, details: tuple[str, ...]) -> Iterator[Fault]:
    if end_port is not None:
        yield from _invalid("NP407", ".endPort", str(end_port), details)


def _port_number(port: int) -> tuple[str, ...]:
    return () if _FIRST_PORT <= port <= _LAST_PORT else (f"must be between {_FIRST_PORT} and {_LAST_PORT}, inclusive",)


def _peer_faults(peer: PolicyPeer, *, strict: bool) -> tuple[Fault, ...]:
    if isinstance(peer, IPBlock):
        return _ip_block(peer.cidr, peer.excepts, strict=strict)
    if peer.pod_selector is None and peer.namespace_selector is None:
        return (("NP408", "", "required value: must specify a peer"),)
    faults: tuple[Fault, ...] = ()
    for field, selector in ((".podSelector", peer.pod_selector), (".namespaceSelector", peer.namespace_selector)):
        if selector is not None and (found := selector_faults(selector)):
            faults += tuple((code, f"{field}{path}", message) for code, path, message in found)
    return faults


@lru_cache(maxsize=8192)
def _ip_block(cidr: str, excepts: tuple[str, ...], *, strict: bool) -> tuple[Fault, ...]:
    if not cidr:
        return (("NP409", ".ipBlock.cidr", "required value"),)
    faults = [*_cidr(cidr, ".ipBlock.cidr", strict=strict)]
    block = addresses.parse(cidr)
    if block is None:
        return tuple(faults)
    for index, text in enumerate(excepts):
        path = f".ipBlock.except[{index}]"
        faults += _cidr(text, path, strict=strict)
        part = addresses.parse(text)
        if part is not None and not block.contains_strictly(part):
            faults += _invalid("NP409", path, text, ("must be a strict subset of `cidr`",))
    return tuple(faults)


def _cidr(value: str, path: str, *, strict: bool) -> Iterator[Fault]:
    block = addresses.parse(value)
    detail = _NOT_A_CIDR if block is None else addresses.ambiguity(value, block) if strict else None
    if detail is not None:
        yield from _invalid("NP409", path, value, (detail,))


def _policy_types(types: tuple[str, ...]) -> Iterator[Fault]:
    if len(types) > len(POLICY_TYPES):
        yield from _invalid("NP410", "", ", ".join(types), ("may not specify more than two policyTypes",))
        return
    for index, name in enumerate(types):
        if name not in POLICY_TYPES.values():
            yield "NP410", f"[{index}]", _unsupported(name, tuple(POLICY_TYPES.values()))
