import pytest

from tests.unit.checks.workloads.worlds import found, policies, policy, service, workload

DB = workload("shop/postgres", "app=pg", [5432])
WEB = workload("shop/web", "app=web", [80])
SERVICES = [service("shop/db", "app=pg", (80, 5432), (9187, 9187)), service("shop/lost", "app=none", (80, 80))]


def said(labels, workloads=(DB, WEB), namespace="shop", port="{port: 80}"):
    selector = f"{{podSelector: {{matchLabels: {{{labels}}}}}}}"
    rule = f"{{to: [{selector}], ports: [{port}]}}"
    spec = f"{{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Egress], egress: [{rule}]}}"
    text = policy(f"{namespace}/p", spec)
    given = found(policies(text), workloads=list(workloads), services=SERVICES)
    return [
        (one.code, one.message)
        for one in given
        if one.code in {"NP506", "NP507", "NP525"} and "which the service" not in one.message
    ]


@pytest.mark.parametrize("labels", ["app: db", "app.kubernetes.io/name: db"])
def test_the_name_of_a_service_is_not_that_of_pods(labels):
    assert said(labels) == [
        ("NP525", "`db` is a Service, and policies select pods: it leads to `shop/postgres` on TCP 5432")
    ]


def test_without_its_port_all_ports_are_told():
    (one,) = said("app: db", port="{port: 1}")
    assert one[1].endswith("it leads to `shop/postgres` on TCP 5432, TCP 9187")


@pytest.mark.parametrize("labels", ["app: lost", "app: dbs", "app: db, tier: x"])
def test_other_labels_are_the_matter_of_others(labels):
    assert "NP525" not in {code for code, _ in said(labels)}


def test_pods_that_are_called_like_the_service_are_those():
    assert said("app: db", (DB, WEB, workload("shop/db", "app=db"))) == []
