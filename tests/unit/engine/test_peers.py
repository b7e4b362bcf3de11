import pytest

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.peers import (
    endpoint,
    nets_of,
    peer_of,
    peers_of_workloads,
    pod_of,
    population_of_real,
    population_with,
    referenced_pods,
)
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace
from netpolc.engine.verdicts import Address, Pod, PodPort
from netpolc.manifests.model import ContainerPort, Owner, Whole, Workload
from netpolc.sets.addresses import EVERY_ADDRESS, block, union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT
from netpolc.source import Location, Source, Span
from tests.rows import each_row

HERE = Location(Source("pods.yaml", "text"), Span(0, 1))
OPEN = DirectionRules((), ())
NO_RULES = RuleSet(OPEN, OPEN, {})


def workload(name, namespace="shop", kind="Deployment", labels=None, **fields):
    return Workload(kind=kind, name=name, namespace=namespace, labels=labels or {}, location=HERE, **fields)


def labelled(**labels):
    return LabelSelector(tuple(LabelRequirement(key, "In", (value,)) for key, value in sorted(labels.items())))


def pods(namespace="shop", **labels):
    return PodSet(in_namespace(namespace), labelled(**labels))


def ingress(*allow_rules, closed=(), namespaces=None):
    let = tuple(AllowRule(subject, peer, EVERY_PORT, None) for subject, peer in allow_rules)
    return RuleSet(DirectionRules(tuple(Isolation(subject, None) for subject in closed), let), OPEN, namespaces or {})


def population_of(workloads, ruleset, stated=None, named=(), *, hypothetical=True):
    real = [*peers_of_workloads(workloads, ruleset.namespaces, ruleset), *nets_of(ruleset, stated)]
    return population_with(real, ruleset, named) if hypothetical else population_of_real(real)


def peers_of(workloads, ruleset=NO_RULES, **options):
    return population_of(workloads, ruleset, **options).peers


def ids(workloads, ruleset=NO_RULES, **options):
    return [peer.id for peer in peers_of(workloads, ruleset, **options)]


NETS = ["0.0.0.0/0", "::/0"]


def test_workloads_are_called_by_kind_where_two_share_a_name():
    found = [
        workload("web", kind="StatefulSet"),
        workload("web"),
        workload("api", namespace=None),
        workload("web", namespace="data"),
    ]
    assert ids(found, hypothetical=False) == [*NETS, "api", "data/web", "shop/web[Deployment]", "shop/web[StatefulSet]"]
    peers = peers_of(found, hypothetical=False)
    assert [peer.workload for peer in peers[2:]] == [found[2], found[3], found[1], found[0]]
    assert all(peer.pods is None for peer in peers)


def test_workloads_are_sorted_by_name_and_not_by_what_is_in_them():
    twins = [workload("web", labels={"b": "x"}), workload("web", labels={"a": "x"})]
    assert [peer.workload for peer in peers_of(twins) if peer.workload is not None] == twins


def test_what_policies_see_of_a_workload():
    ports = (ContainerPort(80, "TCP", "http"), ContainerPort(81, "TCP"), ContainerPort(53, "UDP", "dns"))
    given = workload("web", labels={"app": "web"}, ports=ports, host_network=True, addresses=("10.0.0.7", "::7"))
    assert [pod_of(workload("web", in_blocks=each), {}).in_blocks for each in (True, False)] == [True, False]
    assert pod_of(given, {"team": "a"}) == Pod(
        namespace="shop",
        namespace_labels={"team": "a"},
        labels={"app": "web"},
        ports=(PodPort("http", "TCP", 80), PodPort("dns", "UDP", 53)),
        addresses=union([block(4, (10 << 24) + 7, 32), block(6, 7, 128)]),
        host_network=True,
    )


def test_workloads_have_the_labels_of_their_namespace():
    ruleset = ingress(namespaces={"shop": {"team": "a"}, "": {"team": "b"}, "data": {}})
    found = peers_of([workload("web"), workload("api", namespace=None), workload("db", namespace="ops")], ruleset)
    carried = {peer.id: peer.end.namespace_labels for peer in found if peer.workload is not None}
    assert carried == {"shop/web": {"team": "a"}, "api": {"team": "b"}, "ops/db": {}}


def test_pods_of_one_owner_are_a_peer_unless_a_rule_tells_them_apart():
    owner = Owner("Deployment", "web")
    found = [workload(name, kind="Pod", labels={"pod": name}, owner=owner) for name in "ab"]
    assert [(peer.id, peer.replicas) for peer in peers_of_workloads(found, {}, NO_RULES)] == [("shop/web", ("a", "b"))]
    apart = peers_of_workloads(found, {}, ingress((pods(pod="a"), EVERY_ADDRESS)))
    assert [(peer.id, peer.replicas) for peer in apart] == [("shop/a", ()), ("shop/b", ())]


