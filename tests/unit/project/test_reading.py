import errno
import io
import os
import socket
import subprocess
import sys
import tracemalloc
from pathlib import Path

from netpolc.project.reading import MAX_SIZE, read_bytes, read_source, read_stdin
from netpolc.source import Source
from tests.rows import each_row


def message(path):
    found = read_source(path, "x.netpol")
    assert found.code == "NP805"
    assert found.location is None
    return found.message.removeprefix("`x.netpol` cannot be read: ")


def test_text_is_read_as_it_is(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"\xef\xbb\xbfa -> b\r\n\xc3\xa9\n")
    found = read_source(file, "shown")
    assert isinstance(found, Source)
    assert (found.name, found.text) == ("shown", "a -> b\r\n\u00e9\n")


def test_an_empty_file_is_an_empty_text(tmp_path):
    (tmp_path / "x").touch()
    assert read_source(tmp_path / "x", "x").text == ""


def test_what_is_no_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "device").symlink_to("/dev/zero")
    assert message(tmp_path / "pipe") == "it is a named pipe"
    assert message(tmp_path) == "it is a folder"
    assert message(Path("/dev/zero")) == "it is a device"
    assert message(tmp_path / "device") == "it is a device"
    assert message(tmp_path / "absent") == "no such file or directory"
    assert message(tmp_path / "loop").startswith("too many levels")
    assert message(tmp_path / "a\0b").startswith("embedded null")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert message(tmp_path / "s") == "it is no regular file"


def test_a_pipe_swapped_in_after_the_look_is_refused(tmp_path, monkeypatch):
    (tmp_path / "x").touch()
    os.mkfifo(tmp_path / "pipe")
    opened = os.open
    monkeypatch.setattr(os, "open", lambda _, flags: opened(tmp_path / "pipe", flags))
    assert message(tmp_path / "x") == "it is a named pipe"


def test_a_forbidden_file_is_reported(tmp_path, monkeypatch):
    (tmp_path / "x").touch()

    def refuse(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    assert message(tmp_path / "x") == "permission denied"


def test_size_is_bounded(tmp_path):
    file = tmp_path / "x"
    file.touch()
    os.truncate(file, 50_000_000)
    code = (
        "import resource, sys; from pathlib import Path; from netpolc.project.reading import read_source;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "print(read_source(Path(sys.argv[1]), 'x').message);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    said, kilobytes = done.stdout.splitlines()
    assert said == "`x` cannot be read: it is larger than 16 MiB"
    assert int(kilobytes) < 4096


def test_the_limit_itself_is_allowed(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"a" * 10)
    assert read_bytes(file, "x", limit=10) == b"a" * 10
    assert read_bytes(file, "x", limit=9).code == "NP805"
    assert read_stdin(io.BytesIO(b"a" * 10), limit=10).text == "a" * 10
    assert read_stdin(io.BytesIO(b"a" * 11), limit=10).code == "NP805"


def test_files_that_claim_to_be_empty_are_read():
    assert read_source(Path("/proc/self/status"), "status").text.startswith("Name:")
    assert read_bytes(Path("/proc/self/status"), "status", limit=5).code == "NP805"


@each_row(
    "data, text, position",
    [
        (b"a\nbc\xffd", "the byte 0xFF is not UTF-8 here", (2, 3)),
        (b"\xef\xbb\xbf\xc3\xa9\xe9 x", "the byte 0xE9 is not UTF-8 here", (1, 2)),
        ("a\n\u00e9\0".encode(), "a null byte in the text", (2, 2)),
        (b"\0\xff", "a null byte in the text", (1, 1)),
        (b"\xff\0", "the byte 0xFF is not UTF-8 here", (1, 1)),
        (b"ab\xc3", "the byte 0xC3 is not UTF-8 here", (1, 3)),
        (b"\xed\xa0\x80", "the byte 0xED is not UTF-8 here", (1, 1)),
        ("a -> b".encode("utf-16"), "the text is UTF-16, not UTF-8", (1, 1)),
        (b"\xfe\xff\0a", "the text is UTF-16, not UTF-8", (1, 1)),
        ("a -> b".encode("utf-32"), "the text is UTF-32, not UTF-8", (1, 1)),
    ],
)
def test_bad_text_is_named_and_placed(data, text, position):
    found = read_stdin(io.BytesIO(data))
    assert (found.code, found.message) == ("NP105", text)
    source = found.location.source
    assert source.name == "<stdin>"
    assert source.position(found.location.span.start) == position
    assert "\0" not in source.text
    source.text.encode()


def test_stdin_that_cannot_be_read():
    class Folder(io.RawIOBase):
        def read(self, _=-1):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))

    assert read_stdin(None).message == "`<stdin>` cannot be read: it is closed"
    assert read_stdin(Folder()).message == "`<stdin>` cannot be read: is a directory"


def test_endless_stdin_is_bounded():
    tracemalloc.start()
    try:
        with Path("/dev/zero").open("rb") as stream:
            assert read_stdin(stream).code == "NP805"
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_SIZE
    finally:
        tracemalloc.stop()
