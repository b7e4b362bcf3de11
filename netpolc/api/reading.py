"""What is read: texts that a caller holds, a folder with its project, or texts over a folder."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from netpolc.compiler.memory import Memory
from netpolc.compiler.workspace import Workspace, encoded
from netpolc.project.filesystem import DISK, Overlay

Where = Workspace | Mapping[str, str]
"""What is read: a workspace, or texts by their names, as `{"shop.netpol": "web -> db:5432"}`."""

SEALED = Path("/")
"""The folder that names of texts are relative to where nothing is read from disk."""


def workspace(
    texts: Mapping[str, str] | None = None, root: str | PathLike[str] | None = None, *, remembers: bool = True
) -> Workspace:
    """Return what a caller reads from: texts, a folder, or texts over a folder.

    Args:
        texts: what files hold, by their paths relative to the root, with `/`. A `netpolc.toml` among them counts.
        root: the folder whose files are read where no text is given; its project is that of the nearest netpolc.toml,
            in it or above. Without one, there are only the texts.
        remembers: whether the workspace, and those that `edited` makes of it, keep what they read and compiled.

    Raises:
        InputError: the project file has errors.
    """
    cwd = SEALED if root is None else Path(root).absolute()
    held = encoded(texts or {}, cwd)
    files = Overlay(held, sealed=root is None) if held or root is None else DISK
    return Workspace(cwd, files=files, memory=Memory() if remembers else None).with_project()


def opened(where: Where) -> Workspace:
    """Return a workspace, or one of given texts that remembers nothing."""
    return where if isinstance(where, Workspace) else workspace(where, remembers=False)
