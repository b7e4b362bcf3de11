"""Ships the parse tables and the compiled template in the wheel, so that nobody's first run has to make them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Prepared(BuildHookInterface[Any]):
    """Makes both with the Lark and the Jinja that the wheel is built with; others will not use them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them to a wheel; an editable install keeps them in the user's cache."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from netpolc.syntax.tables import shipped  # noqa: PLC0415 -- from the tree that is being built
        from netpolc.targets.render import Renderer  # noqa: PLC0415 -- as above

        build = root / "build"
        build.mkdir(exist_ok=True)
        module, code = Renderer().generate()
        tables, layout = build / "netpol.tables", build / f"{module}.py"
        tables.write_bytes(shipped((root / "grammar" / "netpol.lark").read_text("utf-8")))
        layout.write_text(code, encoding="utf-8")
        build_data["force_include"][str(tables)] = "netpolc/_bundled/grammar/netpol.tables"
        build_data["force_include"][str(layout)] = f"netpolc/_bundled/{module}.py"
