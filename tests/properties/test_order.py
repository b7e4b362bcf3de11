"""A program is a set of facts: neither their order, nor saying them twice, nor the process that builds them shows."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from netpolc.policy.names import dns_subdomain
from tests.naive.programs import Baseline, Flow
from tests.properties.building import compiled, documents, made_up, rendered
from tests.strategies.writing import Writer

ROOT = Path(__file__).parents[2]
HASHED = """
from tests.properties.building import compiled, made_up, rendered
from netpolc.diagnostics import plain
for seed in range(7000, 7040):
    program, text = made_up(seed)
    compilation = compiled(text, program)
    print(rendered(compilation), plain.render(compilation.diagnostics))
"""


def without_comments(text):
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


def built(program, seed=0):
    compilation = compiled(Writer(random.Random(seed), plain=True).text(program), program)
    return without_comments(rendered(compilation)) if compilation.ok else None


@pytest.mark.search(15)
def test_order_changes_nothing_but_comments(seed):
    program, _ = made_up(seed, flat=True)
    expected = built(program)
    shuffler = random.Random(seed)
    for _ in range(3):
        order = shuffler.sample(program.statements, len(program.statements))
        assert built(replace(program, statements=tuple(order))) == expected


def test_of_words_for_the_same_pods_the_order_does_not_decide_which_name_a_policy():
    baselines = ["baseline deny egress on web", "baseline deny egress on [app in (web)]"]
    one, other = (
        without_comments(rendered(compiled("\n".join([*lines, "[tier=front] -> db:1 egress"]))))
        for lines in (baselines, reversed(baselines))
    )
    assert one == other


@pytest.mark.search(30, block=30)
def test_flat_programs_compile(seeds):
    assert seeds.meet(sum(built(made_up(seed, flat=True)[0]) is not None for seed in seeds), 0.9)


@pytest.mark.search(30, block=10)
def test_layout_and_order_within_blocks_change_nothing_but_comments_and_notes(seeds):
    for seed in seeds:
        program, _ = made_up(seed)
        for writer in (random.Random(seed), random.Random(seed + 1)):
            text = Writer(writer, noting=False).text(program)
            compilation = compiled(text, program)
            found = without_comments(rendered(compilation)) if compilation.ok else None
            assert found == built(program)


@pytest.mark.search(15)
def test_what_is_said_twice_is_said_once(seed):
    program, _ = made_up(seed, flat=True)
    again = tuple(s for s in program.statements if isinstance(s, Flow | Baseline))
    assert built(replace(program, statements=program.statements + again)) == built(program)


@pytest.mark.search(25, block=25)
def test_names_are_valid_and_never_collide(seeds):
    for seed in seeds:
        program, text = made_up(seed)
        found = [document["metadata"] for document in documents(rendered(compiled(text, program)))]
        names = [(metadata["namespace"], metadata["name"]) for metadata in found]
        assert len(set(names)) == len(names)
        assert not [fault for _, name in names for fault in dns_subdomain(name)]


def test_names_never_collide_where_sources_do_their_best():
    words = ["default-deny", "Default-Deny", "all-pods", "a-b", "a_b", "A-b", "pods", "x" * 63, "X" * 63, "web", "Web"]
    lines = [f"a -> {word}:80" for word in words]
    lines += [f"a -> [app={word}]:81" for word in ("a.b", "a-b", "a_b", "web")]
    lines += [f"pods {name} = [x={at}]\na -> {name}:82" for at, name in enumerate(("web", "default-deny", "all-pods"))]
    lines += ["a -> *:83", "a -> [app=web, x]:84", "a -> [app-web=x]:85", "a -> [app=web-x]:86", "a -> [web]:87"]
    compilation = compiled("\n".join(lines))
    assert compilation.ok
    names = [policy.name for policy in compilation.policies]
    assert len(set(names)) == len(names)
    assert not [fault for name in names for fault in dns_subdomain(name)]


def test_builds_do_not_depend_on_the_hashes_of_a_process():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", HASHED],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"kind: NetworkPolicy") > 100
