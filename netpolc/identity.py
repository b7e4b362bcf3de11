"""Caches and sets by identity: for objects that are made once and shared, of which comparing values would take long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Key = TypeVar("Key")
Value = TypeVar("Value")


class IdentityCache(Generic[Key, Value]):
    """Values by the object that each belongs to.

    It keeps these objects, so that no other can come to stand at the address of one. Where more than the object
    decides, have one for each case: `dict[Direction, IdentityCache[Peer, PodSet]]`.
    """

    __slots__ = ("_keys", "_values")

    def __init__(self) -> None:
        """Begin without any."""
        self._keys: list[Key] = []
        self._values: dict[int, Value] = {}

    def get(self, key: Key) -> Value | None:
        """Return the value of an object, or None."""
        return self._values.get(id(key))

    def add(self, key: Key, value: Value) -> Value:
        """Keep a value for an object, in place of any before, and return it."""
        self._keys.append(key)
        self._values[id(key)] = value
        return value

    def setdefault(self, key: Key, default: Value) -> Value:
        """Return the value of an object, which is the default from now on if it had none."""
        known = self._values.get(id(key))
        return self.add(key, default) if known is None else known

    def values(self) -> Iterable[Value]:
        """Return all values, in the order of their objects."""
        return self._values.values()


class IdentitySet(Generic[Key]):
    """Objects, of which two are the same only where they are one; in the order in which they came."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        """Hold some objects."""
        self._keys = {id(key): key for key in keys}

    def __contains__(self, key: Key) -> bool:
        return id(key) in self._keys

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys.values())

    def add(self, key: Key) -> None:
        """Add an object."""
        self._keys[id(key)] = key
