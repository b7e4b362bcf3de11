"""Wider selectors select what those select from which they were made, and no more."""

import random

import pytest

from netpolc.sets import widening
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, is_covered, negated, selector_of, subtract
from netpolc.sets.widening import Widening
from tests.rows import each_row


def selector(*requirements, **labels):
    asked = [LabelRequirement(key, "In", (value,)) for key, value in labels.items()]
    found = selector_of([*requirements, *asked])
    assert found is not None
    return found


def lacks(**labels):
    return [LabelRequirement(key, "NotIn", (value,)) for key, value in labels.items()]


A, B = selector(a="x"), selector(b="y")


@each_row(
    "selectors, within, expected",
    [
        ([selector(a="x", b="y"), selector(*lacks(b="y"), a="x")], [], [A]),
        ([A, selector(*lacks(a="x"))], [], [EVERYTHING]),
        ([A, selector(*lacks(a="x"), b="y")], [], [A, B]),
        ([A, B], [], [A, B]),
        ([A, selector(a="x", b="y")], [], [A]),
        ([selector(a="x", b="y")], [selector(*lacks(b="y"), a="x")], [A]),
        ([selector(a="x", b="y")], [selector(*lacks(b="y"), a="z")], [selector(a="x", b="y")]),
    ],
)
def test_what_was_cut_apart_is_told_as_one(selectors, within, expected):
    assert Widening().widened(selectors, [*selectors, *within]) == expected


def parts_of(source):
    """Some selectors, and what others leave of them, as rules cut pods apart."""
    keys, values = ("a", "b", "c"), ("x", "y")
    parts = [EVERYTHING]
    for _ in range(source.randint(1, 3)):
        asked = [
            LabelRequirement(key, "In", (source.choice(values),)) for key in source.sample(keys, source.randint(1, 2))
        ]
        asked = [negated(each) if source.random() < 0.3 else each for each in asked]
        parts = [cut for part in parts for cut in subtract(part, selector(*asked))] + [selector(*asked)]
    return source.sample(parts, source.randint(1, len(parts)))


@pytest.mark.search(300, block=100)
@pytest.mark.parametrize("patience", [widening.MOST_COMPARED, 20, 0])
def test_no_more_and_no_less_is_told(monkeypatch, seeds, patience):
    monkeypatch.setattr(widening, "MOST_COMPARED", patience)
    for seed in seeds:
        source = random.Random(f"widening {seed}")
        within = parts_of(source)
        chosen = source.sample(within, source.randint(1, len(within)))
        found = Widening().widened(chosen, within)
        assert all(is_covered(each, within) for each in found), f"seed {seed}: {found}"
        assert all(is_covered(each, found) for each in chosen), f"seed {seed}: {found}"
        assert len(found) <= len(chosen), f"seed {seed}: {found}"


def test_of_very_many_none_is_looked_at_for_long():
    several = [selector(**{f"k{n}": str(n % 3), f"k{n + 1}": str(n % 2)}) for n in range(400)]
    assert isinstance(several[0], LabelSelector)
    assert Widening().widened(several, several) == several


CIRCLE = [selector(*lacks(**{b: "x"}), **{a: "x"}) for a, b in ("ab", "bc", "ca", "ba", "cb", "ac")]
"""Each half of these holds what the other does: some of the labels, and not all."""


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ([selector(a="x", b="y"), selector(*lacks(a="x"), c="z"), selector(b="y", c="z")], slice(0, 2)),
        (CIRCLE, slice(0, 3)),
    ],
)
def test_what_several_others_hold_is_left_out_from_the_last(selectors, expected):
    assert Widening().widened(selectors, selectors) == selectors[expected]


@pytest.mark.parametrize(("pairs", "expected"), [(4, [A]), (3, [selector(a="x", b="y")])])
def test_so_many_pairs_are_compared(monkeypatch, pairs, expected):
    """Two for each label that may be left out."""
    monkeypatch.setattr(widening, "MOST_COMPARED", pairs)
    cut = selector(a="x", b="y")
    assert Widening().widened([cut], [cut, selector(*lacks(b="y"), a="x")]) == expected


def test_so_many_steps_are_taken_for_each(monkeypatch):
    monkeypatch.setattr(widening, "MOST_STEPS", 0)
    cut = selector(a="x", b="y")
    assert Widening().widened([cut], [cut, selector(*lacks(b="y"), a="x")]) == [cut]
