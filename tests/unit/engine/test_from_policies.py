from netpolc.ecosystem.platforms import Platform
from netpolc.engine.from_policies import PolicyCache, addresses_of, rules_of_policies, rules_with_reasons, terms_of
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, Reason
from netpolc.engine.port_names import names_on
from netpolc.engine.regions import ANYTHING, EVERY_POD, IDENTITY, UNNAMED, PodSet, in_namespace
from netpolc.policy.constants import NAME_LABEL
from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPort, Rule, Selector
from netpolc.sets.addresses import NO_ADDRESS, AddressRange, AddressSet, block, union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet
from netpolc.source import Location, Source, Span
from tests.rows import each_row

ALL = Selector()
ALL_PODS = PodPeer(None, ALL)
APP = Selector(match_labels=(("app", "a"),))
NOTHING = Selector(match_labels=(("app", "a"),), match_expressions=(MatchExpression("app", "DoesNotExist"),))
SHOP = in_namespace("shop")
IN_APP = LabelSelector((LabelRequirement("app", "In", ("a",)),))


def policy(*, name="db", namespace="shop", selector=ALL, types=("Ingress",), **fields):
    return Policy(name=name, namespace=namespace, pod_selector=selector, policy_types=types, **fields)


def direction_rules(*policies, direction="ingress"):
    return rules_of_policies(policies, {}).of(direction)


def rule(*peers, ports=()):
    return Rule(peers, ports)


def regions(*peers, namespace="shop"):
    """The peers of one rule, as regions."""
    allow_rules = direction_rules(policy(namespace=namespace, ingress=(rule(*peers),))).allow_rules
    return [allow_rule.peer for allow_rule in allow_rules]


def test_pods_are_closed_in_the_directions_of_the_types():
    closed = {
        types: [
            bool(direction_rules(policy(types=types), direction=direction).isolations)
            for direction in ("ingress", "egress")
        ]
        for types in ((), ("Ingress",), ("Egress",), ("Ingress", "Egress"))
    }
    assert closed == {
        (): [False, False],
        ("Ingress",): [True, False],
        ("Egress",): [False, True],
        ("Ingress", "Egress"): [True, True],
    }


def test_isolations_and_allow_rules_say_why():
    here, there = (Location(Source("p.yaml", "text"), Span(0, place)) for place in (1, 2))
    rules = (Rule((), ()), Rule((), (), location=there))
    found = direction_rules(policy(selector=APP, types=("Egress",), egress=rules, location=here), direction="egress")
    subject = PodSet(SHOP, IN_APP)
    assert found.isolations == (Isolation(subject, Reason("shop/db", "spec.podSelector", here, "")),)
    assert found.isolations[0].reason.location is here
    assert found.allow_rules == tuple(
        AllowRule(subject, region, EVERY_PORT, Reason("shop/db", f"spec.egress[{index}]", there, ""))
        if index
        else AllowRule(subject, region, EVERY_PORT, Reason("shop/db", "spec.egress[0]", None, ""))
        for index in (0, 1)
        for region in ANYTHING
    )
    assert found.allow_rules[-1].reason.location is there


def test_what_closes_pods_is_the_selector_that_selects_them():
    here, there = (Location(Source("x.yaml", "a\nb\n"), Span(start, start)) for start in (0, 2))
    assert direction_rules(policy(location=here, subject_location=there)).isolations[0].reason.location is there
    assert direction_rules(policy(location=here)).isolations[0].reason.location is here


def test_each_direction_has_its_own_rules():
    both = policy(types=("Ingress", "Egress"), ingress=(rule(IPBlock("10.0.0.0/8")),), egress=(rule(),))
    assert [allow_rule.peer for allow_rule in direction_rules(both).allow_rules] == [block(4, 10 << 24, 8)]
    assert [allow_rule.peer for allow_rule in direction_rules(both, direction="egress").allow_rules] == list(ANYTHING)
    assert direction_rules(policy(types=("Egress",), ingress=(rule(),))) == DirectionRules((), ())
    assert direction_rules(policy(ingress=None)).allow_rules == direction_rules(policy(ingress=())).allow_rules == ()


