"""`netpolc version`: which netpolc this is."""

from __future__ import annotations

import sys

from netpolc.version import VERSION

EXAMPLES = """\b
Examples:
  netpolc version"""


def command() -> int:
    """Print the version, as `netpolc --version` does."""
    sys.stdout.write(f"netpolc {VERSION}\n")
    return 0
