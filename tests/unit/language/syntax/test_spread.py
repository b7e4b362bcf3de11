import os

import pytest

from netpolc import processors
from netpolc.language.syntax import spread
from netpolc.language.syntax.parser import parse, parse_flawless
from netpolc.language.syntax.spread import parse_apart
from netpolc.source import Source

SOURCES = [Source(f"{n}.netpol", f"# {n}\n" + f"web-{n} -> db:{n + 1}\n" * (20 * n)) for n in range(12)]


@pytest.fixture(autouse=True)
def three_processors(monkeypatch):
    monkeypatch.setattr(spread, "SMALLEST_SHARE", 100)
    monkeypatch.setattr(processors, "available", lambda: 3)


def test_trees_are_those_of_one_process():
    trees = parse_apart(SOURCES, 2)
    assert trees.keys() == set(SOURCES)
    assert all(tree == parse(source).tree for source, tree in trees.items())


def test_texts_with_mistakes_are_left_to_the_caller():
    wrong = [Source("wrong.netpol", text) for text in ("a => b:80\n" * 50, "a ->\n" * 60, "a -> b:0\n" * 70)]
    assert parse_apart([*SOURCES, *wrong], 2).keys() == set(SOURCES)


@pytest.mark.parametrize("end", [lambda: os.kill(os.getpid(), 9), lambda: pytest.fail("in a child")])
def test_what_a_child_leaves_is_parsed_by_its_parent(monkeypatch, end):
    parent = os.getpid()
    monkeypatch.setattr(
        spread, "parse_flawless", lambda source: parse_flawless(source) if os.getpid() == parent else end()
    )
    trees = parse_apart(SOURCES, 2)
    assert trees.keys() == set(SOURCES)
    assert all(tree == parse(source).tree for source, tree in trees.items())


@pytest.mark.parametrize(("share", "available"), [(10**9, 8), (1, 1)])
def test_small_work_and_single_processors_stay_in_one_process(monkeypatch, share, available):
    monkeypatch.setattr(spread, "SMALLEST_SHARE", share)
    monkeypatch.setattr(processors, "available", lambda: available)
    monkeypatch.delattr(os, "fork")
    assert parse_apart(SOURCES, 2) == {}
