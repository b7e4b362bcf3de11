import msgspec
import pytest

from netpolc.engine.from_program import (
    allow_rules_of,
    decisions_of,
    isolations_of,
    regions_of,
    rules_of_program,
    with_assumed,
    with_pods_in,
)
from netpolc.engine.model import Decision, DirectionRules, RuleSet, Tier
from netpolc.engine.regions import ANYTHING, EVERY_POD, UNNAMED, PodSet, in_namespace, names_of
from netpolc.ir.model import (
    Anything,
    Baseline,
    Destination,
    Flow,
    Guardrail,
    InNamespace,
    InNamespaces,
    Net,
    Origin,
    OwnedNamespace,
    Pods,
    Program,
)
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.addresses import NO_ADDRESS, block
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from netpolc.sets.ports import EVERY_PORT, PortInterval, ports_of
from netpolc.source import Location, Source, Span
from tests.rows import each_row

HERE = Location(Source("shop.netpol", "text"), Span(0, 1))
APP = LabelSelector((LabelRequirement("app", "In", ("a",)),))
NET = Net("10.0.0.0/8", (), HERE)
ANY = Anything(HERE)
HTTP = ports_of([PortInterval("TCP", 80, 80)])


def pods(namespace="shop", selector=APP):
    return Pods(InNamespace(namespace), selector, "a", declared=True, location=HERE)


def origin(text="a -> b:80"):
    return Origin(HERE, text)


def flow(sources, targets, ruleset=("egress", "ingress"), ports=HTTP, text="a -> b:80"):
    return Flow(tuple(sources), tuple(Destination(peer, ports, HERE) for peer in targets), ruleset, origin(text))


def program(*, namespaces=(), baselines=(), flows=(), guardrails=()):
    return Program(namespaces, baselines, flows, (), guardrails=guardrails)


def owned(name, **labels):
    return OwnedNamespace(name, {**labels, NAME_LABEL: name or "anything"}, HERE)


@each_row(
    "peer, expected",
    [
        (ANY, ANYTHING),
        (NET, (block(4, 10 << 24, 8),)),
        (Net("10.0.0.0/8", ("10.0.0.0/9",), HERE), (block(4, (10 << 24) + (1 << 23), 9),)),
        (Net("10.0.0.0/8", ("10.0.0.0/8",), HERE), ()),
        (pods(), (PodSet(in_namespace("shop"), APP),)),
        (pods(None, EVERYTHING), (PodSet(in_namespace(None), EVERYTHING),)),
    ],
)
def test_what_peers_stand_for(peer, expected):
    assert regions_of(peer) == expected


def in_namespaces(*requirements):
    return Pods(InNamespaces(selector_of(requirements)), APP, "a", declared=False, location=HERE)


def test_namespaces_by_labels():
    team = LabelRequirement("team", "In", ("x",))
    assert regions_of(in_namespaces(team)) == (PodSet(LabelSelector((team,)), APP),)
    named = in_namespaces(LabelRequirement(NAME_LABEL, "In", ("shop",)))
    assert regions_of(named) == (PodSet(in_namespace("shop"), APP),)
    assert regions_of(in_namespaces(LabelRequirement(NAME_LABEL, "In", ("",)))) == ()
    # Each has a name, and carries it.
    assert regions_of(in_namespaces(LabelRequirement(NAME_LABEL, "DoesNotExist"), team)) == ()
    assert regions_of(in_namespaces(LabelRequirement(NAME_LABEL, "Exists"), team)) == (
        PodSet(LabelSelector((team,)), APP),
    )


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_flows_are_let_through_at_the_ends_of_their_directions(direction):
    both = flow([pods("shop")], [pods("data")])
    subject, peer = ("shop", "data") if direction == "egress" else ("data", "shop")
    (allow_rule,) = allow_rules_of(both, direction)
    assert allow_rule.subject == PodSet(in_namespace(subject), APP)
    assert allow_rule.peer == PodSet(in_namespace(peer), APP)
    assert allow_rule.ports == HTTP
    for ruleset in (("egress",), ("ingress",), ()):
        one = flow([pods("shop")], [pods("data")], ruleset)
        assert bool(list(allow_rules_of(one, direction))) is (direction in ruleset)
        halved = rules_of_program(program(flows=(one, one))).of(direction)
        assert len(halved.allow_rules) == (2 if direction in ruleset else 0)


