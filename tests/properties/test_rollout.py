"""The order of a rollout, judged at each state by a model that shares nothing with it."""

import random

import msgspec
import pytest

from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.proofs import Prover
from netpolc.policy.constants import NAME_LABEL
from netpolc.policy.objects import as_object
from netpolc.rollout.order import order
from tests.naive import policies as naive
from tests.strategies.clusters import read
from tests.strategies.worlds import Maker


def sides(seed):
    """Two sides of policies in one world: some stay, some change in part, some are of one side only."""
    source = random.Random(seed)
    maker = Maker(source)
    world = maker.world()
    policies = list(read(world).manifests.policies)
    other = msgspec.structs.replace(world, documents=tuple(maker.policy(f"p{i}") for i in range(source.randint(0, 5))))
    mixed = list(read(other).manifests.policies)
    for policy in policies:
        match source.randrange(4):
            case 0:
                mixed.append(policy)
            case 1 if policy.ingress:
                mixed.append(msgspec.structs.replace(policy, ingress=policy.ingress[1:]))
            case 2:
                mixed.append(msgspec.structs.replace(policy, egress=policy.ingress, policy_types=("Ingress", "Egress")))
    new = list({(each.namespace, each.name): each for each in mixed}.values())
    return world, policies, new, list(maker.connections(world, 12))


def namespaces_of(world):
    return {
        pod.namespace: {key: value for key, value in pod.namespace_labels.items() if key != NAME_LABEL}
        for pod in world.pods
    }


def states(old, steps):
    there = {(each.namespace, each.name): each for each in old}
    yield list(there.values())
    for step in steps:
        assert there.get(step.key) == step.before
        there.pop(step.key, None)
        if step.after is not None:
            there[step.key] = step.after
        yield list(there.values())


def said(policies):
    return [as_object(each) for each in policies]


def faults(state, old, new, namespaces):
    """The connections, of any pods that could exist, that a state cuts or opens."""
    there, before, after = (rules_of_policies(each, namespaces) for each in (state, old, new))
    prover = Prover(after)
    for found in differences(before, there):
        judged = prover.allowed(found.box) if found.allowed_by == "one" else prover.denied(found.box)
        yield from judged


@pytest.mark.search(4)
def test_nothing_is_cut_or_opened_on_the_way(seeds):
    for seed in seeds:
        world, old, new, _ = sides(seed)
        namespaces = namespaces_of(world)
        found = order(old, new, namespaces)
        *way, last = states(old, found.steps)
        assert not list(differences(rules_of_policies(last, namespaces), rules_of_policies(new, namespaces)))
        for place, state in enumerate(way if not found.unsaved else ()):
            fault = next(faults(state, old, new, namespaces), None)
            assert fault is None, f"seed {seed}: step {place}: {fault}"


@pytest.mark.search(2)
def test_the_naive_evaluator_agrees(seeds):
    for seed in seeds:
        world, old, new, connections = sides(seed)
        found = order(old, new, namespaces_of(world))
        reached = [said(each) for each in states(old, found.steps)]
        for connection in connections if not found.unsaved else ():
            before, after = (naive.allows(said(each), *connection) for each in (old, new))
            for state in reached:
                assert (before and after) <= naive.allows(state, *connection) <= (before or after), seed
