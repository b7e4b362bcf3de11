"""The options of checks."""

from __future__ import annotations

import datetime

import msgspec


class CheckOptions(msgspec.Struct, frozen=True):
    """The circumstances of a run; without a day, nothing is said of dates, so that builds are reproducible.

    A thorough run also asks what takes the engine to answer. `pod_addresses` are the blocks that pods have their
    addresses from, if that is known. Who asks what is allowed, and not whether it should be, has no assertion proved.
    """

    today: datetime.date | None = None
    thorough: bool = False
    pod_addresses: tuple[str, ...] | None = None
    proves_assertions: bool = True
