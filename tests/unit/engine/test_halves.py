from random import Random

import pytest

from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.halves import Halves, LoneHalf
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.manifests.reading import read_manifests
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import block
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from netpolc.sets.ports import EVERY_PORT, NamedPort, ports_of
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import policy
from tests.unit.engine.universe import PORTS, Maker

DENY = policy("shop/deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}")
WEB, DB = "{matchLabels: {app: web}}", "{matchLabels: {app: db}}"
PODS = held_by(["10.0.0.0/8"])


def ingress(peers=f"[{{podSelector: {WEB}}}]", ports="[{port: 5432}]", subject=DB, where="shop"):
    spec = f"{{podSelector: {subject}, policyTypes: [Ingress], ingress: [{{from: {peers}, ports: {ports}}}]}}"
    return policy(f"{where}/in", spec)


def egress(peers=f"[{{podSelector: {DB}}}]", ports="[{port: 5432}]", subject=WEB, where="shop"):
    spec = f"{{podSelector: {subject}, policyTypes: [Egress], egress: [{{to: {peers}, ports: {ports}}}]}}"
    return policy(f"{where}/out", spec)


def lone(*written, namespaces=None):
    """The lone halves by their policies, each with what closes the other end and the halves there on other ports."""
    ruleset = rules_of_policies(read_manifests(Source("all.yaml", "".join(written))).policies, namespaces or {})
    rules = [(direction, each) for direction in DIRECTIONS for each in ruleset.of(direction).allow_rules]
    return {
        each.reason.policy: (
            [closing.reason.policy for closing in each.closed_by],
            [other.reason.policy for other in each.others],
        )
        for each in Halves(ruleset, PODS).lone(rules)
    }


CLOSED = {"shop/in": (["shop/deny"], [])}


def named(name):
    return f"{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}}}"


@each_row(
    "written, expected",
    [
        ([ingress()], {}),
        ([ingress(), DENY], CLOSED),
        ([egress(), DENY], {"shop/out": (["shop/deny"], [])}),
        ([ingress(), egress(), DENY], {}),
        ([ingress(), egress()], {}),
        (
            [ingress(), egress(ports="[{port: 80}]"), DENY],
            {"shop/out": (["shop/deny"], ["shop/in"]), "shop/in": (["shop/deny"], ["shop/out"])},
        ),
        (
            [ingress(), egress(ports="[{port: 53, protocol: UDP}]", peers="[{podSelector: {}}]"), DENY],
            CLOSED | {"shop/out": (["shop/deny"], [])},
        ),
        ([ingress(), egress(ports="[{port: 5000, endPort: 6000}]")], {}),
        ([ingress(), egress(ports="[{port: sql}]")], {}),
        (
            [ingress(), egress(ports="[{port: sql, protocol: UDP}]"), DENY],
            {"shop/out": (["shop/deny"], ["shop/in"]), "shop/in": (["shop/deny"], ["shop/out"])},
        ),
        ([ingress(), egress(ports="[]"), DENY], {}),
        (
            [ingress(), egress("[{podSelector: {}}]", "[{port: 80}]"), DENY],
            {"shop/out": (["shop/deny"], ["shop/in"]), "shop/in": (["shop/deny"], ["shop/out"])},
        ),
        # What leads to other namespaces, too, comes to something; only where it names pods is it the other half.
        ([ingress(), egress("[{namespaceSelector: {}}]", "[{port: 80}]"), DENY], CLOSED),
        (
            [ingress(), egress(f"[{{namespaceSelector: {{}}, podSelector: {DB}}}]", "[{port: 80}]"), DENY],
            {"shop/in": (["shop/deny"], ["shop/out"])},
        ),
    ],
)
def test_halves_of_one_namespace(written, expected):
    assert lone(*written) == expected


