"""What checks may know."""

from __future__ import annotations

import datetime

import msgspec

from netpolc.ir.isolation import IsolatedPods
from netpolc.ir.model import Program


class CheckOptions(msgspec.Struct, frozen=True):
    """The circumstances of a run; without a day, nothing is said of dates, so that builds are reproducible.

    A thorough run also asks what takes the engine to answer. `pod_addresses` are the blocks that pods have their
    addresses from, if that is known. Who asks what is allowed, and not whether it should be, has no assertion proved.
    """

    today: datetime.date | None = None
    thorough: bool = False
    pod_addresses: tuple[str, ...] | None = None
    proves_assertions: bool = True


class Context(msgspec.Struct, frozen=True):
    """A program, which of its pods are closed, and the circumstances of the run."""

    program: Program
    isolations: IsolatedPods
    setting: CheckOptions = CheckOptions()
