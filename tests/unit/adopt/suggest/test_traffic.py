from netpolc.adopt.suggest.traffic import Sightings, day_of, total


def test_the_times_are_those_of_all():
    whole = total([Sightings(2, 5.0, 9.0, ("a",), ("x",)), Sightings(1, 1.0, 2.0, ("a", "b")), Sightings(4)])
    assert whole == Sightings(7, 1.0, 9.0, ("a", "b"), ("x",))
    assert whole.text == "seen 7 times until 1970-01-01"
    assert whole.notes == ("a", "b", "for `x`")


def test_what_has_no_time_says_none():
    assert Sightings(1).text == "seen once"
    assert Sightings(2000).text == "seen 2,000 times"


def test_only_some_names_are_shown():
    assert Sightings(1, names=("a", "b", "c", "d", "e")).notes == ("for `a`, `b`, `c` and 2 more",)


def test_a_clock_that_is_far_off_breaks_nothing():
    assert day_of(1e20) == day_of(float("inf")) == "a day that no calendar has"