@each_row(
    "asked, here, elsewhere, is_lone",
    [
        ("{port: 5432}", "{port: 5432}", "{port: 5432}", False),
        ("{port: 5432}", "{port: 5432}", "{port: 5432}, {port: 80}", False),
        ("{port: 5432}", "{port: 5000, endPort: 6000}", "{port: 5000, endPort: 7000}", False),
        ("{port: 5432}", "{port: sql}", "{port: data}", False),
        ("{port: sql}", "{port: 5432}", "{port: 80}", False),
        ("{port: sql}", "{port: data}", "{port: name}", False),
        ("{port: sql}", "{port: 80, protocol: UDP}", "{port: 80}", True),
        ("{port: sql}", "{port: 80, protocol: UDP}", "{port: data}", True),
        ("{port: 5432}", "{port: 80, protocol: UDP}", "{port: data}", True),
        ("{port: 5432}", "{port: 80}", "{port: 5432}", True),
        ("{port: 5432}", "{port: 80}", "{port: 5000, endPort: 6000}", True),
    ],
)
def test_ports_of_rules_between_other_pods_change_nothing(asked, here, elsewhere, is_lone):
    written = [ingress(ports=f"[{asked}]"), egress(ports=f"[{here}]"), egress(ports=f"[{elsewhere}]", where="lab")]
    assert ("shop/in" in lone(*written, DENY)) is is_lone


@each_row(
    "peers, expected",
    [
        (f"[{named('edge')}]", {}),
        ("[{namespaceSelector: {}}]", {}),
        ("[{namespaceSelector: {matchLabels: {team: a}}}]", {}),
        (f"[{named('shop')}]", CLOSED),
        ("[{ipBlock: {cidr: 10.0.0.0/8}}]", {}),
        (f"[{{podSelector: {WEB}}}, {{ipBlock: {{cidr: 10.0.0.0/8}}}}]", {}),
        (f"[{{podSelector: {WEB}}}, {named('edge')}]", {}),
        ("[]", {}),
    ],
)
def test_a_rule_comes_to_something_where_any_part_of_it_does(peers, expected):
    assert lone(ingress(peers), DENY) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [("10.1.0.0/16", {}), ("0.0.0.0/0", {}), ("192.0.2.0/24", CLOSED)],
)
def test_a_block_may_hold_the_pods_of_the_other_end(block, expected):
    assert lone(ingress(), egress(f"[{{ipBlock: {{cidr: {block}}}}}]"), DENY) == expected


@each_row(
    "closed, is_lone",
    [
        ("{matchLabels: {app: web}}", True),
        ("{matchLabels: {app: web, tier: front}}", False),
        ("{matchExpressions: [{key: app, operator: Exists}]}", True),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [db]}]}", True),
        ("{matchLabels: {app: db}}", False),
        ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", False),
    ],
)
def test_pods_of_which_some_are_open(closed, is_lone):
    written = policy("shop/some", f"{{podSelector: {closed}, policyTypes: [Egress]}}")
    assert ("shop/in" in lone(ingress(), written)) == is_lone


def test_pods_that_several_policies_close_together():
    parts = [
        "{matchExpressions: [{key: tier, operator: Exists}]}",
        "{matchExpressions: [{key: tier, operator: DoesNotExist}]}",
    ]
    written = [policy(f"shop/p{n}", f"{{podSelector: {part}, policyTypes: [Egress]}}") for n, part in enumerate(parts)]
    assert lone(ingress(), *written) == {"shop/in": (["shop/p0", "shop/p1"], [])}
    assert lone(ingress(), written[0]) == {}


def test_one_namespace_has_one_set_of_labels():
    """What asks another label of the namespace that both ends are in opens nothing there."""
    peer = "{namespaceSelector: {matchLabels: {team: b}}}"
    written = [ingress(), egress(f"[{peer}]"), DENY]
    assert lone(*written) == {}
    assert lone(*written, namespaces={"shop": {"team": "a"}}) == CLOSED
    assert lone(*written, namespaces={"shop": {"team": "b"}}) == {}


BOTH = "{key: kubernetes.io/metadata.name, operator: In, values: [edge, shop]}"


@pytest.mark.parametrize(
    ("asked", "team", "is_lone"),
    [("", "a", False), (", {key: team, operator: In, values: [a]}", "a", False),
     (", {key: team, operator: In, values: [a]}", "b", True)],
)  # fmt: skip
def test_one_of_several_namespaces_is_open_if_it_is_selected(asked, team, is_lone):
    peers = f"[{{namespaceSelector: {{matchExpressions: [{BOTH}{asked}]}}, podSelector: {WEB}}}]"
    namespaces = {"shop": {"team": "a"}, "edge": {"team": team}}
    assert ("shop/in" in lone(ingress(peers), DENY, namespaces=namespaces)) is is_lone


