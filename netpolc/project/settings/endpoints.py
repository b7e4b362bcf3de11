"""Endpoints of a project file, which mean the same wherever they are written, and blocks of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ir.model import Pods
from netpolc.language.resolve.standalone import StandaloneError, standalone_peers
from netpolc.policy.addresses import ambiguity, parse
from netpolc.policy.names import dns_subdomain

if TYPE_CHECKING:
    from netpolc.project.places import Keys
    from netpolc.project.settings.values import Values


def blocks(values: Values, keys: Keys, value: object) -> tuple[str, ...]:
    """Read blocks of addresses."""
    if not isinstance(value, list):
        values.wrong_type(keys, value, "an array of strings", f'write `{keys[-1]} = ["10.244.0.0/16"]`')
        return ()
    found = [text for index, item in enumerate(value) if (text := values.text((*keys, index), item)) is not None]
    for index, text in enumerate(found):
        block = parse(text)
        why = "must be a CIDR, such as 10.244.0.0/16" if block is None else ambiguity(text, block)
        if why is not None:
            values.fault((*keys, index), f"`{text}` is no block of addresses: it {why}")
    return tuple(found)


def controllers(values: Values, keys: Keys, value: object) -> dict[str, str]:
    """Read where the ingress controllers of classes are."""
    if not isinstance(value, dict):
        advice = 'write `[ingress-controllers]`, and `nginx = "edge/[app=proxy]"` below it'
        values.wrong_type(keys, value, "a table", advice)
        return {}
    for name, endpoint in value.items():
        for fault in () if name == "*" else dns_subdomain(name):
            values.fault((*keys, name), f"`{name}` cannot be the name of a class: {fault}", of_key=True)
        _endpoint(values, (*keys, name), endpoint)
    return value


def known_pods(values: Values, keys: Keys, value: object) -> tuple[str, ...]:
    """Read endpoints of pods."""
    if not isinstance(value, list):
        values.wrong_type(keys, value, "an array of strings", f'write `{keys[-1]} = ["shop/[app=database]"]`')
        return ()
    return tuple(item for index, item in enumerate(value) if _endpoint(values, (*keys, index), item, of_pods=True))


def _endpoint(values: Values, keys: Keys, value: object, *, of_pods: bool = False) -> bool:
    """Tell whether a value is an endpoint, and report what is not."""
    text = values.text(keys, value)
    try:
        peers = () if text is None else standalone_peers(text)
    except StandaloneError as error:
        values.fault(keys, f"`{text}` {error}", help=error.advice)
        return False
    if of_pods and not all(isinstance(peer, Pods) for peer in peers):
        values.fault(keys, f"`{text}` is no endpoint of pods", help="write pods as `shop/[app=database]`")
    return text is not None
