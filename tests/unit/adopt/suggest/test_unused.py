import pytest

from tests.unit.adopt.suggest.world import service, undecided, workload

METRICS = {"port": 9090, "name": "metrics"}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([workload("x"), service("x")], ["nobody is seen to use the service `x`: app.yaml:3"]),
        (
            [workload("orders"), workload("db"), service("orders-db", selector={"app": "db"})],
            [
                "nobody is seen to use the service `orders-db`, which is called after `orders`: app.yaml:5",
                "orders -> db:80",
            ],
        ),
        (
            [workload("orders"), service("orders-main", selector={"app": "orders"})],
            ["nobody is seen to use the service `orders-main`: app.yaml:3"],
        ),
        (
            [workload("x"), service("x-metrics", [METRICS], {"app": "x"})],
            ["nobody is seen to scrape the metrics of the service `x-metrics`: app.yaml:3", "std.prometheus -> x:9090"],
        ),
        (
            [workload("x"), service("x", [METRICS]), workload("prometheus")],
            ["nobody is seen to scrape the metrics of the service `x`: app.yaml:3", "prometheus -> x:9090"],
        ),
        ([workload("prometheus"), service("prometheus", [METRICS])], []),
        ([workload("x"), service("x", [METRICS], annotations={"prometheus.io/scrape": "true"})], []),
    ],
)
def test_what_nobody_is_seen_to_use(documents, expected):
    assert undecided(*documents) == expected
