import io
import os
import sys
import threading
import time

import pytest

from netpolc.cli.streams import OutputStream, close_streams, open_streams


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    ends = [reader, writer]
    yield ends
    for end in ends:
        os.close(end)


def test_what_is_written_arrives(pipe):
    reader, writer = pipe
    output = OutputStream(writer)
    assert output.write(b"abc") == 3
    assert output.write(memoryview(b"def")) == 3
    assert os.read(reader, 100) == b"abcdef"
    assert output.failure is None
    output.close()
    os.fstat(writer)  # it stays open


def test_a_reader_who_goes_away_is_no_failure(pipe):
    output = OutputStream(pipe[1])
    os.close(pipe.pop(0))
    for _ in range(3):
        assert output.write(b"abc") == 3
    assert output.failure is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_any_other_failure_is_kept():
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123 -- a device
        output = OutputStream(full.fileno())
        assert output.write(b"abc") == 3
        first = output.failure
        assert first.strerror == "No space left on device"
        assert output.write(b"abc") == 3
        assert output.failure is first


def test_a_refusal_is_a_failure_only_of_what_is_written(pipe):
    output = OutputStream(pipe[1], OSError(9, "it is closed"))
    assert output.failure is None
    assert output.write(b"abc") == 3
    assert output.failure.strerror == "it is closed"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_pipe_that_does_not_block_is_waited_for(pipe):
    reader, writer = pipe
    os.set_blocking(writer, False)
    received = []

    def read():
        time.sleep(0.05)
        while data := os.read(reader, 65536):
            received.append(data)

    thread = threading.Thread(target=read)
    thread.start()
    text = io.TextIOWrapper(io.BufferedWriter(OutputStream(writer)), "utf-8", newline="\n")
    text.write("line\n" * 200_000)
    text.flush()
    os.close(pipe.pop())
    thread.join()
    assert b"".join(received) == b"line\n" * 200_000


def test_streams_are_replaced_and_closed(monkeypatch, capfd):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    open_streams()
    sys.stdout.write("é\ud800\n")
    sys.stderr.write("ü\n")
    assert close_streams() is None
    assert capfd.readouterr() == ("é\\ud800\n", "ü\n")


def test_a_missing_stream_is_a_failure_of_what_is_written(monkeypatch, capfd):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    open_streams()
    assert close_streams() is None
    sys.stderr.write("nobody hears this\n")
    sys.stdout.write("nor that\n")
    assert close_streams().strerror == "it is closed"
    assert capfd.readouterr() == ("", "")
