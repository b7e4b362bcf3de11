import re

import pytest

from netpolc.language.syntax import hosts
from tests.rows import each_row


@each_row(
    "host, pods",
    [
        ("db.data.svc", "data/db"),
        ("db.data.svc.cluster.local", "data/db"),
        ("db.data.svc.cluster.local.", "data/db"),
        ("_pg._tcp.db.data.svc", "data/db"),
        ("db-0.db.data.svc", "data/[statefulset.kubernetes.io/pod-name=db-0]"),
        ("*.data.svc.corp", "data/*"),
        ("kubernetes.default.svc.cluster.local", None),
        ("kubernetes.default", None),
        ("db.data", None),
        ("api.example.com", None),
        ("1.2.svc", None),
    ],
)
def test_services_by_their_dns_names(host, pods):
    assert hosts.pods_of(host) == pods


@each_row(
    "host, endpoint",
    [
        ("db", "db"),
        ("10.0.0.7", "10.0.0.7/32"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("db.data.svc", "data/db"),
        ("example.com", None),
    ],
)
def test_hosts_as_endpoints(host, endpoint):
    assert hosts.endpoint_of(host) == endpoint


@pytest.mark.parametrize(
    ("url", "host", "ports"),
    [
        ("https://a.example/x?y", "a.example", ":443"),
        ("postgres://me:secret@db/shop", "db", ":5432"),
        ("tcp://db:1234", "db", ":1234"),
        ("udp://dns:53", "dns", ":53/udp"),
        ("custom://db", "db", ""),
    ],
)
def test_urls(url, host, ports):
    match = re.fullmatch(hosts.URL, url)
    assert (match["host"], hosts.ports_of(match)) == (host, ports)


@each_row(
    "text, bare",
    [("web", "web"), ("data/web", "data/web"), ("*/*", "*/*"), ("*", "*"), ("80", None), ("a.b", None), ("a b", None)],
)
def test_what_stands_without_quotes(text, bare):
    assert hosts.without_quotes(text) == bare


@pytest.mark.parametrize(("name", "outside"), [("stripe.com", True), ("kubernetes.default", True), ("db.data", False)])
def test_names_of_two_parts(name, outside):
    assert hosts.is_outside(name) is outside
