"""`netpolc`, whose `check` does not ask whether a connection comes of a rule: what that costs is what this saves."""

from __future__ import annotations

import sys
from types import ModuleType


class CheckedConnections:
    """Takes the place of netpolc's, and holds nothing."""

    def __init__(self, *_parts: object, **_others: object) -> None:
        """Take nothing down."""


def check_connections(_: CheckedConnections) -> tuple[()]:
    """Nothing, which is said, so that a benchmark knows that connections were left out."""
    sys.stderr.write("no connections\n")
    return ()


# Before netpolc imports its own, since to import them is a part of what they cost.
for name, part in (("checked_connections", CheckedConnections), ("run", check_connections)):
    module = ModuleType(f"netpolc.checks.connections.{name}")
    setattr(module, part.__name__, part)
    sys.modules[module.__name__] = module

from netpolc.__main__ import main  # noqa: E402 -- see above

if __name__ == "__main__":
    main()
