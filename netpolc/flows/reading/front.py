"""The way in: flows of files, folders and the standard input, and what in these is none."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from netpolc.diagnostics.model import Diagnostic
from netpolc.flows.reading.beginnings import Beginnings
from netpolc.flows.reading.clock import Clock
from netpolc.flows.reading.formats import FORMATS
from netpolc.flows.reading.lines import LONGEST
from netpolc.flows.reading.model import DAMAGED, NoFlow
from netpolc.flows.reading.opening import DisproportionError, NeedsExtraError, UnpackError, in_utf8, unpacked
from netpolc.flows.reading.recognition import HEAD, format_of, recognized
from netpolc.flows.reading.tally import Tally
from netpolc.flows.record import SeenFlow
from netpolc.project.discovery import Search
from netpolc.project.filesystem import DISK
from netpolc.project.reading import reason, unreadable
from netpolc.source import STDIN, STREAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.flows.reading.beginnings import Begun
    from netpolc.flows.reading.lines import LogLines
    from netpolc.flows.reading.model import Format
    from netpolc.flows.reading.values import LogValues
    from netpolc.flows.reading.wrapping import Unwrapped
    from netpolc.flows.record import PassedOver, Place
    from netpolc.project.filesystem import Disk

FORMAT_NAMES = tuple(each.name for each in FORMATS)
"""What `--flows-format` may say."""

_OF_OVN = b"|acl_log("
"""What each line of OVN's log of ACLs has: `…|00004|acl_log(ovn_pinctrl0)|INFO|name="NP:shop:api:Ingress", …`."""

PARQUET = b"PAR1"
"""How every file of Parquet begins."""

_SIZE = f"of more than {LONGEST // 1024:,} KiB"
_TOO_LONG = NoFlow(f"records {_SIZE}", code="NP872", one=f"record {_SIZE}")
_CUT = NoFlow(
    "records that end in the middle, with their file",
    code="NP870",
    one="record that ends in the middle, with its file",
)
_CUT_WITH_ITS_FILE = NoFlow(_CUT.text)
"""The same in a packed file of which that is said already."""

_KNOWN = ", ".join(each.title for each in FORMATS)


