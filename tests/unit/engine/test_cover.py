"""Sets of pods that stand for every pod, by the plainest definitions over a small universe."""

import random

import msgspec
import pytest

from netpolc.engine import cover as engine_cover
from netpolc.engine.cover import MOST_PARTS, cover, opened
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.peers import population_with
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace
from netpolc.engine.relation import relation_of
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from netpolc.sets.ports import EVERY_PORT
from tests.unit.engine.universe import CONTAINER_PORTS, KNOWN, PODS, Maker, Tiered, could_be, holds, is_port

OPEN = DirectionRules((), ())
SHOP = PodSet(in_namespace("shop"), EVERYTHING)


def pods(namespace="shop", **labels):
    asked = (LabelRequirement(key, "In", (value,)) for key, value in labels.items())
    return PodSet(in_namespace(namespace), selector_of(asked))


def isolated(rules, pod):
    return any(holds(each.subject, pod) for each in rules.isolations)


@pytest.mark.search(15)
def test_what_nothing_isolates_is_in_just_one_set(seed):
    ruleset = Maker(random.Random(seed)).ruleset()
    found = opened(ruleset, Namespaces(KNOWN))
    for direction in DIRECTIONS:
        for pod in PODS:
            holding = [each for each in found[direction] if holds(each, pod)]
            assert len(holding) == (not isolated(ruleset.of(direction), pod)), (pod, holding)


def let_out(rules, subject, other):
    """The rules that let two pods talk at the end of the first, or None where nothing isolates it."""
    if not isolated(rules, subject):
        return [None]
    return [each for each in rules.allow_rules if holds(each.subject, subject) and holds(each.peer, other)]


@pytest.mark.search(15)
def test_each_connection_is_one_of_sets_that_hold_its_ends(seed):
    """All pods of these are subjects or peers of its rules, or nothing isolates them."""
    source = random.Random(seed)
    ruleset = Maker(source).ruleset()
    found = cover(ruleset, Namespaces(KNOWN))
    assert found.complete
    for _ in range(150):
        start, end = source.choice(PODS), source.choice(PODS)
        if not could_be(start, end):
            continue
        for out in let_out(ruleset.egress, start, end):
            for into in let_out(ruleset.ingress, end, start):
                assert any(stands_for(each, start, found.open_pods["egress"], out, into) for each in found.sources)
                assert any(stands_for(each, end, found.open_pods["ingress"], into, out) for each in found.destinations)


def stands_for(pods, pod, open_pods, own, others):
    """Whether a set holds a pod, and all of its pods are what two rules ask for."""
    if not holds(pods, pod):
        return False
    every = [each for each in PODS if holds(pods, each)]
    as_subject = any(all(holds(each, one) for one in every) for each in ([own.subject] if own else open_pods))
    return as_subject and (others is None or all(holds(others.peer, one) for one in every))


@pytest.mark.search(10)
def test_behind_tiers_each_connection_is_one_of_sets_that_hold_its_ends_and_have_it_whole(seed):
    maker = Tiered(random.Random(f"cover {seed}"))
    ruleset = maker.ruleset()
    population = population_with((), ruleset)
    assert population.complete
    judge = Evaluator(ruleset)
    found = [
        (each.source.pods, each.destination.pods, each.ports) for each in relation_of(population, ruleset).connections()
    ]
    for _ in range(60):
        start, end = maker.random.choice(PODS), maker.random.choice(PODS)
        if not could_be(start, end):
            continue
        end = msgspec.structs.replace(end, ports=maker.random.choice(CONTAINER_PORTS))
        between = [ports for source, other, ports in found if holds(source, start) and holds(other, end)]
        for protocol, port in (("TCP", 2), ("TCP", 4), ("UDP", 1)):
            says = any(is_port(ports, end, protocol, port) for ports in between)
            assert says is judge.allows(start, end, protocol, port), (start, end, protocol, port)


def covered(*closed, allow=(), namespaces=None):
    rules = DirectionRules(
        tuple(Isolation(each, None) for each in closed),
        tuple(AllowRule(subject, peer, EVERY_PORT, None) for subject, peer in allow),
    )
    return cover(RuleSet(rules, OPEN, namespaces or {}), Namespaces(namespaces or {}))


ELSEWHERE = PodSet(LabelSelector((LabelRequirement(IDENTITY, "NotIn", ("shop",)),)), EVERYTHING)


def test_without_policies_every_pod_is_one_set():
    found = covered()
    assert found == ({EVERY_POD}, {EVERY_POD}, {"ingress": (EVERY_POD,), "egress": (EVERY_POD,)}, True)


def test_a_closed_namespace_leaves_all_others():
    found = covered(SHOP, allow=[(pods(app="db"), pods(app="web")), (pods(app="web"), EVERY_ADDRESS)])
    assert found.destinations == {ELSEWHERE, pods(app="db"), pods(app="web")}
    assert found.sources == {EVERY_POD, pods(app="web")}
    assert found.open_pods == {"ingress": (ELSEWHERE,), "egress": (EVERY_POD,)}


