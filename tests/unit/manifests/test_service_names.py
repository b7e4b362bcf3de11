from netpolc.manifests.service_names import ServiceNames, ports_meant
from tests.rows import each_row
from tests.unit.adopt.suggest.world import manifests, service


@each_row(
    "host, home, expected",
    [
        ("db", "shop", ("shop", "db")),
        ("DB.", "shop", ("shop", "db")),
        ("db", "data", None),
        ("pg", "data", ("data", "pg")),
        ("pg.data", "shop", ("data", "pg")),
        ("pg.data.svc", "shop", ("data", "pg")),
        ("pg.data.svc.cluster.local", "shop", ("data", "pg")),
        ("pg.data.svc.example.internal.", None, ("data", "pg")),
        ("pg-0.pg", "data", ("data", "pg")),
        ("pg-0.pg.data", "shop", ("data", "pg")),
        ("pg-10.pg.data.svc.cluster.local", "shop", ("data", "pg")),
        ("x.pg.data.svc", "shop", None),
        ("x.db", "shop", None),
        ("db.svc", "shop", None),
        ("svc", "shop", None),
        ("a.b.c.d.svc", "shop", None),
        ("example.com", "shop", None),
    ],
)
def test_what_a_host_name_means(host, home, expected):
    known = ServiceNames(manifests(service("db"), service("pg", namespace="data")).services)
    found = known.find(host, home)
    assert (found and (found.namespace, found.name)) == expected


def test_which_ports_are_meant():
    (found,) = manifests(
        service("x", ports=[{"port": 5672, "name": "amqp"}, {"port": 80, "name": "ui"}, {"port": 9, "name": "metrics"}])
    ).services
    assert [port.number for port in ports_meant(found, 5672)] == [5672]
    assert ports_meant(found, 1) == ()
    assert [port.number for port in ports_meant(found, None, 80)] == [80]
    assert [port.number for port in ports_meant(found, None, 443)] == [5672, 80]