def test_every_source_may_reach_every_destination():
    found = rules_of_program(program(flows=(flow([ANY, NET], [pods("shop"), pods("data")]),)))
    subjects = [PodSet(in_namespace(name), APP) for name in ("shop", "data")]
    net = block(4, 10 << 24, 8)
    assert [(allow_rule.subject, allow_rule.peer) for allow_rule in found.ingress.allow_rules] == [
        (subject, peer) for subject in subjects for peer in (*ANYTHING, net)
    ]
    assert [(allow_rule.subject, allow_rule.peer) for allow_rule in found.egress.allow_rules] == [
        (EVERY_POD, peer) for peer in subjects
    ]


def test_addresses_are_nobodys_to_let_through():
    found = rules_of_program(program(flows=(flow([NET], [NET]),)))
    assert found.ingress == found.egress == DirectionRules((), ())


def test_ports_are_those_of_each_destination():
    destinations = (Destination(pods(), HTTP, HERE), Destination(pods("data"), EVERY_PORT, HERE))
    both = Flow((ANY,), destinations, ("ingress",), origin())
    assert [allow_rule.ports for allow_rule in allow_rules_of(both, "ingress")] == [HTTP, HTTP, EVERY_PORT, EVERY_PORT]


def baseline(namespace="shop", directions=("egress", "ingress"), on=None, written="baseline deny all"):
    return Baseline(namespace, directions, on, assumed=False, origin=None if written is None else origin(written))


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_baselines_close(direction):
    other = "ingress" if direction == "egress" else "egress"
    given = (baseline(), baseline(None, on=pods(None)), baseline(directions=(other,)))
    found = isolations_of(given, direction)
    assert [isolation.subject for isolation in found] == [
        PodSet(in_namespace("shop"), EVERYTHING),
        PodSet(in_namespace(None), APP),
    ]
    assert rules_of_program(program(baselines=given)).of(direction).isolations == found


@pytest.mark.parametrize("only", [{"shop"}, {"shop", "data"}, {None}, set()])
def test_what_is_said_of_some_namespaces_is_a_part_of_all_that_is_said(only):
    ends = [pods("shop"), pods("data"), pods(None), ANY]
    given = program(baselines=(baseline(), baseline("data"), baseline(None)), flows=(flow(ends, ends),))
    whole, part = rules_of_program(given), rules_of_program(given, only)
    names = {name or UNNAMED for name in only}

    def counts(each):
        of = names_of(each.subject.namespaces)
        return of is None or not names.isdisjoint(of)

    for direction in ("ingress", "egress"):
        every, found = whole.of(direction), part.of(direction)
        assert found.isolations == tuple(filter(counts, every.isolations))
        assert found.allow_rules == tuple(filter(counts, every.allow_rules))
        assert len(found.allow_rules) < len(every.allow_rules)


def test_denies_that_are_left_to_others_are_added_to_what_policies_say():
    assumed = [msgspec.structs.replace(baseline(directions=(each,)), assumed=True) for each in ("ingress", "egress")]
    assumed[1] = msgspec.structs.replace(assumed[1], namespace="data")
    given = program(baselines=(baseline("own"), *assumed))
    written = rules_of_program(program(baselines=(baseline("old"),), flows=(flow([pods()], [pods("old")]),)))
    found = with_assumed(written, given)
    for direction, name in (("ingress", "shop"), ("egress", "data")):
        before, after = written.of(direction), found.of(direction)
        assert [each.subject for each in after.isolations] == [
            *(each.subject for each in before.isolations),
            PodSet(in_namespace(name), EVERYTHING),
        ]
        assert after.allow_rules == before.allow_rules
        assert before.allow_rules
    assert found.namespaces == written.namespaces


def test_causes_are_statements():
    first, second = flow([ANY], [pods()]), flow([ANY], [pods()])
    closed = baseline(written="baseline deny all")
    found = rules_of_program(program(baselines=(closed, baseline(written=None)), flows=(first, second)))
    why, nobody = (isolation.reason for isolation in found.ingress.isolations)
    assert (why.policy, why.path, why.text) == (None, "", "baseline deny all")
    assert why.location is HERE
    assert nobody is None
    assert [allow_rule.reason.text for allow_rule in found.ingress.allow_rules] == ["a -> b:80"] * 4
    assert {allow_rule.reason.location for allow_rule in found.ingress.allow_rules} == {HERE}
    assert len({allow_rule.reason for allow_rule in found.ingress.allow_rules}) == 2
    assert {allow_rule.reason for allow_rule in found.egress.allow_rules} == {
        allow_rule.reason for allow_rule in found.ingress.allow_rules
    }


def test_namespaces_that_are_owned_are_known_by_what_is_said_of_them():
    found = rules_of_program(program(namespaces=(owned("shop", team="a"), owned(None, team="b"), owned("data"))))
    assert found.namespaces == {"shop": {"team": "a"}, UNNAMED: {"team": "b"}, "data": {}}


