from netpolc.checks.policies.large_policy import check
from tests.properties.building import compiled


def found(peers):
    """What is said of a policy with so many peers that have long labels."""
    sources = ", ".join(f"[app=a{number}, note={'x' * 60}]" for number in range(peers))
    return [(each.code, each.message) for each in check(compiled(f"{{{sources}}} -> db:1").policies)]


def test_a_policy_of_usual_size():
    assert found(50) == []


def test_a_policy_that_client_side_apply_may_refuse():
    ((code, message),) = found(2000)
    assert code == "NP604"
    assert message.startswith("the policy `db` is ")