def test_policies_of_no_namespace_are_of_the_unnamed_one():
    found = direction_rules(policy(namespace=None, ingress=(rule(PodPeer(APP, None)),)))
    unnamed = in_namespace(None)
    assert [isolation.subject for isolation in found.isolations] == [PodSet(unnamed, EVERYTHING)]
    assert [allow_rule.peer for allow_rule in found.allow_rules] == [PodSet(unnamed, IN_APP)]
    assert found.isolations[0].reason.policy == found.allow_rules[0].reason.policy == "db"


@each_row("names, found", [(None, ["shop", None]), (("shop", "lab"), ["shop"]), ((UNNAMED,), [None]), (("lab",), [])])
def test_policies_of_some_namespaces_are_about_their_pods(names, found):
    policies = [policy(selector=APP), policy(namespace=None, selector=APP), policy(selector=NOTHING)]
    about = {"shop": PodSet(SHOP, IN_APP), None: PodSet(in_namespace(UNNAMED), IN_APP)}
    expected = [(each, about[each.namespace]) for each in policies[:2] if each.namespace in found]
    assert list(PolicyCache().subjects(policies, names)) == expected


HERE = Location(Source("all.yaml", "spec"), Span(0, 4))


@each_row("undeclared, isolated, rules", [(None, 0, 0), ("open", 0, 1), ("close and open", 1, 1)])
def test_rules_of_a_direction_that_no_type_lists_count_as_the_platform_has_it(undeclared, isolated, rules):
    """Also beside a policy that has none, and one that selects nobody."""
    out = Rule((), (), location=HERE)
    empty, nobody = policy(name="empty"), policy(selector=NOTHING, types=("Ingress", "Egress"), egress=(out,))
    partly = policy(name="web", selector=APP, egress=(out,))
    cache = PolicyCache(undeclared)
    found = cache.direction_rules([empty, nobody, partly], "egress")
    assert [each.reason.path for each in found.isolations] == ["spec.podSelector"] * isolated
    reason = Reason("shop/web", "spec.egress[0]", HERE, "")
    assert [each.reason for each in found.allow_rules] == [reason] * len(ANYTHING) * rules
    counting = (partly, PodSet(SHOP, IN_APP), out, reason)
    assert list(cache.rules_that_count([empty, nobody, partly], "egress")) == [counting] * rules


def test_rules_that_a_type_lists_count_on_every_platform():
    out = Rule((), (), location=HERE)
    web = policy(name="web", types=("Egress",), egress=(out, out))
    reasons = [Reason("shop/web", f"spec.egress[{index}]", HERE, "") for index in range(2)]
    assert list(rules_with_reasons(web, "egress")) == [(out, reason) for reason in reasons]
    assert list(rules_with_reasons(web, "ingress")) == []
    inward = policy(ingress=(out,), egress=(rule(),))
    ((found, reason),) = rules_with_reasons(inward, "ingress")
    assert (found, reason) == (out, Reason("shop/db", "spec.ingress[0]", HERE, ""))
    assert reason.location is HERE
    found = PolicyCache().rules_that_count([web], "egress")
    assert [(each[0], each[3]) for each in found] == [(web, reason) for reason in reasons]


def test_the_terms_of_policies_are_the_labels_of_pods_and_the_blocks_that_they_name():
    named = Selector((("a", "x"),), (MatchExpression("b", "Exists"),))
    peers = PodPeer(Selector((("c", "x"),)), named), PodPeer(None, named), IPBlock("10.0.0.0/8", ("10.1.0.0/16",))
    found = terms_of([policy(selector=named, ingress=(rule(peers[0]),)), policy(egress=(rule(*peers[1:]),))])
    assert found == ({"a", "b", "c"}, {("10.0.0.0/8", ("10.1.0.0/16",))})
    shop, everywhere = PodPeer(APP, None), PodPeer(APP, Selector())
    pods = [PolicyCache().pods_of(policy(), each) for each in (shop, everywhere)]
    assert pods == [PodSet(SHOP, IN_APP), PodSet(EVERYTHING, IN_APP)]


def test_ports_of_rules_are_read_apart_by_one_reader():
    cache, numbers = PolicyCache(), (80, 81, 80)
    rules = [rule(ports=(PolicyPort("TCP", number),)) for number in numbers]
    found = [cache.ports_of(policy(), each, "ingress") for each in rules]
    assert found == [PortSet((PortInterval("TCP", number, number),)) for number in numbers]
    lists = [(PolicyPort("TCP", 80), PolicyPort("TCP", last)) for last in (90, 91)]
    found = [cache.ports_of(policy(), rule(ports=each), "ingress") for each in lists]
    assert [each.contains("TCP", 91) for each in found] == [False, True]


