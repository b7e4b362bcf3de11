"""NP613: all addresses of one family and none of the other; and fixes for NP409, of blocks that are written wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.yaml.checked_policy import fixes_of
from netpolc.diagnostics.model import Diagnostic, Fix
from netpolc.engine.from_policies import addresses_of
from netpolc.manifests.meant_blocks import candidates, canonical
from netpolc.manifests.nodes import Mapping, Scalar, Sequence
from netpolc.policy.addresses import IPV4_BITS, IPV6_BITS, AddressBlock, parse
from netpolc.policy.model import IPBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy, Written, WrittenPolicy
    from netpolc.checks.yaml.tree import Value
    from netpolc.policy.model import PolicyPort

EVERYWHERE = {IPV4_BITS: "0.0.0.0/0", IPV6_BITS: "::/0"}
_FAMILY = {IPV4_BITS: "IPv4", IPV6_BITS: "IPv6"}


def fixed(found: Diagnostic, written: WrittenPolicy) -> Diagnostic:
    """Return a finding on a block, with the blocks that it may be meant for, as far as its exceptions fit them."""
    value = written.value_of(found)
    if value is None or not isinstance(value.node, Scalar):
        return found
    texts = meant_blocks(value.node.text, value)
    fixes = fixes_of(*((f"write `{text}`", written.layout.replace(value.node, text)) for text in texts))
    return _with(found, fixes)


def meant_blocks(text: str, value: Value | None = None) -> tuple[str, ...]:
    """Return the blocks that a text may stand for, as far as they fit what is around a value."""
    fitting = (block for block in candidates(text) if value is None or _fits(block, value))
    return tuple(dict.fromkeys(canonical(block) for block in fitting))


def _with(found: Diagnostic, fixes: tuple[Fix, ...]) -> Diagnostic:
    advice = fixes[0].message if len(fixes) == 1 else None if fixes else found.help
    return msgspec.structs.replace(found, fixes=fixes, help=advice)


def _fits(block: AddressBlock, value: Value) -> bool:
    """Tell whether a block can stand here: an exception within what it is taken from, or the other way round."""
    fields = value.site.mapping.fields
    if value.field == "except":
        whole = fields.get("cidr")
        around = parse(whole.text) if isinstance(whole, Scalar) else None
        return around is not None and around.contains_strictly(block)
    excepts = fields.get("except")
    items = excepts.items if isinstance(excepts, Sequence) else []
    parts = [parse(item.text) for item in items if isinstance(item, Scalar)]
    return all(part is not None and block.contains_strictly(part) for part in parts)


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield rules for all addresses of one family alone, unless another rule says the same of the other family."""
    rules = [(each, _everywhere(each)) for each in checked.rules] if checked.has_blocks else []
    said = {(each.direction, _ports(each), bits) for each, found in rules for bits in found}
    for each, found in rules:
        for bits, index in found.items():
            other = IPV4_BITS + IPV6_BITS - bits
            if (each.direction, _ports(each), other) not in said and not _is_emptied(each, index):
                yield _one_family(checked, each, index, bits, other)


def _everywhere(rule: Written) -> dict[int, int]:
    """Return the families of which a rule names all addresses, exceptions aside, and the peer that does."""
    found: dict[int, int] = {}
    for index, peer in enumerate(rule.rule.peers):
        block = parse(peer.cidr) if isinstance(peer, IPBlock) else None
        if block is not None and block.prefix == 0:
            found.setdefault(block.bits, index)
    return found


def _is_emptied(rule: Written, index: int) -> bool:
    """Tell whether exceptions leave nothing of a peer, of which NP503 speaks."""
    peer = rule.rule.peers[index]
    return isinstance(peer, IPBlock) and bool(peer.excepts) and not addresses_of(peer.cidr, peer.excepts)


def _ports(rule: Written) -> frozenset[PolicyPort]:
    return frozenset(rule.rule.ports)


def _one_family(checked: CheckedPolicy, rule: Written, index: int, bits: int, other: int) -> Diagnostic:
    layout, held, missing = checked.layout, rule.node.fields[rule.peers], EVERYWHERE[other]
    fixes: tuple[Fix, ...] = ()
    peer = rule.items(rule.peers)[index]
    if isinstance(held, Sequence) and isinstance(peer, Mapping):
        block = layout.field(peer, "cidr", layout.word(peer, missing))
        inline = f"{{{layout.field(peer, 'ipBlock', f'{{{block}}}')}}}"
        lines = ("ipBlock:", f"  cidr: {layout.word(peer, missing)}")
        fixes = fixes_of(
            (f"add `{missing}`, if every address is meant", layout.add_item(held, index, lines, inline)),
            applicability="shown",
        )
    return checked.finding(
        "NP613",
        f"`{EVERYWHERE[bits]}` is every {_FAMILY[bits]} address, and no {_FAMILY[other]} address",
        checked.at(peer),
        fixes=fixes,
        advice=None if fixes else f"add `{missing}`, if every address is meant",
    )
