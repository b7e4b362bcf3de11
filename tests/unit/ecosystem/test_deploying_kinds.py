import pytest

from netpolc.ecosystem.deploying_kinds import deploys_more


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("helm.toolkit.fluxcd.io/v2/HelmRelease", True),
        ("argoproj.io/v1alpha1/ApplicationSet", True),
        ("argoproj.io/v1alpha1/Workflow", False),
        ("v1/Secret", False),
        ("document", False),
    ],
)
def test_kinds_that_deploy_what_is_elsewhere(name, more):
    assert deploys_more(name) == more
