"""NP406, NP407 and NP410: words in the wrong case or with a slip, and ports that are not written as numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.yaml.checked_policy import fixes_of
from netpolc.diagnostics.closest import Neighbours
from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.ecosystem.cluster_dns import DNS_PORTS
from netpolc.manifests.nodes import Scalar
from netpolc.policy.constants import POLICY_TYPES
from netpolc.sets.port_model import NO_POLICY_FOR_ICMP, PORTLESS
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from netpolc.checks.yaml.checked_policy import WrittenPolicy
    from netpolc.checks.yaml.layout import ObjectLayout
    from netpolc.checks.yaml.tree import Value

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")

_WORDS = {"protocol": PROTOCOLS, "policyTypes": tuple(POLICY_TYPES.values()), "operator": OPERATORS}
_LONGEST = 40
_LAST_PORT = 65535
_NUMBERS = r"([0-9]{1,5})(?:[-:]([0-9]{1,5}))?"


def fixed(found: Diagnostic, written: WrittenPolicy) -> Diagnostic:
    """Return a finding on a word or a port, with what it is a slip of."""
    value, layout = written.value_of(found), written.layout
    if value is None or not isinstance(value.node, Scalar):
        return found
    node = value.node
    if value.field == "port":
        return _with_numbers(found, node, value, layout)
    if value.field == "protocol" and node.text.casefold() in PORTLESS:
        return _with(found, (), NO_POLICY_FOR_ICMP)
    meant = word_meant(value.field, node.text)
    if meant is None:
        return found
    return _with(found, fixes_of((f"write `{meant}`", layout.replace(node, meant))))


def word_meant(field: str, text: str) -> str | None:
    """Return the protocol, type or operator that a text is a slip of, if it is one of just one.

    Protocols are too short for guesses: one has to have just the letters of a text.
    """
    words = _WORDS.get(field, ())
    if text in words or len(text) > _LONGEST:
        return None
    letters = "".join(filter(str.isalpha, text)).casefold()
    meant = [name for name in words if name.casefold() == letters] or [
        name for name in words if _is_near(name, letters)
    ]
    return meant[0] if len(meant) == 1 else None


def _is_near(name: str, letters: str) -> bool:
    if name in PROTOCOLS:
        return sorted(name.casefold()) == sorted(letters)
    return Neighbours((name,)).of(letters) is not None


def numbers(text: str) -> tuple[int, int | None] | None:
    """Return the port, or the first and last one, that a text spells, if there can be such."""
    spelt = re.fullmatch(_NUMBERS, text)
    if spelt is None:
        return None
    first, last = int(spelt[1]), None if spelt[2] is None else int(spelt[2])
    ends = first if last is None else last
    return (first, last) if 1 <= first <= ends <= _LAST_PORT else None


def protocols(port: int | str | None) -> tuple[str, ...]:
    """Return the protocols that may be meant with a port, the default first."""
    return ("TCP", "UDP") if port in DNS_PORTS else ("TCP",)


def _with_numbers(found: Diagnostic, node: Scalar, value: Value, layout: ObjectLayout) -> Diagnostic:
    spelt = None if node.plain and node.text.isdigit() else numbers(node.text)
    if spelt is None:
        return found
    first, last = spelt
    if last is None:
        return _with(found, fixes_of(("write the number without quotes", layout.put(node, str(first)))))
    if "endPort" in value.site.mapping.fields:
        return found
    edits = layout.put(node, str(first)), layout.add_field(value.site.mapping, "port", "endPort", str(last))
    advice = "write the first port as `port`, and the last as `endPort`"
    return _with(found, _fix(advice, edits), advice)


def _fix(message: str, edits: tuple[Edit | None, ...]) -> tuple[Fix, ...]:
    made = tuple(edit for edit in edits if edit is not None)
    return (Fix(message, made),) if len(made) == len(edits) else ()


def _with(found: Diagnostic, fixes: tuple[Fix, ...], advice: str | None = None) -> Diagnostic:
    advice = fixes[0].message if fixes else advice
    return found if advice is None else msgspec.structs.replace(found, fixes=fixes, help=advice)
