from pathlib import Path

import pytest

from netpolc.cluster.cluster import clusters_of
from netpolc.compiler.inputs import NO_INPUTS, Inputs
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, {where}labels: {{app: {name}}}}}
spec: {{containers: [{{name: c, image: x}}]}}
"""
POLICY = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}{where}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress]}}
"""
NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {}}}\n"
SERVICE = (
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
)


def pod(name, where=None):
    return POD.format(name=name, where=f"namespace: {where}, " if where else "")


def policy(name, where=None):
    return POLICY.format(name=name, where=f", namespace: {where}" if where else "")


def part(program=None, manifests="", **options):
    loaded = None if program is None else load_text(Source("shop.netpol", program), Path("/nowhere"))
    read = combine([read_manifests(Source("deploy.yaml", manifests))])
    return Inputs(loaded, read, read.diagnostics), CompileOptions(**options)


def places(cluster):
    return {each.name: each.namespace for each in cluster.workloads}


SHOP, BOTH, UNNAMED = "namespace shop\nweb -> db:1\n", "namespace shop\nnamespace data\n", "web -> db:1\n"
WEB, DB_OF_DEFAULT = pod("web"), pod("db", "default")


@each_row(
    "program, manifests, options, place, why",
    [
        # The namespace that is given goes before all others.
        (SHOP, WEB, {"namespace": "x"}, "x", None),
        (None, WEB + DB_OF_DEFAULT, {"namespace": "x"}, "x", None),
        # Then the program's only one, whatever else manifests name.
        (SHOP, WEB, {}, "shop", "the only namespace of the program"),
        (SHOP, WEB + DB_OF_DEFAULT, {}, "shop", "the only namespace of the program"),
        (SHOP, WEB + policy("p", "monitoring"), {}, "shop", "the only namespace of the program"),
        (SHOP, WEB + pod("db", "shop"), {}, "shop", "the only namespace of the program"),
        (
            SHOP,
            WEB + NAMESPACE.format("shop") + NAMESPACE.format("data"),
            {},
            "shop",
            "the only namespace of the program",
        ),
        # Without a program, that of the policies.
        (None, WEB + policy("p", "shop"), {}, "shop", "the only namespace of the policies"),
        ("pods web = [app=web]\n", WEB + policy("p", "shop"), {}, "shop", "the only namespace of the policies"),
        (None, WEB + policy("p", "shop") + DB_OF_DEFAULT, {}, "shop", "the only namespace of the policies"),
        # Then `default`, where an object is in it.
        (None, WEB + DB_OF_DEFAULT, {}, "default", "in which other objects are"),
        (BOTH, WEB + DB_OF_DEFAULT, {}, "default", "in which other objects are"),
        (None, WEB + policy("p") + policy("q", "default"), {}, "default", "in which other objects are"),
        (None, WEB + DB_OF_DEFAULT + pod("cache", "shop"), {}, "default", "in which other objects are"),
        # Else nothing decides.
        (BOTH, WEB, {}, None, None),
        (UNNAMED, WEB, {}, None, None),
        (f"{UNNAMED}{SHOP}", WEB, {}, None, None),
        (UNNAMED, WEB + policy("p", "shop"), {}, None, None),
        (None, WEB, {}, None, None),
        (None, WEB + policy("p"), {}, None, None),
        (None, WEB + policy("p") + policy("q", "shop"), {}, None, None),
        (None, WEB + policy("p", "shop") + policy("q", "data"), {}, None, None),
        (None, WEB + pod("db", "shop"), {}, None, None),
        # A manifest of a namespace puts nothing into it.
        (None, WEB + NAMESPACE.format("shop"), {}, None, None),
        (None, WEB + NAMESPACE.format("default"), {}, None, None),
        # Policies of one name, with and without a namespace, are a base and what is made of it, and not of one place.
        (None, WEB + policy("p") + policy("p", "default"), {}, None, None),
        (SHOP, WEB + policy("p") + policy("p", "shop"), {}, None, None),
    ],
)
def test_where_objects_without_a_namespace_are(program, manifests, options, place, why):
    (found,) = clusters_of([part(program, manifests, **options)])
    assert not [each for each in found.diagnostics if each.severity == "error"]
    assert places(found)["web"] == place
    assert found.unnamed == place
    said = [each.message for each in found.diagnostics if each.code == "NP221"]
    assert len(said) == (why is not None)
    assert all(each.endswith(f"taken to be in `{place}`, {why}") for each in said)


def service(where=None):
    return SERVICE.replace("name: web", f"name: web, namespace: {where}") if where else SERVICE


INGRESS = (
    "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n"
    "spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
)


