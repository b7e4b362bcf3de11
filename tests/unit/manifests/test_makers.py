import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

HEAD = "apiVersion: rbac.authorization.k8s.io/v1\nkind: {}\nmetadata: {{name: m}}\nrules:\n- {}\n"


def makers(text):
    return [(each.kind, each.name) for each in read_manifests(Source("m.yaml", text), wide=True).makers]


@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
@pytest.mark.parametrize(
    ("rule", "makes"),
    [
        ("{apiGroups: [''], resources: [pods], verbs: [create]}", True),
        ("{apiGroups: [''], resources: [nodes, pods], verbs: ['*']}", True),
        ("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", True),
        ("{apiGroups: [apps], resources: [statefulsets], verbs: [get, create]}", True),
        ("{apiGroups: [batch], resources: [jobs], verbs: [create]}", True),
        ("{apiGroups: [''], resources: [pods], verbs: [get, list, watch, delete]}", False),
        ("{apiGroups: [''], resources: [pods/exec], verbs: [create]}", False),
        ("{apiGroups: [''], resources: [statefulsets], verbs: [create]}", False),
        ("{apiGroups: [apps], resources: [pods], verbs: [create]}", False),
        ("{nonResourceURLs: ['*'], verbs: ['*']}", False),
    ],
)
def test_roles_that_let_pods_be_made(kind, rule, makes):
    assert makers(HEAD.format(kind, rule)) == ([(kind, "m")] if makes else [])


@pytest.mark.parametrize(
    ("api", "kind", "makes"),
    [
        ("monitoring.coreos.com/v1", "Prometheus", True),
        ("monitoring.coreos.com/v1", "PrometheusRule", False),
        ("kafka.strimzi.io/v1beta2", "Kafka", True),
        ("example.com/v1", "Prometheus", False),
    ],
)
def test_custom_resources_of_operators(api, kind, makes):
    assert makers(f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: m}}\nspec: {{}}\n") == [(kind, "m")] * makes
    assert read_manifests(Source("m.yaml", f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: m}}\n")).makers == ()
