"""Reading a file or the standard input as text: whole, bounded, and never from a pipe or a device."""

from __future__ import annotations

import codecs
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from netpolc.diagnostics.model import Diagnostic
from netpolc.source import STDIN, Location, Source, Span

if TYPE_CHECKING:
    from pathlib import Path

MAX_SIZE = 16 * 1024 * 1024
"""The bytes that a file may have; the largest known program is a thousandth of that."""

_CHUNK = 1024 * 1024
_FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class NotRegularError(OSError):
    """The error for a path that holds no text of its own: a folder, a pipe, a device."""


def read_source(path: Path, display: str, *, limit: int = MAX_SIZE) -> Source | Diagnostic:
    """Read a file as text, called `display`; NP805 where it cannot be read, NP105 where it is no text."""
    data = read_bytes(path, display, limit=limit)
    return data if isinstance(data, Diagnostic) else decode(data, display)


def read_stdin(stream: BinaryIO | None, *, limit: int = MAX_SIZE) -> Source | Diagnostic:
    """Read the standard input under the same rules; None stands for an input that the caller's shell closed."""
    display = STDIN
    if stream is None:
        return unreadable(display, "it is closed")
    try:
        data = stream.read(limit + 1)
    except OSError as error:
        return unreadable(display, reason(error))
    return unreadable(display, too_large(limit)) if len(data) > limit else decode(data, display)


def read_bytes(path: Path, display: str, *, limit: int = MAX_SIZE) -> bytes | Diagnostic:
    """Read the bytes of a regular file, never more than `limit`, or return NP805."""
    try:
        descriptor = open_regular(path)
        try:
            size = os.fstat(descriptor).st_size
            data = b"" if size > limit else _read_up_to(descriptor, size, limit)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        return unreadable(display, reason(error))
    return unreadable(display, too_large(limit)) if max(size, len(data)) > limit else data


def open_regular(path: Path, *, follow: bool = True) -> int:
    """Open a regular file without waiting for anybody, and return its descriptor; raises OSError otherwise."""
    # Opening a device can already have an effect, so look first; and look again, for what was swapped in between.
    _demand_regular(path.stat(follow_symlinks=follow))
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        _demand_regular(os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def decode(data: bytes, name: str) -> Source | Diagnostic:
    """Decode UTF-8 without a byte order mark, line ends kept; return NP105 at the first byte that is no text."""
    for mark, encoding in _FOREIGN_MARKS:
        if data.startswith(mark):
            shown = Source(name, data.decode(encoding, "replace").replace("\0", "\N{SYMBOL FOR NULL}"))
            return _bad_text(Location(shown, Span(0, 0)), f"the text is {encoding}, not UTF-8", "")
    data = data.removeprefix(codecs.BOM_UTF8)
    null = data.find(0)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _bad_byte(data, name, null if 0 <= null < error.start else error.start)
    return Source(name, text) if null < 0 else _bad_byte(data, name, null)


def unreadable(display: str, why: str) -> Diagnostic:
    """Return NP805 for a file or folder, with the cause."""
    scheme, _, rest = display.partition(":/")  # what was an address has one slash as a path
    is_address = scheme in ("http", "https") and rest != ""
    advice = f"pipe what is there: `curl -fsSL {scheme}://{rest.lstrip('/')} | netpolc … -`" if is_address else None
    return Diagnostic(code="NP805", severity="error", message=f"`{display}` cannot be read: {why}", help=advice)


def reason(error: OSError | ValueError) -> str:
    """Return the system's message for a failure, as part of a sentence."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]


def _demand_regular(found: os.stat_result) -> None:
    mode = found.st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        nature = "a folder"
    elif stat.S_ISFIFO(mode):
        nature = "a named pipe"
    elif stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        nature = "a device"
    else:
        nature = "no regular file"
    raise NotRegularError(f"it is {nature}")


def _read_up_to(descriptor: int, size: int, limit: int) -> bytes:
    """Read to the end, but stop soon after the limit: a file may grow, and those of /proc claim to be empty."""
    parts = [os.read(descriptor, size + 1)]
    total = len(parts[0])
    while parts[-1] and total <= limit:
        parts.append(os.read(descriptor, _CHUNK))
        total += len(parts[-1])
    return b"".join(parts)


def too_large(limit: int) -> str:
    """Say, as part of a sentence, that something has more than `limit` bytes."""
    return f"it is larger than {limit // 1024} KiB" if limit < _CHUNK else f"it is larger than {limit // _CHUNK} MiB"


def _bad_byte(data: bytes, name: str, at: int) -> Diagnostic:
    """Return NP105 for one byte; the text that is shown has a harmless character in its place."""
    shown = Source(name, data.decode(errors="replace").replace("\0", "\N{SYMBOL FOR NULL}"))
    offset = len(data[:at].decode())
    message = "a null byte in the text" if data[at] == 0 else f"the byte 0x{data[at]:02X} is not UTF-8 here"
    return _bad_text(Location(shown, Span(offset, offset + 1)), message, f"byte 0x{data[at]:02X}")


def _bad_text(location: Location, message: str, label: str) -> Diagnostic:
    return Diagnostic(
        code="NP105",
        severity="error",
        message=message,
        location=location,
        label=label,
        help="save the file as UTF-8 text",
    )
