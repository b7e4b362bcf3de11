"""Reads recorded flows as `netpolc flows` does, and does nothing with them; or only decodes their lines."""

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
        from netpolc.flows.reading.front import Reading  # noqa: PLC0415 -- the bare decoder is not to pay for it

        reading = Reading([name], Path())
        said = f"{sum(1 for _ in reading) + sum(each.count for each in reading.passed_over)} flows and replies"
    sys.stderr.write(f"{said}\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
