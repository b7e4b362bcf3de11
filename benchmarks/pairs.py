"""Pairs of programs below 2 kB for `diff`: few lines, of which each tells the pods apart in many ways."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LARGEST = 2_000
"""The characters that a program has at most."""

HEAD = "namespace shop\nbaseline deny all\n"
OPENED, ONE_PORT = "a program against an empty one", "a program, one port changed"
ONE_LINE, ANOTHER = "a program, one line gone", "a program against another of the same labels"

Selector = tuple[str, ...]


class Pair(NamedTuple):
    """Two programs, and how they differ."""

    kind: str
    old: str
    new: str


def known_pairs() -> Iterator[Pair]:
    """Yield pairs that are hard by their shape: wide disjunctions of labels that are there or not."""
    for keys, flows in ((8, 20), (10, 25), (12, 52), (16, 60), (20, 60)):
        rng = _random(flows)
        yield Pair(OPENED, HEAD, _program([f"{_bare(rng, keys, 3)}->*:1" for _ in range(flows)]))
    yield Pair(OPENED, HEAD, _program(_both_ends(16)))
    for flows in (8, 12, 16, 20):
        first, *others = _both_ends(flows)
        yield Pair(ONE_PORT, _program([first, *others]), _program([first.replace(":1", ":2"), *others]))


def _both_ends(flows: int) -> list[str]:
    rng = _random(flows)
    return [f"{_bare(rng, 12, 2)}->{_bare(rng, 12, 2)}:1" for _ in range(flows)]


def _bare(rng: random.Random, keys: int, count: int) -> str:
    return _selector([rng.choice(("v{}", "!v{}")).format(key) for key in rng.sample(range(1, keys + 1), count)])


def random_pairs(count: int) -> Iterator[Pair]:
    """Yield pairs of random programs, the same in each run, in turns of the four kinds."""
    kinds: tuple[Callable[[random.Random], Pair], ...] = (_opened, _one_port, _one_line, _another)
    for seed in range(count):
        yield kinds[seed % len(kinds)](_random(seed))


def _opened(rng: random.Random) -> Pair:
    return Pair(OPENED, HEAD, _program(_Lines(rng).some()))


def _one_port(rng: random.Random) -> Pair:
    lines = _Lines(rng).some()
    at = rng.randrange(len(lines))
    changed = f"{lines[at].rpartition(':')[0]}:9999"
    return Pair(ONE_PORT, _program(lines), _program([*lines[:at], changed, *lines[at + 1 :]]))


def _one_line(rng: random.Random) -> Pair:
    lines = _Lines(rng).some()
    at = rng.randrange(len(lines))
    return Pair(ONE_LINE, _program(lines), _program([*lines[:at], *lines[at + 1 :]]))


def _another(rng: random.Random) -> Pair:
    lines = _Lines(rng)
    return Pair(ANOTHER, _program(lines.some()), _program(lines.some()))


class _Lines:
    """Random flows of a program: over some keys, with few or many requirements, within a namespace or beyond."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._keys = [f"v{number}" for number in range(rng.randint(3, 20))]
        self._most = rng.randint(1, 4)
        self._values = rng.random() < 0.5  # noqa: PLR2004 -- half of the programs
        self._beyond = rng.random() < 0.5  # noqa: PLR2004 -- as above
        self._ports = rng.choice(((1,), (1, 2), (80, 443, 5432, 8080)))

    def some(self) -> list[str]:
        """Return as many lines as a size between 100 characters and the largest has room for."""
        room = self._rng.randint(100, LARGEST) - len(HEAD)
        lines = [self._flow()]
        while (room := room - len(lines[-1]) - 1) > 0:
            lines.append(self._flow())
        return lines if len(lines) == 1 else lines[:-1]

    def _flow(self) -> str:
        ends = [self._end(), self._end()]
        if self._rng.random() < 0.2:  # noqa: PLR2004 -- the mix of the programs; two of them would allow everything
            ends[self._rng.randrange(2)] = "*"
        return f"{ends[0]} -> {ends[1]}:{self._rng.choice(self._ports)}"

    def _end(self) -> str:
        beyond = self._beyond and self._rng.random() < 0.25  # noqa: PLR2004 -- as above
        return (self._rng.choice(("*/", "data/", "[team]/")) if beyond else "") + self._selector()

    def _selector(self) -> str:
        keys = self._rng.sample(self._keys, min(len(self._keys), self._rng.randint(1, self._most)))
        return _selector([self._requirement(key) for key in keys])

    def _requirement(self, key: str) -> str:
        forms = ("{}=a", "{}!=a", "{} in (a, b)", "{}", "!{}") if self._values else ("{}", "!{}")
        return self._rng.choice(forms).format(key)


def _selector(requirements: Sequence[str]) -> str:
    return f"[{','.join(requirements)}]"


def _program(lines: Sequence[str]) -> str:
    return HEAD + "".join(f"{line}\n" for line in lines)


def _random(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- the same programs in each run
