from netpolc.flows.record import FlowEnd
from netpolc.queries.traffic.settled import NOBODY
from tests.unit.adopt.suggest.seen.records import at, bare, pod, seen, settled_in
from tests.unit.adopt.suggest.world import manifests, service, workload


def ends(flow, *documents):
    """The ends of what one flow becomes, with the port."""
    found = settled_in(manifests(*documents), [flow])
    return sorted(((each.source, each.destination, each.port) for each in found), key=str)


WEB = FlowEnd(namespace="shop", owner="web", kind="Deployment")
DB = FlowEnd(namespace="shop", owner="db", kind="Deployment")


def test_pods_are_of_the_workloads_that_manifests_show():
    shown = workload("web"), workload("db", labels={"app": "db", "tier": "back"})
    owner = bare("web-7d9c5b8f6d", kind="ReplicaSet")
    alike = pod("x", labels={"app": "db", "tier": "back", "mesh": "on"}, owner=None)
    assert ends(seen(owner, alike, 80), *shown) == [(WEB, DB, 80)]


def test_a_service_leads_to_the_ports_of_its_pods():
    shown = workload("web"), workload("db", ports=[5432]), service("db", ["80>5432"])
    flow = seen("web", at("10.96.0.1"), 80)
    assert [each[1:] for each in ends(through(flow, "db"), *shown)] == [(DB, 5432)]
    assert [each[1] for each in ends(through(flow, "cache"), *shown)] == [NOBODY]


def through(flow, name):
    return type(flow)(**{key: getattr(flow, key) for key in flow.__struct_fields__} | {"service": ("shop", name)})


def test_an_address_is_that_of_the_pod_that_had_it_then():
    web = pod("web", address="10.1.0.1", pod="web-7d9c5b8f6d-x2x4k")
    first, second = seen(web, "db", 80), seen(at("10.1.0.1"), "db", 81)
    found = settled_in(manifests(), [first, second])
    assert {(each.source.namespace, each.source.labels, each.port) for each in found} == {
        ("shop", (("app", "web"),), 80),
        ("shop", (("app", "web"),), 81),
    }


def test_of_what_nobody_can_tell_there_is_nothing():
    near = [workload(name, labels={"app": "db", "tier": name}) for name in ("db", "db2")]
    assert [each[:2] for each in ends(seen("web", pod("db", owner=None), 80), *near)] == [(pod("web"), NOBODY)]
    unknown = bare("x")
    assert [each[:2] for each in ends(seen(unknown, at("10.0.0.1"), 80), workload("web"))] == [(unknown, NOBODY)]


def test_of_what_no_policy_tells_apart_it_is_any():
    twins = [workload(name, labels={"app": "db"}) for name in ("db", "db2")]
    assert [each[1] for each in ends(seen("web", pod("db", owner=None), 80), *twins)] == [DB]
