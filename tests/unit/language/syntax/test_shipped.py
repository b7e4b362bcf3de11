import pytest

from netpolc.cache import Cache
from netpolc.language.syntax import shipped as module
from netpolc.language.syntax.shipped import prepared

STAMP = b"stamp"


def decode(content):
    """What was made, unless it cannot be read."""
    return content.decode() if content.startswith(b"made") else None


@pytest.fixture
def cache(monkeypatch, tmp_path):
    cache = Cache(tmp_path / "cache")
    cache.folder.mkdir()
    monkeypatch.setattr(module, "private_cache", lambda: cache)
    monkeypatch.setattr(module, "bundled", lambda *parts: tmp_path.joinpath(*parts))
    return cache


@pytest.fixture
def make():
    """Computes something, and counts how often."""

    def compute():
        compute.count += 1
        return b"made %d" % compute.count

    compute.count = 0
    return compute


def test_it_is_computed_once(cache, make):
    assert [prepared("thing", STAMP, decode, make) for _ in range(3)] == ["made 1"] * 3
    assert [file.name for file in cache.folder.iterdir()] == ["thing"]


def test_what_it_is_made_from_may_change(cache, make, monkeypatch):
    assert prepared("thing", STAMP, decode, make) == "made 1"
    assert prepared("thing", b"other", decode, make) == "made 2"
    monkeypatch.setattr(module, "fingerprint", lambda: b"changed")
    assert prepared("thing", b"other", decode, make) == "made 3"
    assert cache.read("thing") == b"changed" + b"other" + b"made 3"


def test_without_a_cache_nothing_is_kept(cache, make, monkeypatch):
    monkeypatch.setattr(module, "private_cache", lambda: None)
    assert [prepared("thing", STAMP, decode, make) for _ in range(2)] == ["made 1", "made 2"]
    assert list(cache.folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_what_cannot_be_read_is_computed_anew(cache, make, content):
    cache.write("thing", module.fingerprint() + STAMP + content)
    assert prepared("thing", STAMP, decode, make) == "made 1"
    assert prepared("thing", STAMP, decode, make) == "made 1"


def test_what_has_another_stamp_is_never_decoded(cache, make, tmp_path):
    def forbidden(content):
        assert content.startswith(b"made"), "decoded"
        return content

    (tmp_path / "grammar").mkdir()
    (tmp_path / "grammar" / "thing").write_bytes(b"other" + b"foreign")
    cache.write("thing", b"other" + b"foreign")
    assert prepared("thing", STAMP, forbidden, make) == b"made 1"


def test_that_of_the_wheel_is_taken_where_it_fits(cache, make, tmp_path):
    (tmp_path / "grammar").mkdir()
    shipped = tmp_path / "grammar" / "thing"
    shipped.write_bytes(STAMP + b"made before")
    assert prepared("thing", STAMP, decode, make) == "made before"
    assert cache.read("thing") is None
    assert prepared("thing", b"other", decode, make) == "made 1"
    shipped.write_bytes(STAMP + b"damaged")
    assert prepared("thing", STAMP, decode, make) == "made 2"


def test_what_cannot_be_read_even_when_new_is_a_fault_of_netpolc(cache):
    with pytest.raises(ValueError, match="thing"):
        prepared("thing", STAMP, decode, lambda: b"no")
    assert cache is not None
