"""Reads the manifests of a folder as `netpolc reach` does, on one processor or on all, and does nothing with them."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from netpolc import processors
from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.workspace import Workspace


def main() -> None:
    """Read, say how much, and end as `netpolc` does."""
    gc.disable()
    processes = 1 if "--one" in sys.argv else processors.available()
    paths = [path for path in sys.argv[1:] if path != "--one"]
    manifests = read_inputs(paths, Workspace(Path.cwd(), processes=processes)).manifests
    sys.stderr.write(f"{len(manifests.workloads)} workloads, {len(manifests.policies)} policies\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
