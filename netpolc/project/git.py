"""Git's plumbing: commands that read a repository, and neither write to it, fetch, nor run what it configures."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, cast

import msgspec

from netpolc.project.reading import reason

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

PATIENCE_SECONDS = 120.0
"""How long all commands of one revision may take together."""

_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.warnAmbiguousRefs=true"),
)
_ENVIRONMENT = {
    # A partial clone would fetch what it lacks. No transport is allowed either, for a Git that cannot be told so.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    # What a commit holds follows from its id alone, whatever a clone would have in its place.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_MOST_COMPLAINT = 16 * 1024


class RevisionError(Exception):
    """The reason why a revision cannot be read, and what to do."""

    def __init__(self, message: str, advice: str | None = None) -> None:
        """Keep the message and the advice."""
        super().__init__(message)
        self.message = message
        self.advice = advice


class EndedEarlyError(Exception):
    """The error for a Git that ended before it had answered."""


class GitAnswer(msgspec.Struct, frozen=True):
    """The output of a command, its complaints, and whether it succeeded."""

    done: bool
    output: bytes
    complaint: str


class Git:
    """Git as run in one folder, with the user's environment, until its time is over."""

    def __init__(self, folder: Path, seconds: float = PATIENCE_SECONDS) -> None:
        """Start the clock."""
        self.folder = folder
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def ask(self, *command: str) -> GitAnswer:
        """Run a command whose answer is short."""
        with self._started(command, None) as (process, complaints):
            output, _ = process.communicate()
            self._demand_time()
            return GitAnswer(process.returncode == 0, output, _text(complaints))

    @contextmanager
    def stream(self, *command: str, given: BinaryIO | None = None) -> Iterator[BinaryIO]:
        """Run a command whose answer is read as it comes, to its end; EndedEarlyError says that it is not whole."""
        with self._started(command, given) as (process, _):
            try:
                yield cast("BinaryIO", process.stdout)
            except EndedEarlyError:
                self._demand_time()
                raise
            if process.wait() != 0:
                self._demand_time()
                raise EndedEarlyError

    @contextmanager
    def _started(
        self, command: tuple[str, ...], given: BinaryIO | None
    ) -> Iterator[tuple[subprocess.Popen[bytes], BinaryIO]]:
        import subprocess  # a diff of folders starts no Git
        import tempfile  # a diff of folders starts no Git
        import threading  # a diff of folders starts no Git

        with tempfile.TemporaryFile() as complaints:
            try:
                process = subprocess.Popen(
                    ["git", *_OPTIONS, *command],
                    cwd=self.folder,
                    env=os.environ | _ENVIRONMENT,
                    stdin=subprocess.DEVNULL if given is None else given,
                    stdout=subprocess.PIPE,
                    stderr=complaints,
                )
            except (OSError, ValueError) as error:
                _not_run(error)
            clock = threading.Timer(max(0.0, self._end - time.monotonic()), process.kill)
            clock.start()
            with process:
                try:
                    yield process, complaints
                finally:
                    clock.cancel()
                    clock.join()
                    process.kill()

    def _demand_time(self) -> None:
        if time.monotonic() >= self._end:
            raise RevisionError(
                f"git took more than {self._seconds:g} seconds",
                "check the revision out with `git worktree add`, and name that folder",
            )


def _text(complaints: BinaryIO) -> str:
    complaints.seek(0)
    return os.fsdecode(complaints.read(_MOST_COMPLAINT))


def _not_run(error: OSError | ValueError) -> NoReturn:
    if isinstance(error, FileNotFoundError):
        raise RevisionError("git is not installed", "install it, or name files and folders") from None
    raise RevisionError(f"git cannot be run: {reason(error)}") from None
