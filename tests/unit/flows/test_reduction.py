from netpolc.flows.record import FlowEnd, PassedOver, SeenFlow
from netpolc.flows.reduction import Reduction, SeenCount

DB = FlowEnd(namespace="shop", labels=(("app", "db"),))


def flow(source, time=None, **also):
    return SeenFlow(
        source=source, destination=DB, protocol="TCP", port=80, verdict="forwarded", first=time, last=time, **also
    )


def reduced(*records):
    reduction = Reduction()
    reduction.add_all(records)
    return reduction.distinct()


def test_pods_of_one_owner_are_one_and_counted_with_their_times():
    pods = [
        FlowEnd(namespace="shop", pod=f"web-{n}", owner="web", kind="Deployment", address=f"10.0.0.{n}") for n in (1, 2)
    ]
    (found,) = reduced(*(flow(pod, time) for pod in pods for time in (3.0, 1.0))).flows
    assert found.source == FlowEnd(namespace="shop", owner="web", kind="Deployment")
    assert (found.count, found.first, found.last) == (4, 1.0, 3.0)


def test_pods_that_only_their_names_tell_apart_keep_these():
    ends = [FlowEnd(namespace="shop", pod=f"db-{n}", owner="db", kind="StatefulSet") for n in (1, 2)]
    assert [each.source.pod for each in reduced(*map(flow, ends)).flows] == ["db-1", "db-2"]


def test_the_pods_of_an_address_are_known_with_their_times():
    web = FlowEnd(namespace="shop", owner="web", address="10.0.0.1")
    (stay,) = reduced(flow(web, 1.0), flow(web, 9.0)).stays["10.0.0.1"]
    assert (stay.pod.owner, stay.first, stay.last) == ("web", 1.0, 9.0)


def test_flows_of_an_address_are_told_apart_by_time_where_pods_had_it_and_only_there():
    alone = FlowEnd(address="10.0.0.1")
    web = FlowEnd(namespace="shop", owner="web", address="10.0.0.1")
    assert len(reduced(flow(alone, 1.0), flow(alone, 1_000.0)).flows) == 1
    assert len(reduced(flow(alone, 1.0), flow(alone, 1_000.0), flow(web, 1.0)).flows) == 3


def test_times_are_told_apart_less_finely_before_memory_runs_out(monkeypatch):
    monkeypatch.setattr("netpolc.flows.reduction.MOST_TIMED", 10)
    pod = FlowEnd(namespace="shop", owner="web", address="10.0.0.1")
    found = reduced(*(flow(FlowEnd(address="10.0.0.1"), 60.0 * minute) for minute in range(100)), flow(pod, 0.0)).flows
    assert len(found) < 12
    assert sum(each.count for each in found) == 101


def test_flows_that_differ_in_more_than_their_times_are_all_kept(monkeypatch):
    monkeypatch.setattr("netpolc.flows.reduction.MOST_TIMED", 10)
    found = reduced(*(flow(FlowEnd(address=f"10.0.{n // 200}.{n % 200}"), float(n)) for n in range(3_000))).flows
    assert (len(found), found[-1].last) == (3_000, 2_999.0)


def test_records_that_are_passed_over_are_counted_by_their_reason():
    found = reduced(PassedOver("replies", 2, "a", 7), PassedOver("replies", 3, "b", 1)).passed_over
    assert found == (PassedOver("replies", 5, "a", 7),)


def test_a_count_without_a_time_has_none():
    found = SeenCount()
    found.add(2, None, None)
    assert found == SeenCount(2, None, None)