HTTP, SSH = PolicyPort("TCP", "http"), PolicyPort("TCP", 22)
TO_PODS_ALONE = names_on(Platform(name="some", shown="Some", names_to_anybody=False))


def test_ports_of_names_are_those_of_pods_unless_addresses_are_asked_for():
    named = PortSet((), (NamedPort("TCP", "http"),))
    assert PolicyCache().ports_of(policy(), rule(ports=(HTTP,)), "egress", by_address=True) == named
    cache = PolicyCache(names=TO_PODS_ALONE)
    assert cache.ports_of(policy(), rule(ports=(HTTP,)), "egress") == named
    assert cache.ports_of(policy(), rule(ports=(HTTP,)), "egress", by_address=True) == PortSet()


def test_rules_with_names_that_a_platform_resolves_stand_in_their_place_with_their_reasons():
    outside = IPBlock("192.0.2.0/24", ())
    several = (rule(outside, ALL_PODS, ports=(HTTP,)), rule(ports=(HTTP,)), rule(outside, ports=(SSH,)))
    written = policy(types=("Egress",), egress=several)
    found = PolicyCache(names=TO_PODS_ALONE).direction_rules([written], "egress").allow_rules
    assert [(each.reason.path, bool(each.ports.names)) for each in found] == [
        ("spec.egress[0]", True),
        ("spec.egress[2]", False),
    ]


def test_what_selects_no_pod_says_nothing():
    assert direction_rules(policy(selector=NOTHING, ingress=(rule(),))) == DirectionRules((), ())
    assert regions(PodPeer(NOTHING, None), PodPeer(None, NOTHING), PodPeer(ALL, NOTHING)) == []
    assert regions(PodPeer(NOTHING, None), PodPeer(ALL, None)) == [PodSet(SHOP, EVERYTHING)]


def in_team(*names):
    return LabelSelector((LabelRequirement("team", "In", names),))


TEAM = Selector(match_labels=(("team", "x"),))
BY_NAME = Selector(match_labels=((NAME_LABEL, "data"),))


@each_row(
    "peer, expected",
    [
        (PodPeer(APP, None), PodSet(SHOP, IN_APP)),
        (PodPeer(ALL, None), PodSet(SHOP, EVERYTHING)),
        (PodPeer(None, TEAM), PodSet(in_team("x"), EVERYTHING)),
        (PodPeer(APP, TEAM), PodSet(in_team("x"), IN_APP)),
        (PodPeer(APP, ALL), PodSet(EVERYTHING, IN_APP)),
        (PodPeer(None, ALL), EVERY_POD),
        (PodPeer(None, BY_NAME), PodSet(in_namespace("data"), EVERYTHING)),
        (IPBlock("10.0.0.0/8"), block(4, 10 << 24, 8)),
        (IPBlock("::/1"), block(6, 0, 1)),
    ],
)
def test_peers(peer, expected):
    assert regions(peer) == [expected]


def test_peers_without_namespaces_are_of_the_policys_own():
    """However often one peer is read."""
    peer = PodPeer(APP, None)
    found = direction_rules(
        *(policy(namespace=name, ingress=(rule(peer), rule(peer))) for name in ("shop", "data", "shop"))
    )
    assert [allow_rule.peer.namespaces for allow_rule in found.allow_rules] == [
        in_namespace(name) for name in ("shop", "shop", "data", "data", "shop", "shop")
    ]
    everywhere = PodPeer(APP, TEAM)
    found = direction_rules(*(policy(namespace=name, ingress=(rule(everywhere),)) for name in ("shop", "data")))
    assert {allow_rule.peer for allow_rule in found.allow_rules} == {PodSet(in_team("x"), IN_APP)}


