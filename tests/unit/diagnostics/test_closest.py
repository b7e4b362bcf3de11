import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netpolc.diagnostics.closest import Neighbours, closest


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("databse", ["webapp", "database", "cache"], "database"),
        ("Database", ["webapp", "database"], "database"),
        ("tpc", ["tcp", "udp", "sctp"], "tcp"),
        ("postgres", ["zebra", "quux"], None),
        ("webapp", ["webapp"], None),
        ("webapp", ["webapp", "webapps"], "webapps"),
        ("aaab", ["aaad", "aaac"], "aaac"),
        ("x", [], None),
        ("", ["a", ""], None),
    ],
)
def test_closest(word, candidates, expected):
    assert closest(word, candidates) == expected
    assert closest(word, reversed(candidates)) == expected


def test_closest_among_very_many_is_quick():
    names = [f"{letter}{'ab' * 25}{number}" for letter in "abcd" for number in range(5_000)]
    assert closest("ab" * 25 + "77x", ["database", *names]) is not None
    assert closest("databse", ["database", *names]) == "database"
    closest("a" * 1_000_000, ["a" * 1_000_000, "a" * 60, *names])


def damerau_levenshtein(a, b):
    """The optimal string alignment distance, by its recurrence."""
    table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


def naive_neighbour(word, names):
    def near(name):
        a, b = word.casefold(), name.casefold()
        if word == name or not (4 <= len(a) <= 63 and 4 <= len(b) <= 63):
            return False
        only_digits = [c for c in a if c not in "0123456789"] == [c for c in b if c not in "0123456789"]
        return a == b or (not only_digits and damerau_levenshtein(a, b) == 1)

    return min(filter(near, names), default=None)


WORDS = st.text("abAB1", min_size=2, max_size=7)


@given(WORDS, st.lists(WORDS, max_size=12))
@example("abab", ["baba", "abba", "abab"])
@example("Straße", ["STRASSE", "strase"])
def test_neighbours_are_those_of_the_naive_distance(word, names):
    assert Neighbours(names).of(word) == naive_neighbour(word, names)


@given(st.text("abc1", min_size=3, max_size=8), st.data())
def test_one_slip_is_found(name, data):
    at = data.draw(st.integers(0, len(name)))
    slips = [name[:at] + "z" + name[at:], name[:at] + "z" + name[at + 1 :], name[:at] + name[at + 1 :]]
    slips.append(name[:at] + name[at : at + 2][::-1] + name[at + 2 :])
    for slip in slips:
        assert Neighbours([name]).of(slip) == naive_neighbour(slip, [name])


@pytest.mark.parametrize(
    ("word", "names", "expected"),
    [
        ("WebApp", ["webapp"], "webapp"),
        ("WEBAPP1", ["webapp1"], "webapp1"),
        ("app1", ["app2"], None),
        ("app1", ["app12"], None),
        ("app-12", ["app-21"], None),
        ("app1", ["apps1"], "apps1"),
        ("web", ["webs"], None),
        ("webs", ["web"], None),
        ("webs", ["webx"], "webx"),
        ("webapp", ["wepabp"], None),
        ("webapp", ["webapp"], None),
        ("webapp", ["webappz", "webapps", "awebapp"], "awebapp"),
        ("a" * 64, ["a" * 63], None),
        ("a" * 62 + "b", ["a" * 63], "a" * 63),
    ],
)
def test_neighbours(word, names, expected):
    assert Neighbours(names).of(word) == expected


def test_lookups_over_many_names_cost_their_sum():
    dice = random.Random(1)
    names = ["".join(dice.choices("abcdefgh-", k=10)) for _ in range(3_000)]
    words = [*(f"{name[:5]}x{name[5:]}" for name in names), *(f"node{i}" for i in range(3_000))]
    index = Neighbours([*names, *(f"node{i}" for i in range(3_000)), "a" * 1_000_000])
    found = [index.of(word) for word in words]
    assert None not in found[:3_000]
    assert set(found[3_000:]) == {None}
