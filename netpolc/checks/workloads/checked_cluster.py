"""The argument that each check of clusters takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from netpolc.ir.model import Program
    from netpolc.manifests.model import Manifests


class CheckedCluster(msgspec.Struct, frozen=True):
    """Manifests, and the program beside them, if there is one."""

    manifests: Manifests
    program: Program | None