def test_expressions_are_requirements_with_sorted_values():
    expressions = (
        MatchExpression("tier", "NotIn", ("b", "a", "b")),
        MatchExpression("app", "Exists"),
        MatchExpression("zone", "DoesNotExist"),
    )
    (isolation,) = direction_rules(policy(selector=Selector((("env", "x"),), expressions))).isolations
    assert isolation.subject.pods.requirements == (
        LabelRequirement("app", "Exists"),
        LabelRequirement("env", "In", ("x",)),
        LabelRequirement("tier", "NotIn", ("a", "b")),
        LabelRequirement("zone", "DoesNotExist"),
    )


def test_a_namespace_by_its_name_and_labels():
    selector = Selector((("team", "x"),), (MatchExpression(NAME_LABEL, "NotIn", ("data",)),))
    (region,) = regions(PodPeer(None, selector))
    assert region.namespaces.requirements == (
        LabelRequirement(IDENTITY, "NotIn", ("data",)),
        LabelRequirement("team", "In", ("x",)),
    )


@each_row(
    "ports, expected",
    [
        ((), EVERY_PORT),
        ((PolicyPort("TCP"),), PortSet((PortInterval("TCP", 1, 65535),))),
        ((PolicyPort("UDP", 53),), PortSet((PortInterval("UDP", 53, 53),))),
        ((PolicyPort("SCTP", 5, 7),), PortSet((PortInterval("SCTP", 5, 7),))),
        ((PolicyPort("TCP", "http"),), PortSet((), (NamedPort("TCP", "http"),))),
        (
            (PolicyPort("UDP", 53), PolicyPort("TCP", 53)),
            PortSet((PortInterval("TCP", 53, 53), PortInterval("UDP", 53, 53))),
        ),
    ],
)
def test_ports(ports, expected):
    found = direction_rules(policy(ingress=(rule(ports=ports), rule(ports=(PolicyPort("TCP", 1),)), rule(ports=ports))))
    assert [allow_rule.ports for allow_rule in found.allow_rules[::2]] == [
        expected,
        PortSet((PortInterval("TCP", 1, 1),)),
        expected,
    ]


def ranges(family, *pairs):
    return AddressSet(tuple(AddressRange(family, *pair) for pair in pairs))


@each_row(
    "cidr, excepts, expected",
    [
        ("0.0.0.0/30", (), ranges(4, (0, 3))),
        ("0.0.0.0/30", ("0.0.0.1/32",), ranges(4, (0, 0), (2, 3))),
        ("0.0.0.0/29", ("0.0.0.2/31", "0.0.0.4/31"), ranges(4, (0, 1), (6, 7))),
        ("0.0.0.0/30", ("0.0.0.0/30",), NO_ADDRESS),
        ("0.0.0.0/30", ("::/0",), ranges(4, (0, 3))),
        ("0.0.0.3/30", (), ranges(4, (0, 3))),
        ("::/126", ("::3/128",), ranges(6, (0, 2))),
        ("::ffff:0.0.0.0/126", (), ranges(4, (0, 3))),
        ("::ffff:0.0.0.4/128", (), ranges(4, (4, 4))),
        ("::ffff:0.0.0.0/96", (), block(4, 0, 0)),
        ("::/95", (), block(6, 0, 95)),
        ("::ffff:0.0.0.0/95", (), block(6, 0xFFFE << 32, 95)),
        ("::fffe:0.0.0.0/96", (), block(6, 0xFFFE << 32, 96)),
        ("1::ffff:0.0.0.0/96", (), block(6, (1 << 112) + (0xFFFF << 32), 96)),
        ("nonsense", (), NO_ADDRESS),
    ],
)
def test_addresses_of_blocks(cidr, excepts, expected):
    assert addresses_of(cidr, excepts) == expected


def test_blocks_with_other_exceptions_are_other_blocks():
    one, other = IPBlock("10.0.0.0/8"), IPBlock("10.0.0.0/8", ("10.0.0.0/9",))
    assert regions(one, other, one) == [
        block(4, 10 << 24, 8),
        block(4, (10 << 24) + (1 << 23), 9),
        block(4, 10 << 24, 8),
    ]
    assert union(regions(one, other)) == block(4, 10 << 24, 8)
    assert regions(IPBlock("10.0.0.0/8", ("10.0.0.0/8",))) == []


def test_namespaces_are_kept_with_their_labels():
    given = {"shop": {"team": "a"}}
    found = rules_of_policies([], given)
    given["shop"]["team"] = "b"
    assert found.namespaces == {"shop": {"team": "a"}}
