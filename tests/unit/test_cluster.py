import pytest

from netpolc.reach.regions import UNNAMED
from tests.unit.queries.clusters import cluster

POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: web, {where}labels: {{app: web}}}}
spec: {{containers: [{{name: c, image: x}}]}}
"""
SHOP, DATA, NOWHERE = (POD.format(where=where) for where in ("namespace: shop, ", "namespace: data, ", ""))


@pytest.mark.parametrize(
    ("program", "manifests", "options", "namespace", "namespaces"),
    [
        ("web -> db:1\n", "", {}, None, {None}),
        ("namespace shop\nweb -> db:1\n", "", {}, "shop", {"shop"}),
        ("namespace shop\nweb -> db:1\n", DATA, {}, "shop", {"shop", "data"}),
        ("namespace a\nnamespace b\n", "", {}, None, {"a", "b"}),
        (None, SHOP, {}, "shop", {"shop"}),
        (None, SHOP + DATA, {}, None, {"shop", "data"}),
        (None, NOWHERE, {}, None, {None}),
        (None, NOWHERE, {"namespace": "x"}, "x", {"x"}),
        ("web -> db:1\n", NOWHERE, {"namespace": "x"}, "x", {"x"}),
        (None, "", {}, None, set()),
    ],
)
def test_the_namespace_that_names_are_in(program, manifests, options, namespace, namespaces):
    found = cluster(program, manifests, **options)
    assert found.namespace == namespace
    assert found.namespaces == namespaces


def test_what_a_manifest_says_of_a_namespace_goes_before_the_program():
    manifest = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: real}}\n"
    program = "namespace shop [team=stated]\nnamespace data [team=data]\nweb -> db:1\n"
    found = cluster(program, manifest)
    assert found.halves.namespaces == {"shop": {"team": "real"}, "data": {"team": "data"}}
    assert found.said.namespaces == found.halves.namespaces


def test_the_unnamed_namespace_is_known_to_the_program_alone():
    assert UNNAMED in cluster("web -> db:1\n").halves.namespaces
    assert cluster(None, NOWHERE).said is None


def test_peers_are_sorted_and_each_is_there_once():
    found = cluster("namespace shop\nweb -> db:1\nweb -> [app=db]:2\n", SHOP).peers()
    assert [peer.id for peer in found] == ["0.0.0.0/0", "::/0", "shop/[app=db]", "shop/web"]
    assert [peer.id for peer in cluster("web -> db:1\n").peers(hypothetical=False)] == ["0.0.0.0/0", "::/0"]
