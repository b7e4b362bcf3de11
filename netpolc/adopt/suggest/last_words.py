"""Services by the last words of their names, which people call variables after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.manifests.hosts import ASKING
from netpolc.manifests.settings import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.manifests.model import Service

BESIDE = frozenset(("PASS", "PASSWD", "PASSWORD", "PLAINTEXT", "PORT", "TLS", "USER", "USERNAME"))
"""Words behind the name of a service in what its clients are told beside its host."""

LONGEST = 6
"""How many words of a name are looked at."""


def by_last_words(services: Iterable[Service]) -> dict[tuple[str, ...], Service]:
    """Return services by the last words of their names, as far as these tell them apart and say more than `server`."""
    found: dict[tuple[str, ...], list[Service]] = {}
    for service in services:
        words = words_of(service.name)
        for length in range(1, min(LONGEST, len(words)) + 1):
            last = words[-length:]
            if not (ASKING | BESIDE).issuperset(last):
                found.setdefault(last, []).append(service)
    return {words: held[0] for words, held in found.items() if len(held) == 1}
