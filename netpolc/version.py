"""The version of netpolc, and what tells one state of its code from another."""

from __future__ import annotations

import os
from functools import cache

VERSION = "0.1.0"

MADE_OF = "made-of"
"""The file of a wheel that holds a digest of all others."""


@cache
def fingerprint() -> bytes:
    """Digest netpolc's own files, so that results of other code are never used.

    A wheel says what it was made of, and does not change; of a checkout, names, sizes and times tell.
    """
    from pathlib import Path  # the version alone takes none of these

    from netpolc.digests import sha256

    package = Path(__file__).parent
    made_of = package / "_bundled" / MADE_OF
    if made_of.is_file():
        return made_of.read_bytes()
    state = sha256(VERSION.encode())
    for root in (package, package.parent / "templates"):
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(files):
                found = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 -- a hundred files at each start
                state.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return state.digest()
