"""The build hook that ships parse tables and the compiled template, so that nobody's first run has to make them."""

from __future__ import annotations

import hashlib
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
        from netpolc.version import MADE_OF  # noqa: PLC0415 -- as above

        build = root / "build"
        build.mkdir(exist_ok=True)
        module, code = generate()
        prepared = {
            f"grammar/{name}": content
            for name, content in shipped((root / "grammar" / "netpol.lark").read_text("utf-8")).items()
        }
        prepared[f"{module}.py"] = code.encode()
        prepared[MADE_OF] = self._digest(*prepared.values())
        for place, content in prepared.items():
            file = build / Path(place).name
            file.write_bytes(content)
            build_data["force_include"][str(file)] = f"netpolc/_bundled/{place}"

    def _digest(self, *made: bytes) -> bytes:
        """Digest everything that goes into the wheel, the files of the tree and those that are made of them."""
        state = hashlib.sha256()
        for folder in ("netpolc", "grammar", "templates", "docs/codes", "schema", "sql"):
            for file in sorted(Path(self.root, folder).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    state.update(f"{file.relative_to(self.root)}\0{file.stat().st_size}\0".encode() + file.read_bytes())
        for content in made:
            state.update(content)
        return state.digest()
