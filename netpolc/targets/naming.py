"""Names of policies: valid for Kubernetes, from the facts alone, and never two alike in a namespace."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from netpolc.digests import sha256
from netpolc.policy.names import dns_subdomain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpolc.sets.labels import LabelSelector

DEFAULT_DENY = "default-deny"
ALL_PODS = "all-pods"
LONGEST = 253
LONGEST_MADE = 63
"""How much is kept of a name that is made up anyhow, before its hash: what fits on a line of 80 columns."""
DIGITS = 8
OTHER = re.compile(r"[^a-z0-9]+")


class Candidate(msgspec.Struct, frozen=True, order=True):
    """A possible name of a subject; a declared one is better than a shorthand, and that than a list of labels."""

    rank: int
    text: str
    exact: bool = True


def name_all(
    candidates: Mapping[LabelSelector, set[Candidate]], given: Mapping[LabelSelector, str] = {}
) -> dict[LabelSelector, str]:
    """Choose a name for each subject of one namespace.

    A subject gets the name that it is `given`, or the source's word for it where that is valid as it stands and no
    other subject claims it; else the nearest valid name, with a hash of the subject's selector.
    """
    wanted = {
        selector: _wanted(selector, min(known)) for selector, known in candidates.items() if selector not in given
    }
    claims = Counter(name for name, exact in wanted.values() if exact)
    claims.update((DEFAULT_DENY, *given.values()))
    names: dict[LabelSelector, str] = {selector: given[selector] for selector in candidates if selector in given}
    taken = {name for name, exact in wanted.values() if exact and claims[name] == 1}.union(given.values())
    for selector in sorted(wanted):
        name, exact = wanted[selector]
        if not exact or claims[name] > 1:
            name = _distinct(name, selector, taken)
            taken.add(name)
        names[selector] = name
    return names


def described(selector: LabelSelector) -> str:
    """Write a selector in kubectl's syntax, in normal form."""
    return ",".join(
        {
            "In": f"{r.key} in ({','.join(r.values)})" if len(r.values) > 1 else f"{r.key}={''.join(r.values)}",
            "NotIn": f"{r.key} notin ({','.join(r.values)})" if len(r.values) > 1 else f"{r.key}!={''.join(r.values)}",
            "Exists": r.key,
            "DoesNotExist": f"!{r.key}",
        }[r.operator]
        for r in selector.requirements
    )


def _wanted(selector: LabelSelector, best: Candidate) -> tuple[str, bool]:
    """Return the nearest valid name, and whether it is the source's word itself."""
    if not selector.requirements:
        return ALL_PODS, True
    if best.exact and not dns_subdomain(best.text):
        return best.text, True
    return slug(best.text)[:LONGEST_MADE].rstrip("-") or "pods", False


def slug(text: str) -> str:
    """Return the nearest text that may stand in a name; it may be empty."""
    return OTHER.sub("-", text.lower()).strip("-")


def _distinct(name: str, selector: LabelSelector, taken: set[str]) -> str:
    digest = sha256(described(selector).encode()).hexdigest()
    for digits in range(DIGITS, len(digest)):
        longer = f"{name[: LONGEST - digits - 1].rstrip('-')}-{digest[:digits]}"
        if longer not in taken:
            return longer
    raise AssertionError(f"no name is left for {described(selector)}")
