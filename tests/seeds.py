"""Random searches: what they try in a run, and how long they may look for the smallest failure.

A test marked `@pytest.mark.search(count)` is run for each of `count` seeds, which it takes as `seed`; one that is
marked `@pytest.mark.search(count, block=size)` takes `size` of them at a time as `seeds`. They follow from one number,
the seed of the run (`make test SEED=7`), and so does what hypothesis tries. A seed that once failed is kept in
`kept_seeds.txt`, and each run tries it, too.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import engine, providers

SPACE = 1_000_000
"""How far the seeds of one run are from those of the next."""

KEPT = Path(__file__).with_name("kept_seeds.txt")

SECONDS_TO_SHRINK = 20
"""After which a failure is shown as it is: nothing that a search does may come near `faulthandler_timeout`."""


class Seeds:
    """Seeds to try one after the other; `current` is the one that is being tried, or that failed."""

    def __init__(self, seeds: Iterable[int], *, drawn: bool = False) -> None:
        """Take seeds, which are the same in each run unless they are drawn for this one."""
        self.all = tuple(dict.fromkeys(seeds))
        self._drawn = drawn
        self.current: int | None = None

    def __iter__(self) -> Iterator[int]:
        for seed in self.all:
            self.current = seed
            yield seed
        self.current = None

    def __len__(self) -> int:
        return len(self.all)

    def meet(self, count: int, share: float) -> bool:
        """Tell whether a search met what it is about in more than a share of its seeds.

        That is counted over seeds which are the same wherever they are tried, those of the first run: among a few that
        are drawn anew, any share is missed now and then.
        """
        return self._drawn or count > share * len(self)


def of_run(run: int, count: int) -> range:
    """Return as many seeds as a search tries in a run; no other run tries them."""
    return range(run * SPACE, run * SPACE + count)


def blocks(test: str, run: int, count: int, block: int = 1) -> dict[str, Seeds]:
    """Return the seeds that a test tries in a run, by the name of their block.

    Those that once failed are blocks of their own, unless a block is larger than one seed: tests ask of it how often
    something is met, which one seed does not tell.
    """
    tried, before = of_run(run, count), kept(test)
    found = {str(first): Seeds(tried[first : first + block], drawn=run != 0) for first in range(0, count, block)}
    if block == 1:
        return found | {f"kept-{seed}": Seeds([seed]) for seed in before}
    return found | {"0": Seeds([*before, *tried[:block]], drawn=run != 0)}


def kept(test: str) -> tuple[int, ...]:
    """Return the seeds on which a test once failed."""
    lines = (line.split() for line in KEPT.read_text("utf-8").splitlines() if not line.startswith("#"))
    return tuple(int(words[1]) for words in lines if words and words[0] == test)


def keep(test: str, seed: int) -> None:
    """Add a seed to those that each run tries."""
    if seed not in kept(test):
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(f"{test} {seed}\n")


def bound_hypothesis() -> None:
    """Let hypothesis depend on nothing but its seed, and end no run by how long it takes.

    Without the explain phase, and with little time to shrink. On its own it also draws words from all modules that are
    imported at that moment, so that a seed would mean something else in a run of one test than in a run of all.
    """
    settings.register_profile(
        "bounded",
        deadline=None,
        max_examples=20,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow,),
    )
    settings.load_profile("bounded")
    engine.MAX_SHRINKING_SECONDS = SECONDS_TO_SHRINK
    providers._get_local_constants = providers.Constants
