"""What a report shows, as data, whoever asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpolc.queries.traffic.model import JudgedTraffic
    from netpolc.report.changes import Naming
    from netpolc.results import Difference, Relation


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a report, called by a `title`.

    Relations and differences are by environment, None where there is but one; those that are `unanswered` have a
    reason in words. Findings are None where nobody sought any. The differences are `against` something, and `naming`
    has the names of its files. What records of flows have seen is by environment, too, and empty where there are none.
    """

    title: str
    relations: Mapping[str | None, Relation]
    findings: tuple[Diagnostic, ...] | None = None
    unanswered: Mapping[str, str] = {}
    against: str | None = None
    differences: Mapping[str | None, Difference] = {}
    naming: Naming | None = None
    traffic: Mapping[str | None, JudgedTraffic] = {}
