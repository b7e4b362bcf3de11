"""Caches by identity keep what they are keyed by, so that an address never stands for something else."""

import gc
import weakref

from netpolc.identity import IdentityCache, IdentitySet


class Thing:
    """Equal to every other."""

    def __eq__(self, other):
        return isinstance(other, Thing)

    __hash__ = None


def test_equal_objects_are_told_apart():
    cache, one, other = IdentityCache(), Thing(), Thing()
    assert cache.add(one, "one") == "one"
    assert (cache.get(one), cache.get(other)) == ("one", None)
    cache.add(other, "other")
    assert list(cache.values()) == ["one", "other"]
    cache.add(one, "again")
    assert (cache.get(one), cache.get(other)) == ("again", "other")


def test_a_default_is_kept_once():
    cache, key = IdentityCache(), Thing()
    cache.setdefault(key, []).append(1)
    cache.setdefault(key, []).append(2)
    assert cache.get(key) == [1, 2]


def test_a_set_holds_each_object_once_in_order():
    one, other = Thing(), Thing()
    held = IdentitySet([other, one, other])
    assert [*map(id, held)] == [id(other), id(one)]
    assert (one in held, Thing() in held) == (True, False)
    held.add(one)
    assert len([*held]) == 2


def test_what_they_are_keyed_by_is_kept():
    cache, held = IdentityCache(), IdentitySet()
    things = [Thing() for _ in range(2)]
    watched = [weakref.ref(thing) for thing in things]
    cache.add(things[0], None)
    held.add(things[1])
    del things
    gc.collect()
    assert all(each() is not None for each in watched)