def part_of(name, whole):
    return workload(name, kind="Pod", part_of=whole)


def test_parts_are_of_a_workload_by_its_id():
    db = part_of("db-0", Whole("StatefulSet", "db"))
    assert [peer.part_of for peer in peers_of_workloads([db, workload("web")], {})] == ["shop/db", None]
    both = [db, part_of("db-1", Whole("StatefulSet", "db")), workload("db")]
    assert [(peer.id, peer.part_of) for peer in peers_of_workloads(both, {})] == [
        ("shop/db[Deployment]", None),
        ("shop/db-0", "shop/db[StatefulSet]"),
        ("shop/db-1", "shop/db[StatefulSet]"),
    ]
    beside = [db, workload("db", kind="StatefulSet")]
    assert [(peer.id, peer.part_of) for peer in peers_of_workloads(beside, {})] == [
        ("shop/db", None),
        ("shop/db-0", "shop/db"),
    ]


@pytest.mark.parametrize("complete", [True, False])
def test_a_population_is_complete_if_all_parts_are_told(complete):
    parts = [workload("web"), part_of("db-0", Whole("StatefulSet", "db", complete=complete))]
    for hypothetical in (True, False):
        assert population_of(parts, NO_RULES, hypothetical=hypothetical).complete is complete
    assert population_of([], NO_RULES).open_pods == {"ingress": (EVERY_POD,), "egress": (EVERY_POD,)}


def test_those_that_there_are_are_at_both_ends_and_nobody_is_open():
    found = population_of([workload("b"), workload("a")], NO_RULES, hypothetical=False)
    assert [peer.id for peer in found.peers] == [*NETS, "shop/a", "shop/b"]
    assert (found.sources, found.destinations, found.called) == (0b1111, 0b1111, 0)
    assert (found.open_pods, found.complete) == ({"ingress": (), "egress": ()}, True)


def at(bits, population):
    """The ids of the sets of pods among some peers."""
    peers = [population.peers[number] for number in numbers(bits)]
    return [peer.id for peer in peers if peer.pods is not None]


def test_pods_that_could_exist_are_sources_or_destinations_whatever_workloads_there_are():
    ruleset = ingress(
        (pods(app="web"), pods(app="api")), (pods(app="db"), EVERY_ADDRESS), closed=[pods(), pods(app="cache")]
    )
    for workloads in ([], [workload("w", labels={"app": "web", "tier": "x"})]):
        found = population_of(workloads, ruleset)
        assert at(found.sources, found) == ["*/*", "shop/[app=api]"]
        elsewhere = "[kubernetes.io/metadata.name!=shop]/*"
        assert at(found.destinations, found) == [elsewhere, "shop/[app=db]", "shop/[app=web]"]
        assert ids(workloads, ruleset) == sorted(ids(workloads, ruleset))
        assert ids(workloads, ruleset, hypothetical=False) == [*NETS, *(f"shop/{each.name}" for each in workloads)]
        assert (found.complete, found.called) == (True, 0)


def test_workloads_and_addresses_are_at_both_ends():
    ruleset = ingress((pods(app="db"), EVERY_ADDRESS), closed=[pods()])
    for hypothetical in (True, False):
        found = population_of([workload("w")], ruleset, hypothetical=hypothetical)
        real = bits_of(number for number, peer in enumerate(found.peers) if peer.pods is None)
        assert (found.sources & real, found.destinations & real) == (real, real)
        assert real.bit_count() == 3


def test_both_directions_of_all_rules_reference_pods():
    ruleset = ingress((pods(app="b"), pods(app="c")))
    mirrored = RuleSet(ruleset.egress, ruleset.ingress, {})
    assert list(referenced_pods(mirrored)) == [pods(app="b"), pods(app="c")]


def test_pods_that_cannot_be_are_no_peers():
    team = PodSet(LabelSelector((*in_namespace("shop").requirements, *labelled(team="b").requirements)), EVERYTHING)
    impossible = ingress((team, EVERY_ADDRESS), namespaces={"shop": {"team": "a"}})
    assert ids([], impossible, named=[[team]]) == ["*/*", *NETS]
    assert ids([], ingress((team, EVERY_ADDRESS))) == ["*/*", *NETS, "[kubernetes.io/metadata.name=shop, team=b]/*"]


