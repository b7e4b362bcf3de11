"""The types of the tables: where pods of known software run, and where that is read."""

from __future__ import annotations

import msgspec


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """Software as it is usually deployed, under the name that `std.netpol` has for it.

    It is either pods, by their labels and a namespace (None is any), or an `address`. `ports` are what its pods listen
    on, as the language writes them.
    """

    name: str
    namespace: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    address: str | None = None
    ports: tuple[str, ...] = ()
    source: str
