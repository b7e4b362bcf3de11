from tests.rows import each_row
from tests.unit.adopt.suggest.world import service, undecided, workload

METRICS = {"port": 9090, "name": "metrics"}
SCRAPED = {"prometheus.io/scrape": "true"}


@each_row(
    "documents, expected",
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
            [workload("orders"), service("orders-db", selector={"app": "orders"})],
            ["nobody is seen to use the service `orders-db`: app.yaml:3"],
        ),
        (
            [workload("orders"), workload("page"), service("orders-page", selector={"app": "page"})],
            ["nobody is seen to use the service `orders-page`: app.yaml:5"],
        ),
        ([workload("x"), service("x", [METRICS])], []),
        ([workload("x"), service("x", [METRICS, 80])], ["nobody is seen to use the service `x`: app.yaml:3"]),
        (
            [workload("x"), service("x", annotations=SCRAPED)],
            ["nobody but Prometheus is seen to use the service `x`: app.yaml:3"],
        ),
        ([workload("x"), service("x", [METRICS], annotations=SCRAPED)], []),
        ([workload("x-exporter"), service("x-exporter", annotations=SCRAPED)], []),
        ([workload("x"), service("x", annotations=SCRAPED), workload("y", env={"X_URL": "http://x"})], []),
    ],
)
def test_what_nobody_is_seen_to_use(documents, expected):
    assert undecided(*documents) == expected
