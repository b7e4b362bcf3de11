import pickle

import pytest

from netpolc.cache import Cache
from netpolc.source import Source
from netpolc.syntax import parser, tables
from netpolc.syntax.builder import Builder

GRAMMAR = "start: A+\nA: /[a-z]/\n"
BROKEN = {
    "nothing": b"",
    "garbage": b"garbage",
    "cut short": pickle.dumps(("data", "memo"), protocol=5)[:-3],
    "no pair": pickle.dumps("abc"),
    "three": pickle.dumps((1, 2, 3)),
    "an unknown class": b"cnetpolc.gone\nGone\n.",
    "an unknown module": b"cgone.module\nGone\n.",
    "an empty stack": b".",
    "a bad opcode": b"\xff",
}


@pytest.fixture
def computed(monkeypatch):
    """How often tables were computed."""
    count = []
    compute = tables._compute
    monkeypatch.setattr(tables, "_compute", lambda grammar: count.append(grammar) or compute(grammar))
    monkeypatch.setattr(tables, "_shipped", lambda _: None)
    return count


@pytest.fixture
def cache(monkeypatch, tmp_path):
    cache = Cache(tmp_path)
    monkeypatch.setattr(tables, "private_cache", lambda: cache)
    return cache


def test_tables_are_computed_once(cache, computed):
    first = tables._cached(GRAMMAR)
    assert repr(tables._cached(GRAMMAR)) == repr(first)
    assert computed == [GRAMMAR]
    assert [file.name for file in cache.folder.iterdir()] == ["tables"]


def test_another_grammar_or_lark_is_computed_anew(cache, computed, monkeypatch):
    tables._cached(GRAMMAR)
    tables._cached(GRAMMAR + "// changed\n")
    monkeypatch.setattr(tables.lark, "__version__", "0")
    tables._cached(GRAMMAR + "// changed\n")
    assert len(computed) == 3
    assert cache.read("tables")


def test_without_a_cache_nothing_is_kept(computed, monkeypatch):
    monkeypatch.setattr(tables, "private_cache", lambda: None)
    tables._cached(GRAMMAR)
    tables._cached(GRAMMAR)
    assert len(computed) == 2


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_tables_that_cannot_be_read_are_computed_anew(cache, computed, content):
    cache.write("tables", tables._digest(GRAMMAR) + content)
    anew = tables._cached(GRAMMAR)
    assert computed == [GRAMMAR]
    assert repr(tables._cached(GRAMMAR)) == repr(anew)
    assert computed == [GRAMMAR]


def test_what_belongs_to_another_grammar_is_never_unpickled(monkeypatch):
    def forbidden(_):
        raise AssertionError("unpickled")

    monkeypatch.setattr(tables.pickle, "loads", forbidden)
    assert tables._read(tables._digest("other") + pickle.dumps((1, 2)), GRAMMAR) is None
    assert tables._read(b"", GRAMMAR) is None


def test_the_tables_of_the_wheel_are_taken_where_they_fit(monkeypatch, tmp_path, cache):
    file = tmp_path / "netpol.tables"
    monkeypatch.setattr(tables, "bundled", lambda *_: file)
    assert tables._shipped(GRAMMAR) is None
    file.write_bytes(tables.shipped(GRAMMAR))
    data, _ = tables._shipped(GRAMMAR)
    assert data["parser"]["parser_conf"]["start"] == ["start"]
    assert tables._shipped(GRAMMAR + "\n") is None
    assert cache.read("tables") is None


def test_loaded_tables_parse_like_computed_ones(cache, computed, monkeypatch):
    source = Source("f", "namespace shop\n{a, [b=c]} -> d:{80, 53/udp} ingress # why\n")
    trees = []
    for _ in range(2):
        builder = Builder()
        machine = tables.load(builder), builder
        monkeypatch.setattr(parser, "_machine", lambda machine=machine: machine)
        trees.append(parser.parse(source))
    assert len(computed) == 1
    assert trees[0].diagnostics == trees[1].diagnostics == ()
    assert trees[0].tree == trees[1].tree
    assert len(trees[0].tree.items) == 2
    assert cache.read("tables")
