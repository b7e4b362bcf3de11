"""The argument that each check of clusters takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.platforms import KUBERNETES, Platform

if TYPE_CHECKING:
    from netpolc.ir.model import Program
    from netpolc.manifests.model import Manifests


class CheckedCluster(msgspec.Struct, frozen=True):
    """Manifests, the program beside them, if there is one, and the platform."""

    manifests: Manifests
    program: Program | None
    platform: Platform = KUBERNETES