@each_row(
    "manifests, options, expected",
    [
        # A service is where its pods are, and a route where its service is.
        (pod("web", "default") + service() + INGRESS, {}, {"web": "default", "service": "default", "route": "default"}),
        (pod("web", "default") + service("default") + INGRESS, {}, {"route": "default"}),
        # Of pods that name no namespace, or several, nothing follows.
        (pod("web") + service(), {}, {"web": "shop", "service": "shop"}),
        (pod("web", "a") + pod("web", "b") + service() + INGRESS, {}, {"service": "shop", "route": "shop"}),
        (pod("web", "default") + pod("web") + service(), {}, {"service": "shop"}),
        (pod("db", "default") + service(), {}, {"service": "shop"}),
        # A workload is beside the service of its file that leads to nothing else.
        (pod("web") + service("default"), {}, {"web": "default"}),
        (pod("web") + service("default") + pod("db", "default"), {}, {"web": "default"}),
        # What is given counts.
        (pod("web", "default") + service(), {"namespace": "x"}, {"service": "x"}),
    ],
)
def test_what_belongs_together_is_in_one_namespace(manifests, options, expected):
    (found,) = clusters_of([part(None, policy("p", "shop") + manifests, **options)])
    routes = found.manifests.routes
    there = {"service": found.manifests.services[0].namespace, **places(found)}
    if routes:
        there["route"] = routes[0].namespace
    assert {each: there[each] for each in expected} == expected
    assert all(each.backends[0].namespace == each.namespace for each in routes)


def test_a_workload_of_another_file_is_not_beside_a_service():
    texts = (pod("web") + policy("p", "shop"), service("default"))
    read = combine(read_manifests(Source(f"{number}.yaml", text)) for number, text in enumerate(texts))
    (found,) = clusters_of([(Inputs(None, read, ()), CompileOptions())])
    assert places(found) == {"web": "shop"}


def test_a_program_without_a_namespace_is_where_its_workloads_are():
    (found,) = clusters_of([part(UNNAMED, WEB + DB_OF_DEFAULT)])
    assert [each.name for each in found.program.namespaces] == ["default"]
    (note,) = (each for each in found.diagnostics if each.code == "NP221")
    assert note.message.startswith("1 object and the program without a namespace are taken to be in `default`")
    assert [peer.id for peer in found.peers(hypothetical=False) if peer.workload] == ["default/db", "default/web"]


@pytest.mark.parametrize(
    ("program", "manifests"), [(UNNAMED, DB_OF_DEFAULT), (SHOP, DB_OF_DEFAULT), (SHOP, ""), (None, policy("p", "shop"))]
)
def test_nothing_is_assumed_where_every_object_has_a_namespace(program, manifests):
    (found,) = clusters_of([part(program, manifests)])
    assert found.unnamed is None
    assert "NP221" not in {each.code for each in found.diagnostics}


@pytest.mark.parametrize(
    ("environment", "place"), [("prod", "shop"), ("dev", "shop-dev"), ("both", None), (None, None)]
)
def test_each_environment_has_its_own_only_namespace(environment, place):
    shop = "namespace shop {\n  web -> db:1\n}\n"
    dev, more = shop.replace("shop", "shop-dev"), shop.replace("shop", "more")
    program = f"env prod {{\n{shop}}}\nenv dev {{\n{dev}}}\nenv both {{\n{shop}{more}}}\n"
    (found,) = clusters_of([part(program, WEB, environment=environment)])
    assert not [each for each in found.diagnostics if each.severity == "error"]
    assert places(found) == {"web": place}


def test_the_note_counts_objects_and_shows_the_first():
    (found,) = clusters_of([part(SHOP, WEB + SERVICE + policy("p") + pod("db", "shop"))])
    (note,) = (each for each in found.diagnostics if each.code == "NP221")
    assert note.message.startswith("3 objects without a namespace are")
    assert note.label == "the first of them"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((SHOP, WEB), (SHOP + "web -> db:2\n", WEB), "shop"),
        # What only one side says counts for both.
        ((None, ""), (SHOP, WEB), "shop"),
        ((None, policy("p", "shop")), (SHOP, WEB), "shop"),
        ((None, WEB), (None, WEB + DB_OF_DEFAULT), "default"),
        ((UNNAMED, WEB), (UNNAMED, WEB + DB_OF_DEFAULT), "default"),
        ((SHOP, WEB), (BOTH, WEB), None),
        ((SHOP, WEB), (SHOP.replace("shop", "store"), WEB), None),
        ((UNNAMED, WEB), (SHOP, WEB), None),
    ],
)
def test_sides_have_the_same_object_in_the_same_namespace(old, new, expected):
    for first, second in ((old, new), (new, old)):
        for found in clusters_of([part(*first), part(*second)]):
            assert places(found).get("web", expected) == expected


def test_a_namespace_that_is_given_for_one_side_counts_as_its_own():
    one, other = clusters_of([part(SHOP, WEB), part(UNNAMED, WEB, namespace="shop")])
    assert places(one) == places(other) == {"web": "shop"}
    one, other = clusters_of([part(SHOP, WEB), part(UNNAMED, WEB, namespace="store")])
    assert (places(one), places(other)) == ({"web": None}, {"web": "store"})


def test_nothing_to_read_is_no_side():
    empty, full = clusters_of([(NO_INPUTS, CompileOptions()), part(SHOP, WEB)])
    assert places(full) == {"web": "shop"}
    assert empty.workloads == ()