class Reading:
    """The flows of some inputs, which are read while one iterates over them, once.

    What was passed over and what is to be said are known when that has ended. Memory is bounded, whatever is read.
    """

    def __init__(
        self,
        paths: Sequence[str],
        cwd: Path,
        files: Disk = DISK,
        *,
        stdin: BinaryIO | None = None,
        format_name: str | None = None,
    ) -> None:
        """Take files, folders, and `-` for the standard input; one of `FORMAT_NAMES` counts for all of them."""
        self._formats = FORMATS if format_name is None else tuple(each for each in FORMATS if each.name == format_name)
        self._is_said = format_name is not None
        self._paths = paths
        self._cwd = cwd
        self._files = files
        self._stdin = stdin
        self._tally = Tally()
        self._clock = Clock(self._tally)
        self._said: list[Diagnostic] = []
        self._strangers: list[str] = []
        self._knows_any = False
        self._beginnings = Beginnings()
        self._last = self._number = 0
        self._name = ""
        self._in_part = ""

    def __iter__(self) -> Iterator[SeenFlow]:
        """Yield the flows of all files, in the order of these."""
        search = Search(self._cwd, suffixes=("",), files=self._files)
        for path in self._paths:
            if path != STREAM and not search.named(Path(path)):
                self._said.append(_unknown(f"`{path}` has no files", "error"))
        self._said += search.problems
        for file in search.files.values():
            try:
                stream = self._files.open(file.path)
            except (OSError, ValueError) as error:
                self._said.append(unreadable(file.name, reason(error)))
                continue
            with stream:
                yield from self._read(stream, file.name, named=file.named)
        if STREAM in self._paths:
            if self._stdin is None:
                self._said.append(unreadable(STDIN, "it is closed"))
            else:
                yield from self._read(self._stdin, STDIN, named=True)

    def where(self) -> Place:
        """Return where the record of the latest flow begins."""
        return self._name, self._number

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """What was passed over, each reason once."""
        return self._tally.passed_over()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be said of the inputs: NP805, NP862, NP863, and NP867 to NP874."""
        return (*self._said, *self._unknown(), *self._tally.diagnostics())

    def _read(self, stream: BinaryIO, name: str, *, named: bool) -> Iterator[SeenFlow]:
        pieces = self._pieces(stream, name)
        head = _head(pieces)
        if not head.strip():
            return
        if head.startswith(PARQUET):
            message = f"`{name}` is Parquet, which is read where it is named as a file"
            self._said.append(Diagnostic(code="NP873", severity="error", message=message, file=name))
            return
        found, way = recognized(head, self._formats)
        if found is None and self._is_said:
            found = self._formats[0]
        if found is not None:
            self._knows_any = True
            yield from self._flows(way(chain((head,), pieces)), found, name, self._beginnings.before(head))
            self._beginnings.add(head, name, self._last)
        elif named:
            self._said.append(_of_ovn(name) if _OF_OVN in head else _nothing_known(name))
        else:
            self._strangers.append(name)

    def _pieces(self, stream: BinaryIO, name: str) -> Iterator[bytes]:
        """Yield what can be unpacked of a file, and say what cannot."""
        try:
            yield from in_utf8(unpacked(stream))
        except UnpackError as error:
            code = "NP872" if isinstance(error, DisproportionError) else "NP870"
            message = f"`{name}` is read in part: {error}"
            self._said.append(Diagnostic(code=code, severity="warning", message=message, file=name))
            self._in_part = name
        except OSError as error:
            self._said.append(unreadable(name, reason(error)))
        except NeedsExtraError:
            message = f"`{name}` is packed by zstd, which takes Python 3.14 or the package `zstandard`"
            advice = "install `netpolc[flows]`, or unpack it: `zstd -dc FILE | netpolc … -`"
            self._said.append(Diagnostic(code="NP873", severity="error", message=message, file=name, help=advice))

    def _flows(
        self, records: LogLines | LogValues | Unwrapped, its: Format, name: str, before: Begun | None
    ) -> Iterator[SeenFlow]:
        """Yield the flows of a file, but for those that were read `before` of another that begins alike."""
        read, clock = its.start(), self._clock
        known = 0 if before is None else before.last
        self._name = name
        number = 0
        for numbers, batch in records:
            for number, record in zip(numbers, batch, strict=True):
                found = read(record)
                if number <= known:
                    continue
                if isinstance(found, SeenFlow):
                    self._number = number
                    first, last = found.first, found.last
                    is_timed = first is not None and last is not None and first <= last <= clock.horizon
                    yield found if is_timed else clock.checked(found, name, number)
                elif found is not None and (found is not DAMAGED or record.strip()):
                    if found is DAMAGED:
                        found = self._cut(name) if number == records.unterminated else self._of_another(record, its)
                    self._tally.add(found, name, number)
        for long in records.too_long:
            self._tally.add(_TOO_LONG, name, long)
        if before is not None:
            shared = min(known, number)
            lines = f"its first {shared:,} lines are counted once" if shared > 1 else "its first line is counted once"
            message = f"`{name}` begins as `{before.name}` does: {lines}"
            self._said.append(Diagnostic(code="NP874", severity="note", message=message, file=name))
        self._last = number

    def _cut(self, name: str) -> NoFlow:
        return _CUT_WITH_ITS_FILE if name == self._in_part else _CUT

    def _of_another(self, record: bytes, its: Format) -> NoFlow:
        """Return why a record cannot be read: because it is of another format, or because it is damaged."""
        other = format_of(record)
        if other is None or other is its:
            return DAMAGED
        return NoFlow(
            f"records of {other.title} in files of {its.title}",
            code="NP871",
            one=f"record of {other.title} in a file of {its.title}",
            help="write each format to files of its own: those of one folder may differ",
        )

    def _unknown(self) -> Iterator[Diagnostic]:
        """Say once that files which nobody named hold something else."""
        if self._strangers:
            others = len(self._strangers) - 1
            beside = f" and {others:,} more" if others else ""
            message = f"no records of a known format in `{self._strangers[0]}`{beside}"
            yield _unknown(message, "warning" if self._knows_any else "error")


def _nothing_known(name: str) -> Diagnostic:
    return _unknown(f"`{name}` has no records of a known format", "error")


def _of_ovn(name: str) -> Diagnostic:
    """Return what to say of a log that people have for flows, and that is none which netpolc reads."""
    message = f"`{name}` is a log of ACLs of OVN-Kubernetes, which is not read"
    advice = "NetObserv records the same connections, with their pods and policies: read its flows"
    return Diagnostic(code="NP867", severity="error", message=message, file=name, help=advice)


def _unknown(message: str, severity: Literal["error", "warning"]) -> Diagnostic:
    return Diagnostic(code="NP867", severity=severity, message=message, help=f"known are those of {_KNOWN}")


def _head(pieces: Iterator[bytes]) -> bytes:
    """Return as much of a text as tells what it is."""
    found: list[bytes] = []
    size = 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size >= HEAD:
            break
    return b"".join(found)
