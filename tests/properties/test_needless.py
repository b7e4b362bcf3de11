"""No policy for a pair could be left out without a change of what is let through, by the engine and the plain model."""

import random

import msgspec
import pytest

from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_program import with_assumed
from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.regions import Namespaces
from netpolc.engine.witness import witness
from netpolc.ir.isolation import opened_by
from netpolc.ir.model import Pods
from netpolc.policy.constants import DIRECTIONS, POLICY_TYPES
from netpolc.policy.selectors import selected_by
from netpolc.sets.labels import EVERYTHING
from tests.naive import policies as naive
from tests.naive.programs import Baseline, Meaning, SetOf, Target
from tests.properties.building import compiled, disagreement, documents, rendered
from tests.properties.test_comparison import to_naive
from tests.strategies.programs import Author
from tests.strategies.writing import Writer

OPEN = DirectionRules((), ())


class PartialAuthor(Author):
    """Makes up programs whose baselines are on some pods of their namespaces."""

    def baseline(self, section):
        parts = tuple(Target(self.own(section)) for _ in range(self.random.randint(2, 4)))
        return Baseline(self.random.choice(["ingress", "egress", "all"]), SetOf(parts), assume=self.chance(0.2))


def made_up(seed):
    source = random.Random(seed)
    program = PartialAuthor(source).program()
    return program, Writer(source).text(program)


def stated(program, namespace):
    """The selectors that statements speak of: those of a namespace's baselines, and of flows."""
    ends = [end for flow in program.flows for direction in flow.directions for end in opened_by(flow, direction)]
    parts = [each.on for each in program.baselines if each.namespace == namespace]
    return {each.selector if isinstance(each, Pods) else EVERYTHING for each in (*ends, *parts)}


def pairs(compilation):
    for policy in compilation.policies:
        if selected_by(policy.pod_selector) not in stated(compilation.program, policy.namespace):
            yield policy


def at_end(compilation, policies, direction):
    """What policies let through at one end, in a cluster whose namespaces carry any labels."""
    rules = with_assumed(rules_of_policies(policies, {}), compilation.program).of(direction)
    return RuleSet(rules, OPEN, {}) if direction == "ingress" else RuleSet(OPEN, rules, {})


def of_direction(found, direction):
    """Documents as they are for one direction."""
    kind = POLICY_TYPES[direction]
    return [
        {**each, "spec": {**each["spec"], "policyTypes": [kind]}}
        for each in found
        if kind in each["spec"]["policyTypes"]
    ]


@pytest.mark.search(50, block=50)
def test_no_policy_for_a_pair_could_be_left_out(seeds):
    found_any = 0
    for seed in seeds:
        program, text = made_up(seed)
        compilation = compiled(text, program)
        for pair in pairs(compilation) if compilation.ok else ():
            rest = tuple(policy for policy in compilation.policies if policy is not pair)
            changes = [
                (direction, difference)
                for direction in DIRECTIONS
                for difference in differences(
                    at_end(compilation, compilation.policies, direction), at_end(compilation, rest, direction)
                )
            ]
            assert changes, f"seed {seed}: {pair.name} could be left out:\n{text}"
            direction, difference = changes[0]
            example = witness(difference.box, Namespaces({}))
            connection = (to_naive(example.source), to_naive(example.destination), example.protocol, example.port)
            with_pair, without = (
                of_direction([*documents(rendered(each)), *Meaning(program).assumed_denies()], direction)
                for each in (compilation, msgspec.structs.replace(compilation, policies=rest))
            )
            assert naive.allows(with_pair, *connection), f"seed {seed}: {pair.name}, {connection}\n{text}"
            assert not naive.allows(without, *connection), f"seed {seed}: {pair.name}, {connection}\n{text}"
            found_any += 1
    assert seeds.meet(found_any, 1 / 20)


@pytest.mark.search(25, block=25)
def test_fewer_policies_mean_the_same(seeds):
    for seed in seeds:
        program, text = made_up(seed)
        _, connection = disagreement(program, text, seed=seed, count=200)
        assert connection is None, f"seed {seed}:\n{text}\n{connection}"
