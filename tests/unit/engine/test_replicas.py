from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.replicas import replicas_folded
from netpolc.manifests.model import ContainerPort, Owner, VaryingLabel, Whole, Workload
from netpolc.sets.addresses import EVERY_ADDRESS, block
from netpolc.sets.labels import LabelRequirement, selector_of
from netpolc.sets.ports import EVERY_PORT
from netpolc.source import Location, Source, Span
from tests.rows import each_row

HERE = Location(Source("pods.yaml", "text"), Span(0, 1))
OPEN = DirectionRules((), ())
WEB = Owner("Deployment", "web")


def pod(name, owner=WEB, namespace="shop", **fields):
    labels = {"app": "web", "pod-template-hash": name}
    return Workload(
        **{
            "kind": "Pod",
            "name": name,
            "namespace": namespace,
            "labels": labels,
            "location": HERE,
            "owner": owner,
            **fields,
        }
    )


def rules(*regions):
    return RuleSet(
        DirectionRules((), tuple(AllowRule(EVERY_POD, each, EVERY_PORT, None) for each in regions)), OPEN, {}
    )


def folded(workloads, ruleset=None):
    return [(each.kind, each.name, names) for each, names in replicas_folded(workloads, ruleset)]


def asking(key, value="a"):
    return PodSet(in_namespace("shop"), selector_of([LabelRequirement(key, "In", (value,))]))


def test_pods_of_one_owner_are_one_workload():
    pods = [pod("a"), pod("b"), pod("c", None), pod("d", Owner("DaemonSet", "web")), pod("e", namespace="lab")]
    for ruleset in (None, rules(), rules(asking("app"), EVERY_ADDRESS)):
        assert sorted(folded(pods, ruleset)) == [
            ("DaemonSet", "web", ("d",)),
            ("Deployment", "web", ("a", "b")),
            ("Deployment", "web", ("e",)),
            ("Pod", "c", ()),
        ]


def test_an_owner_has_what_its_pods_have_in_common_and_all_of_their_addresses():
    pods = [pod("a", addresses=("10.0.0.1",)), pod("b", addresses=("10.0.0.2", "10.0.0.1"))]
    ((found, _),) = replicas_folded(pods, None)
    assert found.labels == {"app": "web"}
    assert found.addresses == ("10.0.0.1", "10.0.0.2")
    assert (found.namespace, found.owner, found.location) == ("shop", None, HERE)


ADDRESSED = [pod("a", addresses=("10.0.0.1",)), pod("b", addresses=("10.1.0.1",))]


@each_row(
    "pods, ruleset, apart",
    [
        ([pod("a"), pod("b")], rules(asking("pod-template-hash")), True),
        ([pod("a"), pod("b")], rules(asking("tier")), False),
        ([pod("a"), pod("b", host_network=True)], rules(), True),
        ([pod("a"), pod("b", ports=(ContainerPort(80, "TCP", "http"),))], rules(), True),
        ([pod("a"), pod("b", ports=(ContainerPort(80, "TCP"),))], rules(), False),
        (ADDRESSED, rules(), False),
        (ADDRESSED, rules(EVERY_ADDRESS, block(4, 10 << 24, 8)), False),
        (ADDRESSED, rules(block(4, 10 << 24, 16)), True),
        (ADDRESSED, rules(asking("app"), block(4, 10 << 24, 8)), False),
        ([pod("a", addresses=("10.0.0.1",)), pod("b", addresses=("::1",))], rules(), True),
    ],
)
def test_what_rules_tell_apart_is_no_workload_together(pods, ruleset, apart):
    names = [("Pod", "a", ()), ("Pod", "b", ())] if apart else [("Deployment", "web", ("a", "b"))]
    assert folded(pods, ruleset) == names


def test_subjects_and_peers_of_all_rules_tell_pods_apart():
    let = AllowRule(asking("pod-template-hash"), EVERY_POD, EVERY_PORT, None)
    for several in ((let, *rules(EVERY_POD).ingress.allow_rules), (*rules(EVERY_POD).ingress.allow_rules, let)):
        assert len(folded([pod("a"), pod("b")], RuleSet(DirectionRules((), several), OPEN, {}))) == 2


def test_what_is_isolated_tells_pods_apart_as_rules_do():
    closed = DirectionRules((Isolation(asking("pod-template-hash"), None),), ())
    assert len(folded([pod("a"), pod("b")], RuleSet(OPEN, closed, {}))) == 2


def test_pods_with_other_labels_than_their_template_are_by_themselves_where_rules_ask_for_these():
    old = pod("old", labels={"app": "web", "tier": "a"}, addresses=("10.0.0.1",))
    new = pod("new", labels={"app": "web", "version": "2"}, addresses=("10.0.0.2",))
    gone = {"varying": (VaryingLabel("pod-template-hash"),), "addresses": ("10.0.0.1", "10.0.0.2")}
    whole = pod("web", None, kind="Deployment", labels={"app": "web"}, apart=(old, new), **gone)
    for ruleset in (None, rules(), rules(asking("app"))):
        ((found, names),) = replicas_folded([whole], ruleset)
        assert (found.name, found.addresses, found.apart, names) == ("web", ("10.0.0.1", "10.0.0.2"), (), ())
    (found, _), (apart, names) = replicas_folded([whole], rules(asking("tier")))
    assert (found.name, found.addresses, found.apart) == ("web", ("10.0.0.2",), ())
    assert (apart.name, apart.owner, apart.part_of, names) == ("old", None, Whole("Deployment", "web"), ())
    assert [apart.name for apart, _ in replicas_folded([whole], rules(asking("version")))] == ["web", "new"]


def test_pods_are_not_apart_by_labels_that_a_controller_gives_each():
    first = pod("first", labels={"app": "web", "pod-template-hash": "first"})
    varying = (VaryingLabel("pod-template-hash", "x-"),)
    for given, names in ((varying, {"web"}), ((), {"web", "first"})):
        whole = pod("web", None, kind="Deployment", labels={"app": "web"}, apart=(first,), varying=given)
        found = [each for each, _ in replicas_folded([whole], rules(asking("pod-template-hash")))]
        assert {each.name for each in found} == names
