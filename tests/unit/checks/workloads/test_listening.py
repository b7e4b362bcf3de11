from netpolc.checks.workloads.listening import listening
from netpolc.manifests.model import ConfigText, Probe, Scrape
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import PLACE, workload


@each_row(
    "kind, name, value, ports",
    [
        ("argument", "args", "--metrics-bind-address=:8443", {8443}),
        ("argument", "args", "--bind 0.0.0.0:8443", {8443}),
        ("argument", "args", "--secure-port=4443", {4443}),
        ("argument", "args", "-port 80", {80}),
        ("argument", "args", "--db=db:5432", set()),
        ("argument", "args", "--db-host=db --db-port=5432", set()),
        ("argument", "args", "http://db:5432", set()),
        ("env", "LISTEN", "[::]:9000", {9000}),
        ("env", "PORT", "8080", {8080}),
        ("env", "DB_PORT", "5432", set()),
        ("env", "TIME", "12:30:15", set()),
    ],
)
def test_texts_that_show_where_pods_listen(kind, name, value, ports):
    found = listening(workload("shop/web", texts=(ConfigText(kind, name, value, PLACE),)))
    assert found == {("TCP", port) for port in ports}


def test_probes_and_metrics():
    probes = (Probe("liveness", 8081, PLACE), Probe("readiness", "http", PLACE))
    assert listening(workload("shop/web", probes=probes, scrape=Scrape(9100, PLACE))) == {("TCP", 8081), ("TCP", 9100)}