def test_a_typical_pod_is_in_its_set_alone():
    known = Namespaces({"shop": {"team": "a"}})
    assert peer_of(pods(app="web"), known).end == Pod(
        namespace="shop", namespace_labels={"team": "a"}, labels={"app": "web"}, hypothetical=True
    )
    assert peer_of(EVERY_POD, known).end == Pod(namespace="elsewhere", hypothetical=True)
    assert peer_of(pods(None), known).end == Pod(namespace=None, hypothetical=True)
    found = {peer.pods: peer.end for peer in peers_of([], ingress((pods(app="web"), EVERY_ADDRESS)))}
    assert found[pods(app="web")] == peer_of(pods(app="web"), Namespaces({})).end


ROLE = LabelSelector((LabelRequirement("role", "Exists"),))


def test_what_is_free_in_a_typical_pod_is_nothing_that_others_ask_for():
    anywhere, known = PodSet(EVERYTHING, ROLE), Namespaces({})
    assert peer_of(anywhere, known).end == Pod(namespace="elsewhere", labels={"role": "other"}, hypothetical=True)
    assert peer_of(anywhere, known, {"other", "elsewhere"}).end == Pod(
        namespace="elsewhere-2", labels={"role": "other1"}, hypothetical=True
    )
    team = PodSet(LabelSelector((LabelRequirement("team", "Exists"),)), EVERYTHING)
    assert peer_of(team, known, {"other"}).end.namespace_labels == {"team": "other1"}
    ruleset = ingress((anywhere, EVERY_ADDRESS), (pods("elsewhere", role="other"), EVERY_ADDRESS))
    found = {peer.id: peer for peer in peers_of([], ruleset)}
    assert found["*/[role]"].end == peer_of(anywhere, known, {"other", "elsewhere"}).end


def test_names_of_which_policies_speak_in_no_form_are_peers_in_all():
    web = pods(app="web")
    late, other = pods(app="late"), pods("data", app="late")
    ruleset = ingress((web, EVERY_ADDRESS))
    found = population_of([], ruleset, named=[[late, other], [web, pods("data", app="web")]])
    called = ["data/[app=late]", "shop/[app=late]"]
    assert [peer.id for peer in found.peers] == ["*/*", *NETS, *called, "shop/[app=web]"]
    assert at(found.called, found) == called
    assert at(found.sources, found) == ["*/*", *called]
    assert at(found.destinations, found) == ["*/*", *called, "shop/[app=web]"]


@each_row(
    "namespaces, selector, expected",
    [
        (in_namespace("shop"), labelled(app="web", tier="x"), "shop/[app=web, tier=x]"),
        (in_namespace("shop"), EVERYTHING, "shop/*"),
        (in_namespace(None), labelled(app="web"), "[app=web]"),
        (in_namespace(None), EVERYTHING, "*"),
        (EVERYTHING, labelled(app="web"), "*/[app=web]"),
        (EVERYTHING, EVERYTHING, "*/*"),
        (labelled(team="a"), EVERYTHING, "[team=a]/*"),
        (
            LabelSelector((LabelRequirement(IDENTITY, "In", ("data", "shop")),)),
            EVERYTHING,
            "[kubernetes.io/metadata.name in (data, shop)]/*",
        ),
        (
            LabelSelector((*in_namespace("shop").requirements, *labelled(team="a").requirements)),
            EVERYTHING,
            "[kubernetes.io/metadata.name=shop, team=a]/*",
        ),
    ],
)
def test_sets_of_pods_as_the_language_writes_them(namespaces, selector, expected):
    assert endpoint(PodSet(namespaces, selector)) == expected


def test_blocks_that_no_rule_tells_apart_are_one_peer():
    both = union([block(4, 10 << 24, 8), block(4, 192 << 24, 8)])
    (found,) = (peer for peer in nets_of(ingress((EVERY_POD, both))) if peer.end == Address(both))
    assert found.id == "10.0.0.0/8, 192.0.0.0/8"


def test_addresses_are_cut_where_policies_cut_them():
    ten, half = block(4, 10 << 24, 8), block(4, 10 << 24, 9)
    ruleset = RuleSet(ingress((EVERY_POD, ten)).ingress, ingress((EVERY_POD, half)).ingress, {})
    expected = ["0.0.0.0/0 except 10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "::/0"]
    found = peers_of([], ruleset, hypothetical=False)
    assert [peer.id for peer in found] == expected
    assert [peer.end for peer in found[1:3]] == [Address(half), Address(ten - half)]
    stated = ingress((EVERY_POD, half))
    assert ids([], ingress((EVERY_POD, ten)), stated=stated, hypothetical=False) == expected
