"""Ships the parse tables in the wheel, so that nobody's first run has to compute them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParseTables(BuildHookInterface[Any]):
    """Computes the tables with the Lark that the wheel is built with; another Lark will not use them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the tables to a wheel; an editable install keeps them in the user's cache."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from netpolc.syntax.tables import shipped  # noqa: PLC0415 -- from the tree that is being built

        file = root / "build" / "netpol.tables"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(shipped((root / "grammar" / "netpol.lark").read_text("utf-8")))
        build_data["force_include"][str(file)] = "netpolc/_bundled/grammar/netpol.tables"
