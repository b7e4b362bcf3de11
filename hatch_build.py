"""The build hook that ships parse tables and the compiled template, so that nobody's first run has to make them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Prepared(BuildHookInterface[Any]):
    """A hook that makes both with the Lark and the Jinja that the wheel is built with; others will not use them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add both to a wheel; an editable install keeps them in the user's cache."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from netpolc.language.syntax.lalr import shipped  # noqa: PLC0415 -- from the tree that is being built
        from netpolc.targets.layout import generate  # noqa: PLC0415 -- as above

        build = root / "build"
        build.mkdir(exist_ok=True)
        module, code = generate()
        prepared = {
            f"grammar/{name}": content
            for name, content in shipped((root / "grammar" / "netpol.lark").read_text("utf-8")).items()
        }
        prepared[f"{module}.py"] = code.encode()
        for place, content in prepared.items():
            file = build / Path(place).name
            file.write_bytes(content)
            build_data["force_include"][str(file)] = f"netpolc/_bundled/{place}"
