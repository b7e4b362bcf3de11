from netpolc.adopt.suggest.seen.owners import workload_named
from netpolc.flows.record import FlowEnd
from tests.rows import each_row


@each_row(
    "fields, named",
    [
        ({"owner": "web", "kind": "Deployment"}, ("Deployment", "web")),
        ({"owner": "web-7d9c5b8f6d", "kind": "ReplicaSet"}, ("Deployment", "web")),
        ({"owner": "web-front", "kind": "ReplicaSet"}, ("ReplicaSet", "web-front")),
        ({"owner": "web-7d9c5b8f6d"}, ("Deployment", "web")),
        ({"owner": "web-sdkmgr"}, (None, "web-sdkmgr")),
        ({"owner": "report-29000000", "kind": "Job"}, ("CronJob", "report")),
        ({"owner": "migrate", "kind": "Job"}, ("Job", "migrate")),
        ({"owner": "db-0", "kind": "Pod"}, ("StatefulSet", "db")),
        ({"pod": "web-7d9c5b8f6d-x2x4k"}, ("Deployment", "web")),
        ({"pod": "report-29000000-x2x4k"}, ("CronJob", "report")),
        ({"pod": "db-12"}, ("StatefulSet", "db")),
        ({"pod": "agent-x2x4k"}, (None, "agent")),
        ({"pod": "web-7d9c5b8f6d-*"}, (None, "web-7d9c5b8f6d")),
        ({"pod": "web"}, (None, "web")),
        ({}, None),
    ],
)
def test_a_workload_is_told_by_the_names_that_it_gives(fields, named):
    assert workload_named(FlowEnd(namespace="shop", **fields)) == named
