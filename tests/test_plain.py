"""`NETPOLC_PLAIN=1` runs without any fast path and without the cache, and what comes out is the same."""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from netpolc import fast_paths
from netpolc.api import compile_paths, compile_text
from netpolc.cache import private_cache
from netpolc.language.syntax import fast_parser
from netpolc.manifests import reading, stream
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from netpolc.targets import layout
from tests.strategies.programs import Author
from tests.strategies.writing import Writer

EXAMPLES = Path(__file__).parents[1] / "examples"
STORIES = sorted(path.parent for path in EXAMPLES.glob("*/netpolc.toml"))
MANIFESTS = sorted(EXAMPLES.rglob("*.yaml"))
FAST_PATHS = (
    (fast_parser.Driver, "parse"),
    (layout, "_bind"),
    (stream, "read_plain"),
    (stream, "read_untracked"),
)
WITH_MISTAKES = (
    "",
    "a -> b:80\n",
    "a => b:80\nnamespac shop\nc -> d:{80, 443/udp}  # why\n",
    "@owner(payments)\na -> b:80; {c d} -> e:http\n",
    'net office = 10.0.0.1/8\noffice -> "partner.example.com":*\n',
    "a -> b:80\n}\n",
)


@pytest.fixture
def used(monkeypatch):
    """Counts the uses of each fast path."""
    counts = Counter()
    for owner, name in FAST_PATHS:
        monkeypatch.setattr(owner, name, counting(counts, name, getattr(owner, name)))
    return counts


def counting(counts, name, function):
    def call(*arguments):
        counts[name] += 1
        return function(*arguments)

    return call


@pytest.fixture
def plainly(monkeypatch):
    """Calls a function with fast paths off."""

    def call(function):
        with monkeypatch.context() as patch:
            patch.setenv(fast_paths.PLAIN, "1")
            return function()

    return call


def everything():
    programs = [compile_paths(story, env="prod") for story in STORIES]
    return programs, [read_manifests(Source(file.name, file.read_text("utf-8"))) for file in MANIFESTS]


def test_none_is_used_and_all_comes_out_the_same(used, plainly):
    plain = plainly(everything)
    assert not used
    assert everything() == plain
    assert used.keys() == {name for _, name in FAST_PATHS}
    assert all(program.yaml for program in plain[0])


@pytest.mark.parametrize("text", WITH_MISTAKES)
def test_what_is_wrong_is_said_in_the_same_words(text, plainly):
    assert plainly(lambda: compile_text(text)) == compile_text(text)


@pytest.mark.search(5)
def test_any_program_compiles_to_the_same(seed, plainly):
    source = random.Random(seed)
    text = Writer(source).text(Author(source).program())
    assert plainly(lambda: compile_text(text)) == compile_text(text)


def test_it_is_asked_for_by_any_value_but_an_empty_one(monkeypatch):
    for value, off in (("1", True), ("", False), ("0", True)):
        monkeypatch.setenv(fast_paths.PLAIN, value)
        assert fast_paths.are_off() is off
        assert (private_cache() is None) is off
    monkeypatch.delenv(fast_paths.PLAIN)
    assert not fast_paths.are_off()


def test_texts_that_are_read_without_places_are_read_with_them(plainly):
    source = Source("f", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    assert plainly(lambda: reading.UntrackedReader().read(source)) == read_manifests(source)


@pytest.mark.parametrize("command", ["build", "reach"])
def test_commands_write_the_same(command, tmp_path):
    def ran(folder, **environment):
        shutil.copytree(EXAMPLES / "shop", folder)
        result = subprocess.run(
            [sys.executable, "-m", "netpolc", command],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
        )
        files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        return result.returncode, result.stdout, result.stderr, files

    assert ran(tmp_path / "plain", NETPOLC_PLAIN="1") == ran(tmp_path / "fast", NETPOLC_PLAIN="")
