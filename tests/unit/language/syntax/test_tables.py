import msgspec
import pytest

from netpolc.language.syntax import tables
from netpolc.language.syntax.lalr import encoded_tables
from netpolc.language.syntax.tables import Tables

GRAMMAR = "start: A+\nA: /[a-z]/\n"
BROKEN = {
    "nothing": b"",
    "garbage": b"garbage",
    "another type": msgspec.msgpack.encode({"rows": []}),
    "too short": msgspec.msgpack.encode([0, 1, []]),
    "numbers for patterns": msgspec.msgpack.encode([0, 1, [], [], [1], [], []]),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_are_no_tables_is_not_read(content):
    assert tables.decode(content) is None


def test_they_are_read_as_they_were_written():
    written = encoded_tables(GRAMMAR)
    found = tables.decode(written)
    assert isinstance(found, Tables)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found)) == msgspec.msgpack.decode(written)
    assert tables.stamp(GRAMMAR) != tables.stamp(GRAMMAR + "\n")
