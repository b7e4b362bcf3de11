import pytest

from netpolc.queries.answers import answer
from netpolc.queries.ends import Ends
from netpolc.queries.reading import read_ports
from netpolc.queries.views import Views
from netpolc.reach import words
from netpolc.sets.ports import EVERY_PORT, ports_of
from tests.unit.queries.clusters import cluster

PROGRAM = "namespace shop\nbaseline deny all\nweb -> store:1\npods store = [app=db, tier!=test]\n"
POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{{labels}}}}}
spec: {{hostNetwork: {host}, containers: [{{name: c, image: x}}]}}
"""


def suggested(source, destination="shop/store:2", **pods):
    host = pods.pop("host", "false")
    manifests = "".join(POD.format(name=name, labels=labels, host=host) for name, labels in pods.items())
    found = cluster(PROGRAM, manifests)
    return answer(found, Ends(found), source, destination).suggestion


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        ("app: web", "shop/web"),
        ("app: web, pod-template-hash: abc", "shop/web"),
        ("app: store", "shop/[app=store]"),
        ("app: db", "shop/db"),
        ("app: a.b", "shop/[app=a.b]"),
        ("app: '2048'", "shop/[app=2048]"),
        ("app: any", "shop/[app=any]"),
        ("name: x, app.kubernetes.io/name: z", "shop/[app.kubernetes.io/name=z, name=x]"),
        ("pod-template-hash: abc", None),
        ("", None),
    ],
)
def test_a_workload_is_named_by_what_the_language_would_call_it(labels, name):
    assert suggested("shop/w", w=labels) == (None if name is None else f"{name} -> shop/store:2")


def test_a_declared_name_that_has_it_goes_first():
    assert suggested("shop/web", "shop/store:2", web="app: web", store="app: db").endswith(" -> shop/store:2")


def test_what_policies_cannot_see_has_no_line():
    assert suggested("shop/w", w="app: web", host="true") is None


@pytest.mark.parametrize(
    "text",
    ["80", "53/udp", "{80, 443}", "8000-8100/sctp", '"http"', '"dns"/udp', "*", "*/tcp", '{1-2, 53/udp, "http"}'],
)
def test_ports_are_written_as_the_language_reads_them(text):
    views = Views(cluster("web -> db:1\n"), tuple)
    ports, source = read_ports(text)
    found = [views.port(item, source) for item in ports.items]
    held = ports_of(part for each in found for part in (*each.intervals, *each.names))
    assert words.ports(held) == text
    assert (held == EVERY_PORT) == (text == "*")
