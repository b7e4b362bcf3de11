"""The order of a rollout, judged at each state by a model that shares nothing with it."""

import json
import random

import msgspec
import pytest

from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.proofs import Prover
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.constants import NAME_LABEL
from netpolc.policy.objects import as_object
from netpolc.rollout.around import Around
from netpolc.rollout.model import by_key
from netpolc.rollout.objects import in_words_of_api
from netpolc.rollout.order import order
from netpolc.source import Source
from tests.naive import policies as naive
from tests.naive import tiers
from tests.strategies.clusters import read
from tests.strategies.tiers import ADMIN, BASELINE, NEW, TierMaker
from tests.strategies.worlds import Maker

OLDER = (ADMIN, BASELINE)


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
    there = by_key(old)
    yield list(there.values())
    for step in steps:
        assert there.get(step.key) == step.before
        there.pop(step.key, None)
        if step.after is not None:
            there[step.key] = step.after
        yield list(there.values())


def shuffled(source, found):
    """The steps, those of a batch in any order, as kubectl leaves them where it is cut off."""
    batches = found.batches or [(step,) for step in found.steps]
    assert [step for batch in batches for step in batch] == list(found.steps)
    return [step for batch in batches for step in source.sample(batch, len(batch))]


def said(policies):
    return [as_object(each) for each in policies]


def faults(state, old, new, namespaces):
    """The connections, of any pods that could exist, that a state cuts or opens."""
    there, before, after = (rules_of_policies(each, namespaces) for each in (state, old, new))
    prover = Prover(after)
    for found in differences(before, there):
        judged = prover.allowed(found.box) if found.allowed_by == "one" else prover.denied(found.box)
        yield from judged


@pytest.mark.search(2)
def test_nothing_is_cut_or_opened_on_the_way(seeds):
    for seed in seeds:
        world, old, new, _ = sides(seed)
        namespaces = namespaces_of(world)
        found = order(old, new, Around(namespaces))
        *way, last = states(old, shuffled(random.Random(seed), found))
        assert not list(differences(rules_of_policies(last, namespaces), rules_of_policies(new, namespaces)))
        for place, state in enumerate(way if not found.unsaved else ()):
            fault = next(faults(state, old, new, namespaces), None)
            assert fault is None, f"seed {seed}: step {place}: {fault}"


@pytest.mark.search(2)
def test_the_naive_evaluator_agrees(seeds):
    for seed in seeds:
        world, old, new, connections = sides(seed)
        found = order(old, new, Around(namespaces_of(world)))
        reached = [said(each) for each in states(old, shuffled(random.Random(seed), found))]
        for connection in connections if not found.unsaved else ():
            before, after = (naive.allows(said(each), *connection) for each in (old, new))
            for state in reached:
                assert (before and after) <= naive.allows(state, *connection) <= (before or after), seed


def tier_sides(seed):
    """Two sides with cluster-wide policies in one world: some stay, some are of one side only, some change."""
    source = random.Random(seed)
    maker = TierMaker(source)
    world = maker.world()
    was = {(each["kind"], each["metadata"]["name"]): each for each in world.documents if each["kind"] not in OLDER}
    shall = {key: each for key, each in was.items() if source.random() < 0.5}
    for key in source.sample(sorted(was), min(len(was), source.randint(0, 1))):
        was.pop(key)
    for number in range(source.randint(0, 2)):
        made = maker.tier_policy(NEW, f"tier-{number}", 2 * number + source.choice((1, 500)))
        shall[NEW, made["metadata"]["name"]] = made
    made = maker.policy("policy-0")
    shall["NetworkPolicy", "policy-0"] = made
    older = [each for each in world.documents if each["kind"] in OLDER]
    return world, [*was.values()], [*shall.values()], older, list(maker.connections(world, 24))


def documents_of(items):
    found = combine(
        [read_manifests(Source("side.json", json.dumps({"kind": "List", "apiVersion": "v1", "items": items})))]
    )
    return [*found.policies, *found.tier_policies]


@pytest.mark.search(2)
def test_cluster_wide_policies_cut_and_open_nothing_that_is_not_told(seeds):
    for seed in seeds:
        world, old, new, older, connections = tier_sides(seed)
        final = bool(seed % 2)
        around = Around(namespaces_of(world), tuple(documents_of(older)), final_for_pod=final)
        was, shall = documents_of(old), documents_of(new)
        found = order(was, shall, around)
        if found.unsaved:
            continue
        steps = shuffled(random.Random(seed), found)
        reached = [[*map(in_words_of_api, state), *older] for state in states(was, steps)]
        for connection in connections:
            before, *_, after = judged = [tiers.allows(state, *connection, final_for_pod=final) for state in reached]
            assert all((before and after) <= each <= (before or after) for each in judged), seed
