"""What checks may know besides the program."""

from __future__ import annotations

import datetime

import msgspec


class Setting(msgspec.Struct, frozen=True):
    """The circumstances of a run; without a day, nothing is said of dates, so that builds are reproducible."""

    today: datetime.date | None = None
