import pytest

from netpolc.checks.workloads.places import place_of_label, place_of_port, replacement
from netpolc.manifests.nodes import DEEPEST
from netpolc.manifests.reading import read_manifests
from netpolc.source import Location, Source, Span
from tests.rows import each_row

BLOCK = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  podSelector:
    matchLabels:
      app: cart
  ingress:
  - from:
    - podSelector:
        matchExpressions:
        - {key: tier, operator: NotIn, values: [cart]}
        - key: app
          operator: In
          values:
          - other
          - 'cart'
    ports:
    - port: 80
      protocol: TCP
    - {protocol: TCP, port: "http"}
"""
FLOW = """\
{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
 "metadata": {"name": "cart", "namespace": "shop"},
 "spec": {"podSelector": {"matchLabels": {"app": "cart"}}, "ingress": [
 {"from": [{"podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["other", "cart"]}]}}],
 "ports": [{"port": 80}, {"port": "http"}]}]}}
"""
LISTED = "apiVersion: v1\nkind: List\nitems:\n- " + BLOCK.replace("\n", "\n  ").rstrip(" ")
FAR = " " * (DEEPEST + 1) + FLOW.replace("\n", "")
TEXTS = [BLOCK, f"---\nx: y\n---\n{BLOCK}", LISTED, FLOW, FAR, f"# a\n\n{BLOCK}"]


def read(text):
    (policy,) = read_manifests(Source("p.yaml", text)).policies
    return policy


def before(place):
    """What stands on the line of a place, and the lines above, before it, without spaces."""
    return "".join(place.source.text[: place.span.start].split())


@each_row("text", TEXTS)
def test_labels_and_ports_in_yaml(text):
    policy = read(text)
    place = place_of_label(policy.location, ("spec", "podSelector"), "app", "cart")
    assert place.text.strip("\"'") == "cart"
    assert before(place).replace('"', "").endswith(("podSelector:matchLabels:app:", "podSelector:{matchLabels:{app:"))
    place = place_of_label(policy.location, ("metadata", "namespace"), "", "shop")
    assert place.text.strip('"') == "shop"
    (rule,) = policy.ingress
    place = place_of_label(rule.peers[0].location, ("podSelector",), "app", "cart")
    assert place.text.strip("\"'") == "cart"
    assert before(place).replace('"', "").endswith(("-other-", "[other,"))
    number, name = (place_of_port(port.location, ("port",), str(port.port)) for port in rule.ports)
    assert (number.text, name.text) == ("80", '"http"')


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("spec", "podSelector"), "app", "carts"),
        (("spec", "podSelector"), "tier", "cart"),
        (("spec", "nothing"), "app", "cart"),
        (("spec", "podSelector", "matchLabels", "app", "deeper"), "app", "cart"),
        (("spec", "ingress"), "app", "cart"),
    ],
)
def test_what_is_not_there_has_no_place(path, key, value):
    assert place_of_label(read(BLOCK).location, path, key, value) is None


def test_what_means_nothing_by_itself_has_no_place():
    text = (
        BLOCK.replace("metadata:", "metadata: &m", 1)
        .replace("      app: cart", "      app: *a")
        .replace("{app: cart}", "{app: &a cart}")
    )
    policy = read(text)
    assert place_of_label(policy.location, ("spec", "podSelector"), "app", "other") is None
    part = Location(Source("p.yaml", "a: *b\n"), Span(0, 5))
    assert place_of_label(part, ("a",), "", "b") is None
    assert place_of_label(None, ("a",), "", "b") is None
    assert place_of_port(None, (), "80") is None


@each_row(
    "text, port, found",
    [
        ("db:80", "80", ":80"),
        ("db : 80", "80", " : 80"),
        ("db:{81, 80/udp}", "80", ":{81, 80"),
        ('db:"http"', "http", ':"http'),
        ("db:8080", "80", None),
        ("db:{80, 80/udp}", "80", None),
        ("db", "80", None),
        ("db:70-80", "80", None),
        ("db, x:80", "80", None),
        (f"db:{{{'1, ' * 400}80}}", "80", None),
    ],
)
def test_ports_in_a_program(text, port, found):
    place = place_of_port(Location(Source("p.netpol", text), Span(0, 2)), (), port)
    assert (place and text[2 : place.span.end]) == found


@each_row(
    "written, old, new, wanted",
    [
        ("cart", "cart", "carts", "carts"),
        ("'cart'", "cart", "carts", "'carts'"),
        ('"cart"', "cart", "carts", '"carts"'),
        ("80", "80", "5432", "5432"),
        ("cart", "cart", "true", None),
        ("cart", "cart", "8080", None),
        ("cart", "cart", "a b", None),
        ("cart", "cart", "", None),
        ("cart", "cart", "x: y", None),
        (r'"c\u0061rt"', "cart", "carts", None),
    ],
)
def test_a_replacement_is_written_as_what_was_there(written, old, new, wanted):
    place = Location(Source("p.yaml", written), Span(0, len(written)))
    fixes = replacement(place, old, new)
    assert [edit.text for fix in fixes for edit in fix.edits] == ([] if wanted is None else [wanted])
    assert replacement(None, old, new) == ()
