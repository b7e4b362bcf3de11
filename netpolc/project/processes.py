"""Programs of others, run with a limit on time and output, and without a terminal to ask on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from netpolc.project.reading import reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

_CHUNK = 1024 * 1024
_MOST_COMPLAINT = 16 * 1024


class Ended(msgspec.Struct, frozen=True):
    """The output of a program, its complaints, and why the output is not complete, if it is not.

    `bounded` says that it was ended because it took too long or wrote too much.
    """

    output: bytes
    complaint: str = ""
    failure: str | None = None
    bounded: bool = False


def installed(program: str) -> str | None:
    """Return the path of a program, or None; relative folders in PATH do not count, since anybody may own them."""
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    found = shutil.which(program, path=os.pathsep.join(folders)) if folders else None
    return found if found is not None and Path(found).is_absolute() else None


def run_bounded(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    seconds: float,
    limit: int,
    given: bytes | None = None,
) -> Ended:
    """Run a program in a folder, to its end or until it has taken too long or written too much.

    What is `given` is its standard input, which is empty otherwise.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Without a terminal, nothing that it starts can ask for a password; and all of that can be ended at once.
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return Ended(b"", failure=f"it cannot be run: {reason(error)}")
    complaint = bytearray()
    late = threading.Event()
    clock = threading.Timer(seconds, _end, (process, late))
    others = [threading.Thread(target=_listen, args=(process.stderr, complaint))]
    if given is not None:
        others.append(threading.Thread(target=_tell, args=(process.stdin, given)))
    with process:
        clock.start()
        for other in others:
            other.start()
        try:
            output = _read_up_to(cast("BinaryIO", process.stdout), limit)
            if len(output) <= limit:
                others[0].join()
                _await(process)
        finally:
            clock.cancel()
            clock.join()
            _end(process)
            for other in others:
                other.join()
    if len(output) > limit:
        return Ended(b"", failure=f"it makes more than {limit // _CHUNK} MiB", bounded=True)
    if late.is_set():
        return Ended(b"", failure=f"it takes more than {seconds:g} seconds", bounded=True)
    failure = f"it ended with {process.returncode}" if process.returncode else None
    return Ended(output, complaint.decode(errors="replace"), failure)


@contextmanager
def serving(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Ended | None]:
    """Run a program until the end of the block, from when it has written a line on.

    Yields:
        How it ended, where it did without writing a line; else None.
    """
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,  # as above
        )
    except (OSError, ValueError) as error:
        yield Ended(b"", failure=f"it cannot be run: {reason(error)}")
        return
    complaint = bytearray()
    listener = threading.Thread(target=_listen, args=(process.stderr, complaint))
    with process:
        listener.start()
        try:
            if cast("BinaryIO", process.stdout).readline():
                yield None
            else:
                listener.join()
                code = process.wait()
                yield Ended(b"", complaint.decode(errors="replace"), failure=f"it ended with {code}")
        finally:
            _end(process)
            listener.join()


def _await(process: subprocess.Popen[bytes]) -> None:
    """Wait until a program ends, which may have closed its output before, and leave it to be waited for.

    So its number goes to no other program meanwhile.
    """
    if hasattr(os, "waitid"):
        with suppress(OSError):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def _end(process: subprocess.Popen[bytes], late: threading.Event | None = None) -> None:
    """End a program that nobody has waited for yet, with all that it started; one at its end keeps its exit code."""
    if late is not None:
        late.set()
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _listen(stream: BinaryIO, heard: bytearray) -> None:
    """Read a stream to its end, and keep the beginning."""
    while chunk := stream.read(_CHUNK):
        heard += chunk[: _MOST_COMPLAINT - len(heard)]


def _tell(stream: BinaryIO, given: bytes) -> None:
    """Write all of an input, or as much as a program reads of it."""
    with suppress(OSError), stream:
        stream.write(given)


def _read_up_to(stream: BinaryIO, limit: int) -> bytes:
    """Read a stream to its end, but stop soon after the limit."""
    parts: list[bytes] = []
    total = 0
    while total <= limit and (chunk := stream.read(min(_CHUNK, limit + 1 - total))):
        parts.append(chunk)
        total += len(chunk)
    return b"".join(parts)
