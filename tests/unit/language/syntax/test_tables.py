import msgspec
import pytest

from netpolc.cache import Cache
from netpolc.language.syntax import shipped, tables
from netpolc.language.syntax.tables import Tables

GRAMMAR = "start: A+\nA: /[a-z]/\n"
BROKEN = {
    "nothing": b"",
    "garbage": b"garbage",
    "another type": msgspec.msgpack.encode({"rows": []}),
    "too short": msgspec.msgpack.encode([0, 1, []]),
    "numbers for patterns": msgspec.msgpack.encode([0, 1, [], [], [1], [], []]),
}


def test_they_are_computed_once(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped, "private_cache", lambda: Cache(tmp_path))
    monkeypatch.setattr(shipped, "bundled", lambda *_: tmp_path / "none")
    computed = []
    compute = tables._compute
    monkeypatch.setattr(tables, "_compute", lambda grammar: computed.append(grammar) or compute(grammar))
    assert tables.load() == tables.load()
    assert len(computed) == 1


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_are_no_tables_is_not_read(content):
    assert tables._decode(content) is None


def test_they_are_read_as_they_were_written():
    written = tables._compute(GRAMMAR)
    found = tables._decode(written)
    assert isinstance(found, Tables)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found)) == msgspec.msgpack.decode(written)
    assert tables.stamp(GRAMMAR) != tables.stamp(GRAMMAR + "\n")
