"""Standard output and standard error as a run needs them, whatever its caller made of them.

A reader who has enough and goes away is no error: the run ends as it would have, without being heard.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STDIN, STDOUT, STDERR = range(3)


class OutputStream(io.FileIO):
    """A descriptor that takes everything, and keeps why it could not pass that on."""

    def __init__(self, descriptor: int, refusal: OSError | None = None) -> None:
        """Write to a descriptor, which stays open, unless there is a reason not to."""
        super().__init__(descriptor, "w", closefd=False)
        self.failure: OSError | None = None
        self._refusal = refusal
        self._has_reader = True

    def write(self, data: ReadableBuffer, /) -> int:
        """Pass on what can be passed on, and drop the rest."""
        try:
            written = self._passed_on(data) if self._has_reader else None
        except OSError as error:
            self._has_reader = False
            if not isinstance(error, BrokenPipeError):
                self.failure = error
            written = None
        return memoryview(data).nbytes if written is None else written

    def _passed_on(self, data: ReadableBuffer) -> int:
        if self._refusal is not None:
            raise self._refusal
        # For a full pipe that does not block, FileIO returns None against its type.
        while (written := super().write(data)) is None:
            import select  # such pipes are rare

            select.select([], [self], [])
        return written


def open_streams() -> None:
    """Put such outputs in the place of `sys.stdout` and `sys.stderr`: UTF-8 but on a terminal of another encoding."""
    _occupy_closed_descriptors()
    sys.stdout = _opened(sys.stdout, STDOUT)
    sys.stderr = _opened(sys.stderr, STDERR)


def close_streams() -> OSError | None:
    """Write out what waits, and say why results were lost, if any were."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.failure if isinstance(raw, OutputStream) else None


def _occupy_closed_descriptors() -> None:
    """Keep the next file that is opened from becoming standard output, where the caller has closed that."""
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _opened(stream: TextIO | None, descriptor: int) -> TextIO:
    terminal = stream is not None and stream.isatty()
    if stream is not None and terminal and os.name == "nt":
        return stream  # the console of Windows is no plain file
    closed = OSError(errno.EBADF, "it is closed")
    raw = OutputStream(descriptor, closed if stream is None else None)
    encoding = stream.encoding if stream is not None and terminal else "utf-8"
    buffered = io.BufferedWriter(raw)
    return io.TextIOWrapper(
        buffered, encoding, "backslashreplace", newline="\n", line_buffering=terminal or descriptor == STDERR
    )
