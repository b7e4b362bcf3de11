from pathlib import Path

import pytest

from netpolc.adopt.importer.importing import import_manifests
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.source import Source
from tests.unit.adopt.importer.written import imported, lines, manifests, policy

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: shop}
spec:
  selector: {matchLabels: {LABELS}}
  template:
    metadata: {labels: {LABELS}}
    spec: {containers: [{name: main, image: x}]}
"""


def deployment(name, labels):
    return DEPLOYMENT.replace("NAME", name).replace("LABELS", labels)


def declared(*documents):
    return [line for line in lines(*documents) if " = " in line]


def closed(subject, name="p", **more):
    """A policy that names its subject twice: where it closes it, and where it opens it."""
    return policy(name, subject, {"app=web": 1}, **more)


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([closed("app=db")], []),
        ([closed("tier=db")], []),
        ([closed("app.kubernetes.io/component=db")], ["pods db = [app.kubernetes.io/component=db]"]),
        ([closed("app=db, role=primary")], ["pods db = [app=db, role=primary]"]),
        ([closed("app=db, role=primary"), policy("q", "app=db", {})], ["pods db-primary = [app=db, role=primary]"]),
        (
            [closed("app=db, role!=replica|old"), policy("q", "app=db", {})],
            ["pods db-not-old-replica = [app=db, role notin (old, replica)]"],
        ),
        ([closed("app=db, !old"), policy("q", "app=db", {})], ["pods db-without-old = [app=db, !old]"]),
        ([closed("app=db, new"), policy("q", "app=db", {})], ["pods db-new = [app=db, new]"]),
        ([closed("a, b", name="allow-from-office")], ["pods a-b = [a, b]"]),
        ([closed("a=1.2, b=3.4", name="allow-from-office")], []),
        ([closed("app=db, tier=x, part=hub", name="db-primary")], ["pods db-primary = [app=db, part=hub, tier=x]"]),
        (
            [closed("app=hub, part=proxy", name="proxy"), closed("app=hub, part=server", name="allow-to-server")],
            ["pods proxy = [app=hub, part=proxy]", "pods server = [app=hub, part=server]"],
        ),
        (
            [closed("app=hub, part=proxy, of=x", name="a"), closed("app=hub, part=server, of=x", name="b")],
            ["pods hub-proxy = [app=hub, of=x, part=proxy]", "pods hub-server = [app=hub, of=x, part=server]"],
        ),
        (
            [policy("p", "*", {"access-to-the-database=true": 1, "access-to-the-database=true + app=b": 2})],
            ["pods access-to-the-database = [access-to-the-database=true]"],
        ),
        ([closed("app=db, canary=false")], ["pods db = [app=db, canary=false]"]),
        (
            [closed("app=db, canary=false"), policy("q", "app=db", {})],
            ["pods db-canary-false = [app=db, canary=false]"],
        ),
        ([policy("p", "*", {"x=y": 1}, {"x=y": 2}), policy("q", "*", {"x=y": 3})], ["pods y = [x=y]"]),
        (
            [closed("role=api, stage=live"), deployment("orders", "role: api, stage: live")],
            ["pods orders = [role=api, stage=live]"],
        ),
        (
            [closed("role=api, !old"), deployment("a", "role: api"), deployment("b", "role: api")],
            ["pods api = [!old, role=api]"],
        ),
        ([policy("p", "*", {"app=a, x=y": 1})], []),
        ([policy("p", "*", {"app=a, x=y": 1, "app=a, x=y + app=b": 2})], ["pods a = [app=a, x=y]"]),
        ([policy("p", "*", {"ops/app=a, x=y": 1, "ops/app=a, x=y + app=b": 2})], ["pods a = ops/[app=a, x=y]"]),
        ([policy("p", "*", {"*/app=a, x=y": 1, "*/app=a, x=y + app=b": 2})], ["pods a = */[app=a, x=y]"]),
        # A name that is declared outside of sections would be what `data/a` means, too.
        (
            [policy("p", "app=a, x=y", {"data/app=a": 1}, {"app=b": 2}, namespace=None)],
            ["pods a-y = [app=a, x=y]"],
        ),
    ],
)
def test_pods(documents, expected):
    assert declared(*documents) == expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([policy("policy", "*", {"10.1.0.0/16": 1, "app=a": 2})], []),
        ([policy("policy", "*", {"10.1.0.0/16": 1, "10.1.0.0/16 + app=a": 2})], []),
        ([policy("allow-vpn", "*", {"10.1.0.0/16": 1, "10.1.0.0/16 + app=a": 2})], ["net vpn = 10.1.0.0/16"]),
        ([policy("policy", "*", {"0.0.0.0/0": 1, "0.0.0.0/0 + app=a": 2})], []),
        (
            [
                policy(
                    "policy",
                    "*",
                    {
                        "10.0.0.0/8 + 172.16.0.0/12 + 192.168.0.0/16": 1,
                        "app=a + 10.0.0.0/8 + 172.16.0.0/12 + 192.168.0.0/16": 2,
                    },
                )
            ],
            ["net private = {10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16}"],
        ),
    ],
)
def test_addresses(documents, expected):
    assert declared(*documents) == expected


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ("80", []),
        ("80 443", ["port web-ports = {80, 443}"]),
        ("53 53/udp", ["port dns-ports = {53, 53/udp}"]),
        ("80 81", []),
        ("80 81 82", []),
        ("443 6443", ["port api-server-ports = {443, 6443}"]),
        (None, []),
    ],
)
def test_ports(ports, expected):
    assert declared(policy("p", "app=a|b", {"app=c": ports}), policy("q", "app=d", {"app=c": ports})) == expected


def test_ports_of_one_listener_are_named_after_it():
    documents = [policy("p", "app=a", {"app=c": "1 2"}), policy("q", "app=a", {"app=d": "1 2"})]
    assert declared(*documents) == ["port a-ports = {1, 2}"]


@pytest.mark.parametrize(
    ("destination", "ports", "expected"),
    [
        ("data/app=db", "1", []),
        ("data/app=db", "1 2", ["service data-db = data/db:{1, 2}"]),
        ("data/app=db, x=y", "1", ["service db = data/[app=db, x=y]:1"]),
        ("10.1.0.0/16", "1", []),
    ],
)
def test_services(destination, ports, expected):
    documents = [
        policy("policy", subject, None, {destination: ports}, namespace=ns)
        for ns, subject in (("a", "*"), ("b", "app=web"))
    ]
    assert declared(*documents) == expected


def test_the_library_goes_before_names_of_ones_own():
    dns = {"kube-system/k8s-app=kube-dns": "53 53/udp"}
    documents = [policy("dns", "*", None, dns, namespace=name) for name in "ab"]
    documents.append(policy("deny", "*", {}, namespace="b"))
    (text,) = imported(*documents).values()
    assert text.startswith('import "std"\n\nnamespace a\n')
    assert text.count("* -> std.dns\n") == 2


@pytest.mark.parametrize("apart", [False, True])
def test_no_name_takes_the_place_of_another(apart):
    """`db` is declared in one namespace, and stands for its label in the others and from afar."""
    documents = [
        policy("one", "app=db, x=y", {"app=web": 1}, namespace="a"),
        policy("two", "app=web", None, {"a/app=other": 1, "b/app=db": 1, "a/app=db, x=y": 2}, namespace="b"),
        policy("three", "app=db", {"a/app=db, x=y": 1}, namespace="b"),
        policy("four", "*", {"*/app=db": 1, "[team=a]/app=db": 2}, namespace="c"),
    ]
    files = imported(*documents, apart=apart)
    for name, text in files.items():
        said = compile_program(load_text(Source(name, text), Path()), CompileOptions()).diagnostics
        assert not [found for found in said if found.code in {"NP204", "NP211"}]
    assert "pods db = [app=db, x=y]" in "".join(files.values())


def test_a_file_of_a_namespace_needs_no_other_file():
    documents = [
        policy("one", "app=db, x=y", {"app=web": 1}, namespace="a"),
        policy("two", "app=web", None, {"a/app=db, x=y": 1}, namespace="b"),
    ]
    assert "web -> a/db:1" in imported(*documents)["imported.netpol"]
    assert "web -> a/[app=db, x=y]:1" in imported(*documents, apart=True)["b.netpol"]


def test_stated_labels_are_those_that_selectors_ask_for():
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: web, other: x}}\n"
    files = import_manifests(manifests(namespace, policy("p", "*", {"[team=web]/*": 1})), apart=False).files
    assert files["imported.netpol"].startswith("namespace shop [team=web]\n")
