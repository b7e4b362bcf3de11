#!/usr/bin/env bash
# zstandard 0.25.0 (Python): `stream_reader` reads a file whose last frame was cut as if it ended there. The read
# returns what came before, then nothing, and raises nothing: a log whose download broke off looks whole. The
# package's own `decompress` refuses the same bytes, and so does the gzip module of Python with a stream.
# `decompressobj` is as silent, but tells by `eof` that the end of the frame was not met.
#
# Seen:
#   stream_reader:  917504 of 2688890 bytes, no error
#   decompressobj:  917504 bytes, eof is False
#   decompress:     refuses it
#   gzip:           refuses it
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet zstandard==0.25.0
"$work/venv/bin/python" - <<'PYTHON'
import gzip
import io

import zstandard

text = b"".join(b"record %d\n" % number for number in range(200_000))
packed = zstandard.compress(text)
cut = packed[: len(packed) // 2]


def refuses(read):
    try:
        read()
    except (zstandard.ZstdError, EOFError):
        return True
    return False


with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(cut)) as stream:
    streamed, rest = stream.read(), stream.read()
frame = zstandard.ZstdDecompressor().decompressobj()
pieces = frame.decompress(cut)
whole = refuses(lambda: zstandard.ZstdDecompressor().decompress(cut))
other = gzip.compress(text)
by_gzip = refuses(gzip.GzipFile(fileobj=io.BytesIO(other[: len(other) // 2])).read)
print(f"stream_reader:  {len(streamed)} of {len(text)} bytes, no error")
print(f"decompressobj:  {len(pieces)} bytes, eof is {frame.eof}")
print("decompress:    ", "refuses it" if whole else "takes it")
print("gzip:          ", "refuses it" if by_gzip else "takes it")
assert 0 < len(streamed) < len(text) and rest == b"" and text.startswith(streamed)
assert pieces == streamed and frame.eof is False
assert whole and by_gzip
PYTHON
