"""Rules that come to nothing are those of which a try of every connection finds none, in YAML and in netpol."""

from pathlib import Path
from random import Random

import pytest

from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.ecosystem.private_networks import LOCAL_BLOCKS
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_program import rules_of_program
from netpolc.engine.halves import Halves
from netpolc.engine.pod_addresses import held_by
from netpolc.manifests.reading import read_manifests
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.source import Source
from tests.models import lone_halves
from tests.strategies.half_worlds import Maker, as_netpol, as_yaml, reasons

PODS = EVERY_ADDRESS - held_by(LOCAL_BLOCKS)


def lone(ruleset):
    rules = [(direction, each) for direction in DIRECTIONS for each in ruleset.of(direction).allow_rules]
    return [each.reason for each in Halves(ruleset, PODS).lone(rules)]


def of_policies(seed):
    world = Maker(Random(seed)).policies()
    read = read_manifests(Source("all.yaml", as_yaml(world)))
    assert not any(each.severity == "error" for each in read.diagnostics)
    known = {name: {} if team is None else {"team": team} for name, team in world.teams.items()}
    places = reasons(world)
    found = lone(rules_of_policies(read.policies, known))
    return sorted(places[each.policy, each.path] for each in found), lone_halves.lone(world)


def of_program(seed):
    world = Maker(Random(seed)).program()
    text = as_netpol(world)
    compilation = compile_program(load_text(Source("all.netpol", text), Path("/")), CompileOptions())
    assert compilation.ok, text
    lines = [number for number, line in enumerate(text.splitlines(), 1) if "->" in line]
    found = lone(rules_of_program(compilation.program))
    of_line = dict(zip(lines, dict.fromkeys(each.reason for each in world.rules), strict=True))
    return sorted(of_line[each.location.line] for each in found), lone_halves.lone(world)


@pytest.mark.search(12, block=12)
@pytest.mark.parametrize("of_kind", [of_policies, of_program])
def test_what_comes_to_nothing_is_what_a_try_of_every_connection_says(of_kind, seeds):
    met = 0
    for seed in seeds:
        found, expected = of_kind(seed)
        assert found == sorted(expected)
        met += bool(expected)
    assert seeds.meet(met, 0.2)
