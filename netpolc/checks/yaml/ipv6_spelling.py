"""NP421: blocks of IPv6 addresses that are not spelt as RFC 5952 has it.

The API server takes them, with a warning at each create and update (apimachinery, pkg/util/validation/ip.go,
GetWarningsForCIDR).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.blocks import EVERYWHERE
from netpolc.checks.yaml.checked_policy import fixes_of
from netpolc.checks.yaml.shapes import IP_BLOCK
from netpolc.manifests.meant_blocks import canonical
from netpolc.manifests.nodes import Scalar
from netpolc.policy.addresses import IPV6_BITS, ambiguity, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy
    from netpolc.diagnostics.model import Diagnostic


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield each block, and each exception of one, whose spelling the API server would correct."""
    for value in checked.tree.values if checked.has_blocks else ():
        if value.site.shape is IP_BLOCK and isinstance(value.node, Scalar):
            text = value.node.text
            spelt = _spelt(text)
            if spelt != text:
                yield checked.finding(
                    "NP421",
                    f"`{text}` is not spelt as RFC 5952 has it, of which the API server warns each time",
                    checked.at(value.node),
                    fixes=fixes_of(
                        (f"write `{spelt}`", checked.layout.replace(value.node, spelt)), applicability="safe"
                    ),
                    advice=f"write `{spelt}`",
                )


def _spelt(text: str) -> str:
    """Return the canonical spelling of a block that can be read in one way only; any other text as it is."""
    if ":" not in text or text == EVERYWHERE[IPV6_BITS]:
        return text
    block = parse(text)
    return text if block is None or ambiguity(text, block) is not None else canonical(block)
