"""Reads the manifests of a folder as `netpolc reach` does, and does nothing with them."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from netpolc.inputs import Place, read_inputs


def main() -> None:
    """Read, say how much, and end as `netpolc` does."""
    gc.disable()
    manifests = read_inputs(sys.argv[1:], Place(Path.cwd())).manifests
    sys.stderr.write(f"{len(manifests.workloads)} workloads, {len(manifests.policies)} policies\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