def test_all_are_told_that_close_several_namespaces():
    peers = f"[{{namespaceSelector: {{matchExpressions: [{BOTH}]}}, podSelector: {WEB}}}]"
    other = policy("edge/deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}")
    assert lone(ingress(peers), DENY, other) == {"shop/in": (["edge/deny", "shop/deny"], [])}


def share_a_port(one, other):
    """Whether two sets may have a port in common, if nobody knows what pods call theirs."""
    return any(
        mine.protocol == theirs.protocol
        and (
            isinstance(mine, NamedPort)
            or isinstance(theirs, NamedPort)
            or any(mine.first <= port <= mine.last and theirs.first <= port <= theirs.last for port in PORTS)
        )
        for mine in (*one.intervals, *one.names)
        for theirs in (*other.intervals, *other.names)
    )


@pytest.mark.search(300, block=300)
def test_rules_between_the_same_pods_are_lone_where_none_shares_a_port(seeds):
    web, db = (
        PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", (name,))])) for name in ("web", "db")
    )
    told = 0
    for seed in seeds:
        maker = Maker(Random(seed))
        ports = [ports_of(maker.port() for _ in range(maker.random.randint(1, 2))) for _ in range(8)]
        rules = [("ingress", AllowRule(db, web, each, maker.reason())) for each in ports[: maker.random.randint(1, 5)]]
        rules += [("egress", AllowRule(web, db, each, maker.reason())) for each in ports[5:]]
        closed = {"ingress": Isolation(web, maker.reason()), "egress": Isolation(db, maker.reason())}
        expected = []
        for direction, rule in rules:
            others = tuple(other for end, other in rules if end != direction)
            if not any(share_a_port(rule.ports, other.ports) for other in others):
                expected.append(LoneHalf(rule.reason, direction, (rule,), (closed[direction],), distinct(others)))
        sides = (tuple(rule for end, rule in rules if end == direction) for direction in ("ingress", "egress"))
        ruleset = RuleSet(*(DirectionRules(tuple(closed.values()), side) for side in sides), {})
        assert list(Halves(ruleset, PODS).lone(rules)) == expected
        told += len(expected)
    assert seeds.meet(told, 1 / 4)


def distinct(rules):
    """The first of the rules on the same ports."""
    return tuple({rule.ports: rule for rule in reversed(rules)}[ports] for ports in {rule.ports: 0 for rule in rules})


def test_what_could_never_be_is_no_half():
    assert (
        lone(
            ingress("[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop, team: b}}}]"),
            DENY,
            namespaces={"shop": {}},
        )
        == {}
    )


def test_what_both_ends_ask_of_a_namespace_could_never_be():
    team = PodSet(
        LabelSelector((*in_namespace("shop").requirements, LabelRequirement("team", "In", ("b",)))), EVERYTHING
    )
    maker = Maker(Random(1))
    closed = DirectionRules((Isolation(PodSet(in_namespace("shop"), EVERYTHING), maker.reason()),), ())
    rule = AllowRule(team, team, EVERY_PORT, maker.reason())
    ruleset = RuleSet(closed, closed, {"shop": {"team": "a"}})
    assert list(Halves(ruleset, PODS).lone([("ingress", rule)])) == []


def test_what_lets_nothing_through_is_told_before_others_that_close_the_same_pods():
    other = egress("[{podSelector: {matchLabels: {app: x}}}]", subject="{}")
    assert lone(ingress(), other, DENY) == CLOSED | {"shop/out": (["shop/deny"], [])}


def test_an_end_that_is_closed_in_every_namespace_but_for_blocks_that_may_hold_pods_in_tiers():
    maker = Maker(Random(1))
    web, db = (
        PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", (name,))])) for name in ("web", "db")
    )
    rule, closing = AllowRule(db, web, EVERY_PORT, maker.reason()), Isolation(EVERY_POD, maker.reason())
    half = rule.reason, [closing.reason]
    for tiers, expected in (
        ((), [half]),
        ((Decision(web, block(4, 10 << 24, 16), EVERY_PORT, "allow", None),), []),
        ((Decision(web, block(4, 11 << 24, 16), EVERY_PORT, "allow", None),), [half]),
    ):
        end = DirectionRules((closing,), (), before=(Tier("", tiers),) if tiers else ())
        ruleset = RuleSet(DirectionRules((), (rule,)), end, {})
        found = Halves(ruleset, PODS).lone([("ingress", rule)])
        assert [(each.reason, [closing.reason for closing in each.closed_by]) for each in found] == expected
