import os
import stat
import sys

import pytest

from netpolc.cache import Cache, private_cache

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")


@pytest.fixture
def chosen(tmp_path, monkeypatch):
    folder = tmp_path / "deep/cache"
    monkeypatch.setenv("NETPOLC_CACHE", str(folder))
    return folder


def test_what_was_written_is_read(tmp_path):
    cache = Cache(tmp_path)
    assert cache.read("key") is None
    for content in (b"", b"first", bytes(range(256)) * 1000):
        cache.write("key", content)
        assert cache.read("key") == content
    assert Cache(tmp_path).read("key") == content
    assert os.listdir(tmp_path) == ["key"]  # noqa: PTH208 -- names


def test_anything_else_is_a_miss(tmp_path):
    cache = Cache(tmp_path)
    cache.write("key", b"some content of an entry")
    whole = (tmp_path / "key").read_bytes()
    for at in range(len(whole)):
        (tmp_path / "key").write_bytes(whole[:at])
        assert cache.read("key") is None
        (tmp_path / "key").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache.read("key") is None
    (tmp_path / "key").write_bytes(whole + b"x")
    assert cache.read("key") is None
    (tmp_path / "key").unlink()
    (tmp_path / "key").mkdir()
    assert cache.read("key") is None
    cache.write("key", b"other")
    assert cache.read("key") is None
    assert os.listdir(tmp_path) == ["key"]  # noqa: PTH208 -- names


def test_a_folder_that_is_gone_or_full_is_no_error(tmp_path, monkeypatch):
    cache = Cache(tmp_path / "gone")
    cache.write("key", b"content")
    assert cache.read("key") is None

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    Cache(tmp_path).write("key", b"content")
    assert Cache(tmp_path).read("key") is None


def test_the_folder_is_private(chosen):
    cache = private_cache()
    assert cache.folder == chosen
    assert stat.S_IMODE(chosen.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_a_folder_that_others_may_write_to_is_not_used(chosen, mode):
    chosen.mkdir(parents=True)
    chosen.chmod(mode)
    assert private_cache() is None
    chosen.chmod(0o755)
    assert private_cache() is not None


def test_a_folder_of_somebody_else_is_not_used(chosen, monkeypatch):
    chosen.mkdir(parents=True)
    own = os.getuid()
    monkeypatch.setattr("os.getuid", lambda: own + 1)
    assert private_cache() is None


def test_a_link_or_a_file_is_not_used(chosen, tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    chosen.parent.mkdir()
    chosen.symlink_to(tmp_path / "real")
    assert private_cache() is None
    chosen.unlink()
    chosen.write_text("")
    assert private_cache() is None


@pytest.mark.parametrize("mark", [".git", "netpolc.toml"])
def test_a_folder_of_a_project_is_not_used(chosen, tmp_path, monkeypatch, mark):
    (tmp_path / mark).touch()
    assert private_cache() is None
    assert not chosen.exists()
    monkeypatch.delenv("NETPOLC_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert private_cache() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert private_cache().folder == tmp_path / ".cache/netpolc"


def test_a_folder_below_the_working_folder_is_not_used(chosen, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert private_cache() is None
    (tmp_path / "w").mkdir()
    monkeypatch.chdir(tmp_path / "w")
    assert private_cache().folder == chosen


def test_it_can_be_turned_off(monkeypatch):
    monkeypatch.setenv("NETPOLC_CACHE", "off")
    assert private_cache() is None


def test_where_it_is_by_default(tmp_path, monkeypatch):
    monkeypatch.delenv("NETPOLC_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert private_cache().folder == tmp_path / "xdg/netpolc"
    for unusable in ("", "relative/path"):
        monkeypatch.setenv("XDG_CACHE_HOME", unusable)
        assert private_cache().folder == tmp_path / "home/.cache/netpolc"
    monkeypatch.setenv("HOME", "/proc/nowhere")
    assert private_cache() is None