def test_what_cannot_be_is_in_no_set():
    other = PodSet(
        LabelSelector((LabelRequirement(IDENTITY, "In", ("shop",)), LabelRequirement("t", "Exists"))), EVERYTHING
    )
    assert covered(SHOP, allow=[(other, EVERY_POD)], namespaces={"shop": {}}).destinations == {ELSEWHERE}
    assert covered(SHOP, allow=[(other, EVERY_POD)]).destinations == {ELSEWHERE, other}


def halves(count):
    """Selectors of two labels each, which nobody else asks for."""
    return [pods(**{f"a{number}": "x", f"b{number}": "x"}) for number in range(count)]


def test_beyond_so_many_parts_less_is_told_and_it_is_said():
    most = MOST_PARTS.bit_length() - 1
    whole, partly = covered(*halves(most)), covered(*halves(most + 3))
    assert (whole.complete, len(whole.open_pods["ingress"])) == (True, MOST_PARTS + 1)
    assert (partly.complete, len(partly.open_pods["ingress"])) == (False, MOST_PARTS + 1)
    closed = halves(most + 3)
    for part in partly.open_pods["ingress"]:
        assert not any(set(each.pods.requirements) <= set(part.pods.requirements) for each in closed)


def test_selectors_of_one_label_cut_nothing():
    found = covered(*(pods(app=f"a{number}") for number in range(500)))
    assert (found.complete, len(found.open_pods["ingress"])) == (True, 2)


def wide(**labels):
    """Pods with labels, in whatever namespace."""
    return PodSet(EVERYTHING, pods(**labels).pods)


def test_beyond_so_many_parts_of_all_namespaces_what_may_be_closed_is_left_out(monkeypatch):
    monkeypatch.setattr(engine_cover, "MOST_PARTS", 4)
    closed = [wide(a="x", b="x"), wide(c="x", d="x"), wide(a="z", e="x")]
    whole, partly = covered(*closed[:2]), covered(*closed)
    assert (whole.complete, len(whole.open_pods["ingress"])) == (True, 4)
    assert partly.complete is False
    kept = [each.pods.requirements[0] for each in partly.open_pods["ingress"]]
    assert kept == [LabelRequirement("a", "In", ("x",))] * 2


def test_nothing_is_open_where_one_closes_a_label_and_another_its_lack():
    lacking = PodSet(in_namespace("shop"), LabelSelector((LabelRequirement("app", "NotIn", ("a",)),)))
    assert covered(pods(app="a"), lacking).open_pods["ingress"] == (ELSEWHERE,)


def test_selectors_of_one_label_hide_none_of_two():
    found = covered(pods(app="a"), pods(x="1", y="1")).open_pods["ingress"]
    assert not any(holds(each, Pod(namespace="shop", labels={"x": "1", "y": "1"})) for each in found)


@pytest.mark.parametrize(
    ("subjects", "peers", "most", "complete"),
    [(9, 9, 90, True), (9, 9, 89, False), (19, 8, 0, True), (19, 9, 0, False), (7, 20, 0, True), (8, 20, 0, False)],
)
def test_so_many_pairs_of_sets_are_looked_at(monkeypatch, subjects, peers, most, complete):
    """Each peer may meet each subject, and what nothing isolates: eight for each of either, or as many as said.

    Peers are those of the other direction.
    """
    monkeypatch.setattr(engine_cover, "MOST_MEETINGS", most)
    own, others = [pods(a=f"{n}") for n in range(subjects)], [pods(b=f"{n}") for n in range(peers)]
    data = PodSet(in_namespace("data"), EVERYTHING)
    ingress, egress = (
        DirectionRules((Isolation(closed, None),), tuple(AllowRule(*each, EVERY_PORT, None) for each in let))
        for closed, let in ((SHOP, [(each, EVERY_ADDRESS) for each in own]), (data, [(data, each) for each in others]))
    )
    found = cover(RuleSet(ingress, egress, {}), Namespaces({}))
    assert found.complete is complete
    assert found.destinations >= {*own, ELSEWHERE}


def test_of_egress_what_others_let_in_is_met_by_its_subjects():
    egress = DirectionRules((Isolation(SHOP, None),), (AllowRule(pods(app="web"), EVERY_POD, EVERY_PORT, None),))
    ingress = DirectionRules((Isolation(SHOP, None),), (AllowRule(pods(app="db"), pods(tier="a"), EVERY_PORT, None),))
    assert pods(app="web", tier="a") in cover(RuleSet(ingress, egress, {}), Namespaces({})).sources


def behind(*exempt, tiers=None):
    decision = Decision(pods(app="c"), EVERY_POD, EVERY_PORT, "deny", None)
    tiers = (Tier("", (decision,)),) if tiers is None else tiers
    egress = DirectionRules((), (), behind=tiers, exempt=tuple(Isolation(each, None) for each in exempt))
    return cover(RuleSet(OPEN, egress, {}), Namespaces({}))


def test_what_tiers_behind_do_not_judge_is_told_beside_all_that_nothing_isolates():
    found = behind(pods(app="a"))
    assert {EVERY_POD, ELSEWHERE, pods(app="a")} <= found.sources
    assert found.complete
    assert behind(pods(app="a"), tiers=()).sources == {EVERY_POD}


def test_beyond_so_many_parts_of_what_tiers_judge_it_is_said():
    assert not behind(*halves(MOST_PARTS.bit_length() + 2)).complete
