from netpolc.engine.denying import admitting, denies, denying
from netpolc.engine.model import AllowRule, Isolation, Reason
from netpolc.engine.regions import EVERY_POD
from netpolc.sets.ports import EVERY_PORT


def of(policy):
    return Isolation(EVERY_POD, None if policy is None else Reason(policy, "spec", None, ""))


def test_what_denies_is_of_no_policy_that_lets_through():
    dns, deny, unsaid = of("dns"), of("deny"), of(None)
    let = admitting(
        [AllowRule(EVERY_POD, EVERY_POD, EVERY_PORT, dns.reason), AllowRule(EVERY_POD, EVERY_POD, EVERY_PORT, None)]
    )
    assert let == {"dns"}
    assert [denies(each, let) for each in (dns, deny, unsaid)] == [False, True, True]
    assert denying([dns, deny, unsaid], let) == [deny, unsaid]
    assert denying([dns], let) == [dns]
