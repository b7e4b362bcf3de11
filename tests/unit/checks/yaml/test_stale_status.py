import pytest

from tests.unit.checks.yaml.checking import HEAD
from tests.unit.manifests.layouts import applied, judged

STALE = "NP420"
POLICY = f"{HEAD}  policyTypes: [Ingress]\n"


@pytest.mark.parametrize("status", ["status: {}", "status:\n  conditions: []", "status:"])
def test_a_status_is_left_out_by_the_fix(status):
    text = f"{POLICY}{status}\n"
    (found,) = judged(text).diagnostics
    assert (found.code, found.severity, found.location.text) == (STALE, "warning", "status")
    assert [fix.applicability for fix in found.fixes] == ["safe"]
    assert [applied(text, fix).rstrip() for fix in found.fixes] == [POLICY.rstrip()]


@pytest.mark.parametrize("field", ["uid: 0f1e", "resourceVersion: '42'"])
def test_what_a_server_shows_is_left_alone(field):
    assert judged(POLICY.replace("namespace: shop", f"namespace: shop, {field}") + "status: {}\n").diagnostics == ()
    assert judged(POLICY).diagnostics == ()
