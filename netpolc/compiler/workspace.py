"""Where a run stands: its folder, the texts that it reads there, and what it may use."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import msgspec

from netpolc.cache import Cache
from netpolc.compiler.memory import Memory
from netpolc.project.config import Project
from netpolc.project.filesystem import DISK, Disk


class Workspace(msgspec.Struct, frozen=True):
    """A folder, its project if there is one, and the means of a run.

    `cwd` is the folder that paths are relative to, `files` what is read there. The `cache` is on disk, the `memory` the
    caller's own. Large work is shared out to at most so many `processes`, which are forked. What runs `programs` may
    have Helm, Kustomize and kubectl render what is theirs. `stdin` is what `-` reads; None is closed.
    """

    cwd: Path
    project: Project | None = None
    cache: Cache | None = None
    files: Disk = DISK
    memory: Memory | None = None
    processes: int = 1
    programs: bool = False
    stdin: BinaryIO | None = None
