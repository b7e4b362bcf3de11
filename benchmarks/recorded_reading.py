"""Reads recorded flows to distinct ones as `netpolc flows` does, and does nothing with them; or only decodes lines."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec


def main() -> None:
    """Read, say how much, and end as `netpolc` does."""
    name = sys.argv[1]
    if "--bare" in sys.argv:
        decode = msgspec.json.Decoder().decode
        with Path(name).open("rb") as stream:
            said = f"{sum(1 for line in stream if decode(line))} lines"
    else:
        # The bare decoder is not to pay for these.
        from netpolc.flows.reading.files import read_logs  # noqa: PLC0415 -- as said above
        from netpolc.project.filesystem import DISK  # noqa: PLC0415 -- as said above

        seen = read_logs([name], Path(), DISK)
        said = f"{sum(each.count for each in (*seen.flows, *seen.passed_over))} flows and replies"
    sys.stderr.write(f"{said}\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
