import pytest

from tests.unit.manifests.layouts import judged

TEXT = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {%s}\nspec: {policyTypes: [Ingress]}\n"


def found(metadata):
    return [(one.code, one.location.text) for one in judged(TEXT % metadata).diagnostics]


@pytest.mark.parametrize("metadata", ["name: p", "name: p, namespace: ", "name: p, namespace: ''", "generateName: p-"])
def test_a_policy_without_a_namespace(metadata):
    assert found(metadata) == [("NP614", "metadata")]


@pytest.mark.parametrize(
    "metadata", ["name: p, namespace: shop", "name: p, Namespace: shop", "name: p, namespace: [a]"]
)
def test_a_namespace_that_is_written_rightly_or_wrongly(metadata):
    assert "NP614" not in {code for code, _ in found(metadata)}