def test_blocks_of_addresses_of_pods_let_every_pod_through():
    other, data = Net("11.0.0.0/8", (), HERE), PodSet(in_namespace("data"), APP)
    given = program(
        namespaces=(owned("shop"),), baselines=(baseline(),), flows=(flow([pods()], [NET, other, pods("data")]),)
    )
    ruleset = rules_of_program(given)
    found = with_pods_in(ruleset, block(4, 10 << 24, 16))
    ten, eleven = block(4, 10 << 24, 8), block(4, 11 << 24, 8)
    assert [allow_rule.peer for allow_rule in found.egress.allow_rules] == [ten, eleven, data, EVERY_POD]
    assert found.egress.isolations == ruleset.egress.isolations
    assert found.ingress == ruleset.ingress
    assert found.namespaces == ruleset.namespaces
    last = found.egress.allow_rules[-1]
    assert last == msgspec.structs.replace(ruleset.egress.allow_rules[0], peer=EVERY_POD)
    inward = rules_of_program(program(flows=(flow([NET], [pods()]),)))
    widened = with_pods_in(inward, block(4, 0, 0))
    assert [allow_rule.peer for allow_rule in widened.ingress.allow_rules] == [ten, EVERY_POD]
    assert widened.egress == inward.egress
    assert with_pods_in(ruleset, NO_ADDRESS) is ruleset


def guardrail(tier, action, *directions):
    return Guardrail(tier, action, (pods("shop"),), (Destination(pods("data"), HTTP, HERE),), directions, origin())


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_guardrails_decide_at_the_ends_of_their_directions(direction):
    both = guardrail("always", "deny", "egress", "ingress")
    (decision,) = decisions_of(both, direction)
    subject, peer = ("shop", "data") if direction == "egress" else ("data", "shop")
    ends = [PodSet(in_namespace(name), APP) for name in (subject, peer)]
    assert decision == Decision(*ends, HTTP, "deny", decision.reason)
    assert (decision.reason.text, decision.reason.location) == ("a -> b:80", HERE)
    for each in ("egress", "ingress"):
        assert bool(decisions_of(guardrail("always", "deny", each), direction)) is (each == direction)


def test_guardrails_are_tiers_around_the_rest_and_those_that_deny_come_first():
    allow, deny = guardrail("always", "allow", "egress"), guardrail("always", "deny", "egress", "ingress")
    last = guardrail("default", "deny", "ingress")
    closed = {"baselines": (baseline(directions=("egress",)), baseline("data", ("ingress",)))}
    found = rules_of_program(program(**closed, guardrails=(allow, last, deny)))
    out, inward = ([*decisions_of(deny, direction)] for direction in ("egress", "ingress"))
    assert found.egress.before == (Tier("always", (*out, *decisions_of(allow, "egress"))),)
    assert found.ingress.before == (Tier("always", tuple(inward)),)
    assert (found.egress.behind, found.ingress.behind) == ((), (Tier("default", tuple(decisions_of(last, "ingress"))),))
    assert found.egress.exempt == found.ingress.isolations
    assert found.ingress.exempt == found.egress.isolations
    assert found.ingress.isolations != found.egress.isolations
    judged = rules_of_program(program(**closed, guardrails=(last,)), final_for_pod=False)
    before = rules_of_program(program(**closed, guardrails=(allow, deny)))
    assert [each.exempt for ruleset in (judged, before) for each in (ruleset.ingress, ruleset.egress)] == [()] * 4


def test_blocks_in_tiers_let_every_pod_through_or_keep_it_out_if_they_hold_all():
    ten, part, other, blocks = (block(4, start << 24, size) for start, size in ((10, 8), (10, 24), (11, 8), (10, 16)))
    data = PodSet(in_namespace("data"), APP)
    given = [(peer, action) for peer in (ten, part, other, data) for action in ("allow", "deny")]
    tier = Tier("a", tuple(Decision(data, peer, HTTP, action, None) for peer, action in given))
    found = with_pods_in(RuleSet(DirectionRules((), (), (tier,), ()), DirectionRules((), (), (), (tier,)), {}), blocks)
    assert (found.ingress.behind, found.egress.before) == ((), ())
    ((widened,), (behind,)) = found.ingress.before, found.egress.behind
    assert widened == behind
    assert widened.name == "a"
    expected = [(ten, "allow"), (EVERY_POD, "allow"), (ten, "deny"), (EVERY_POD, "deny"), (part, "allow")]
    expected += [(EVERY_POD, "allow"), *given[3:]]
    assert [(each.peer, each.action) for each in widened.decisions] == expected
    assert {(each.subject, each.ports) for each in widened.decisions} == {(data, HTTP)}
