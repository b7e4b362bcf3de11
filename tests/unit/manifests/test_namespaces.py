from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


def read(metadata):
    return read_manifests(Source("shop.yaml", f"apiVersion: v1\nkind: Namespace\nmetadata: {metadata}\n"))


def test_a_namespace_carries_its_name_whatever_is_written():
    (namespace,) = read("{name: shop, labels: {team: web, kubernetes.io/metadata.name: other}}").namespaces
    assert namespace.labels == {"team": "web", "kubernetes.io/metadata.name": "shop"}
    assert namespace.location.line == 1


def test_what_the_api_server_refuses_is_left_out():
    assert [one.code for one in read("{}").diagnostics] == ["NP401"]
    assert [one.code for one in read("{name: on}").diagnostics] == ["NP411", "NP401"]
    assert not read("{name: on}").namespaces
