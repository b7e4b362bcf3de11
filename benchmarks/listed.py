"""Asks a cluster for its lists as `netpolc plan` does, and does nothing with them."""

from __future__ import annotations

import gc
import os
import sys

from netpolc.live.kinds import kinds
from netpolc.live.kubectl import find
from netpolc.live.lists import pages
from netpolc.live.served import served


def main() -> None:
    """Ask, say how much there is, and end as `netpolc` does."""
    gc.disable()
    kubectl = find(sys.argv[1])
    count = sum(len(page or ()) for kind in served(kubectl, kinds(evidence=False)) for page in pages(kubectl, kind))
    sys.stderr.write(f"{count} objects\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
