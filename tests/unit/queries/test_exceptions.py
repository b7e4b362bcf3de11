"""`can` about pods that could exist: all of them have to be allowed."""

import itertools
import random

import pytest

from netpolc.queries.answers import answer
from netpolc.queries.ends import Ends
from tests.unit.queries.clusters import cluster


@pytest.mark.parametrize(
    ("program", "source", "destination", "denied"),
    [
        ("[app in (a, b)] -> z:1\n[app=a] -> z:2", "[app in (a, b)]", "z:2", "s/[app=b]"),
        ("[app in (a, b)] -> z:1\n[app=a] -> z:2", "[app in (a, b)]", "z:1", None),
        ("[app=a] -> z:2\n[app=b] -> z:2", "[app in (a, b)]", "z:2", None),
        ("[app in (a, b)] -> z:2", "[app in (a, b, c)]", "z:2", "s/[app=c]"),
        ("[role] -> z:1\n[role=other] -> z:2", "[role]", "z:2", "s/[role]"),
        ("*/q -> z:1\nelsewhere/q -> z:2", "*/q", "z:2", "*/q"),
        ("[app!=a] -> z:4", "[tier=c]", "z:4", "s/[app=a, tier=c]"),
        ("[app!=a] -> z:4", "[app=b, tier=c]", "z:4", None),
        ("q -> [app in (a, b)]:1\nq -> a:2", "q", "[app in (a, b)]:2", "s/q"),
        ("q -> [app in (a, b)]:1\nq -> a:2", "q", "[app in (a, b)]:1", None),
    ],
)
def test_all_that_could_be_have_to_be_allowed(program, source, destination, denied):
    known = cluster(f"namespace s\n{program}")
    found = answer(known, Ends(known), source, destination)
    assert (None if found.allowed else found.source) == denied


SELECTORS = ("app=a", "app=b", "app in (a, b)", "app!=a", "app", "!app", "tier=c", "tier!=c", "app in (a, c)", "tier")
LABELS = {"app": ("", "a", "b", "c", "z"), "tier": ("", "c", "z")}


def written(labels):
    """A pod with these labels and none of the others that anybody asks for."""
    asked = (f"{key}={value}" if value else f"!{key}" for key, value in zip(LABELS, labels, strict=True))
    return f"[{', '.join(asked)}]"


def selects(selector, labels):
    found = dict(zip(LABELS, labels, strict=True))
    key = selector.strip("!").split("=")[0].split(" ")[0].strip("!")
    value = found[key]
    if selector.startswith("!"):
        return not value
    if "!=" in selector:
        return value != selector.split("!=")[1]
    if " in " in selector:
        return value in selector.split("(")[1].strip(")").split(", ")
    return value == selector.split("=")[1] if "=" in selector else bool(value)


@pytest.mark.parametrize("seed", range(40))
def test_a_yes_holds_for_each_of_them(seed):
    rng = random.Random(seed)
    flows = "".join(f"[{rng.choice(SELECTORS)}] -> [{rng.choice(SELECTORS)}]:{rng.randrange(1, 3)}\n" for _ in range(4))
    known = cluster(f"namespace s\nbaseline deny {rng.choice(('ingress', 'all'))}\n{flows}")
    ends = Ends(known)
    for _ in range(6):
        source, destination = rng.choice(SELECTORS), rng.choice(SELECTORS)
        found = answer(known, ends, f"s/[{source}]", f"s/[{destination}]:1").allowed
        pods = list(itertools.product(*LABELS.values()))
        each = (
            answer(known, ends, f"s/{written(one)}", f"s/{written(other)}:1").allowed
            for one in pods
            if selects(source, one)
            for other in pods
            if selects(destination, other)
        )
        assert found == all(each), f"{source} -> {destination}\n{flows}"
