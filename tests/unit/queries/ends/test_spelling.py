from netpolc.queries.ends.spelling import (
    DnsName,
    KindName,
    dns_name,
    kind_name,
    makers,
    pod_address,
    split_ports,
)
from tests.rows import each_row


@each_row(
    "text, expected",
    [
        ("svc/cart", KindName("Service", "cart")),
        ("shop/svc/cart", KindName("Service", "cart", "shop")),
        ("svc/shop/cart", KindName("Service", "cart", "shop")),
        ("deploy/svc/cart", KindName("Service", "cart", "deploy")),
        ("shop/team/cart", None),
        ("services/cart", KindName("Service", "cart")),
        ("deployment.apps/cart", KindName("Deployment", "cart")),
        ("deployments.v1.apps/cart", KindName("Deployment", "cart")),
        ("STS/db", KindName("StatefulSet", "db")),
        ("pods/x", KindName("Pod", "x")),
        ("po/x", KindName("Pod", "x")),
        ("cronjob.batch/backup", KindName("CronJob", "backup")),
        ("shop/cart", None),
        ("svcs/cart", None),
        ("svc/", None),
        ("a/b/svc/c", None),
        ("/svc", None),
        ("cart", None),
    ],
)
def test_kinds_as_kubectl_writes_them(text, expected):
    assert kind_name(text) == expected


@each_row(
    "text, expected",
    [
        ("cart.shop", DnsName("cart", "shop")),
        ("cart.shop.svc", DnsName("cart", "shop", certain=True)),
        ("Cart.shop.svc.cluster.local.", DnsName("cart", "shop", certain=True)),
        ("cart.shop.svc.example.org", DnsName("cart", "shop", certain=True)),
        ("db-0.db.data.svc.cluster.local", DnsName("db", "data", "db-0", certain=True)),
        ("db-0.db.data", DnsName("db", "data", "db-0")),
        ("cart", None),
        ("10.1.2.3", None),
        ("cart..svc", None),
        ("-.shop", None),
        ("a.b.c.d", None),
    ],
)
def test_names_of_dns(text, expected):
    assert dns_name(text) == expected


@each_row(
    "text, expected",
    [
        ("cart:80", ("cart", "80")),
        (" cart:{80, 443} ", ("cart", "{80, 443}")),
        ("cart", ("cart", None)),
        ("cart:", ("cart:", None)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("[2001:db8::1]:443", ("[2001:db8::1]", "443")),
        ("10.0.0.0/8:443", ("10.0.0.0/8", "443")),
        ("{a, b:80}", ("{a, b:80}", None)),
        ("{a, b}:80", ("{a, b}", "80")),
        ("http://cart.shop", ("cart.shop", "80")),
        ("https://user@cart.shop/path?x=1", ("cart.shop", "443")),
        ("grpc://cart.shop:9000", ("cart.shop", "9000")),
        ("redis://cart.shop", ("cart.shop", None)),
    ],
)
def test_the_ports_of_a_destination(text, expected):
    assert split_ports(text) == expected


@each_row(
    "kind, name, expected",
    [
        ("Pod", "cart-7d9f8b6c5d-x2k4q", ("Deployment", "cart")),
        ("Pod", "agent-x2k4q", ("DaemonSet", "agent")),
        ("Pod", "backup-28391-x2k4q", ("CronJob", "backup")),
        ("ReplicaSet", "cart-7d9f8b6c5d", ("Deployment", "cart")),
        ("Job", "backup-28391", ("CronJob", "backup")),
    ],
)
def test_what_made_a_pod_by_its_name(kind, name, expected):
    assert expected in makers(kind, name)
    assert expected in makers(kind, name, surely=True)
    assert not makers(kind, "cart")
    assert not makers("Service", name)


def test_names_with_vowels_are_made_up_only_where_somebody_says_so():
    assert makers("Pod", "cart-db-reads") == ()
    assert ("Deployment", "cart") in makers("Pod", "cart-db-reads", surely=True)


def test_the_name_of_a_pod_holds_its_address():
    assert pod_address("10-1-2-3.shop.pod.cluster.local") == "10.1.2.3"
    assert pod_address("2001-db8--1.shop.pod") == "2001:db8::1"
    assert pod_address("cart.shop.svc") is None
