import os
from pathlib import Path

import msgspec
import pytest

from netpolc import processors
from netpolc.checks.yaml.run import CHECKING_READERS
from netpolc.manifests import spread
from netpolc.manifests.reading import read_manifests
from netpolc.source import Location, Source

ROOT = Path(__file__).parents[3]
TEXTS = [
    *sorted((ROOT / "tests" / "corpus").rglob("*.yaml")),
    *sorted((ROOT / "examples").rglob("*.yaml")),
]
SOURCES = [Source(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in TEXTS]


@pytest.fixture(autouse=True)
def three_processors(monkeypatch):
    monkeypatch.setattr(processors, "available", lambda: 3)
    monkeypatch.setattr(spread, "SMALLEST_SHARE", 10)


def spelt(value):
    """A value with its places, which are no part of it otherwise."""
    if isinstance(value, Location):
        return value.source, value.span.start, value.span.end
    if isinstance(value, msgspec.Struct):
        return type(value), [spelt(getattr(value, name)) for name in value.__struct_fields__]
    if isinstance(value, tuple | list):
        return [spelt(each) for each in value]
    return value


def in_turn(**options):
    return [read_manifests(source, **options) for source in SOURCES]


@pytest.mark.parametrize("checking", [CHECKING_READERS, None])
@pytest.mark.parametrize("wide", [True, False])
def test_many_processes_read_what_one_does(checking, wide):
    options = {"checking": checking, "wide": wide}
    assert spelt(spread.read_apart(SOURCES, **options, processes=2)) == spelt(in_turn(**options))


def test_a_process_that_dies_leaves_its_share_to_the_caller(monkeypatch):
    result = processors._result

    def lost(child, pipe):
        result(child, pipe)

    monkeypatch.setattr(processors, "_result", lost)
    assert spread.read_apart(SOURCES, checking=CHECKING_READERS, wide=True, processes=2) == in_turn(
        checking=CHECKING_READERS, wide=True
    )


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_texts(count):
    assert spread.read_apart(SOURCES[:count], checking=None, wide=False, processes=2) == in_turn()[:count]


def test_little_is_read_by_one(monkeypatch):
    monkeypatch.setattr(spread, "SMALLEST_SHARE", 10**9)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    assert spread.read_apart(SOURCES[:9], checking=None, wide=False, processes=2) == in_turn()[:9]
