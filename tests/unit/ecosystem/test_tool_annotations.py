from netpolc.ecosystem.tool_annotations import is_of_tool
from tests.rows import each_row


@each_row(
    "key, expected",
    [
        ("kubectl.kubernetes.io/last-applied-configuration", True),
        ("meta.helm.sh/release-name", True),
        ("argocd.argoproj.io/tracking-id", True),
        ("internal.config.kubernetes.io/path", True),
        ("objectset.rio.cattle.io/applied", True),
        ("helm.sh/hook", False),
        ("helm.sh/resource-policy", False),
        ("argocd.argoproj.io/sync-wave", False),
        ("kustomize.toolkit.fluxcd.io/prune", False),
        ("example.com/config.kubernetes.io", False),
        ("note", False),
    ],
)
def test_what_tools_set_is_told_from_what_people_tell_them(key, expected):
    assert is_of_tool(key) is expected
