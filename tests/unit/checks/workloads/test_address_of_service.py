import pytest

from tests.unit.checks.workloads.worlds import found, policies, policy, service, workload

CART = workload("shop/cart", "app=cart", [8080])
WEB = workload("shop/web", "app=web", [80])
SERVICES = [
    service("shop/cart", "app=cart", (80, 8080), addresses=("10.96.0.20", "fd00::20")),
    service("shop/far", "app=far", (80, 8080), addresses=("10.96.0.21",)),
    service("shop/kubernetes", None, (443, 6443), addresses=("10.96.0.1",)),
]


def said(*peers, ports="[{port: 80, protocol: TCP}]"):
    rules = ", ".join(f"{{to: [{peer}], ports: {ports}}}" for peer in peers)
    spec = f"{{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Egress], egress: [{rules}]}}"
    given = found(policies(policy("shop/p", spec)), workloads=[CART, WEB], services=SERVICES)
    return [one.message for one in given if one.code == "NP526"]


@pytest.mark.parametrize("cidr", ["10.96.0.20/32", "'fd00::20/128'"])
def test_the_address_of_a_service_is_not_that_of_its_pods(cidr):
    (message,) = said(f"{{ipBlock: {{cidr: {cidr}}}}}")
    assert message.endswith("policies see those of its pods: it leads to `shop/cart` on TCP 8080")


@pytest.mark.parametrize("cidr", ["10.96.0.0/24", "10.96.0.21/32", "10.96.0.1/32", "10.96.0.99/32"])
def test_of_other_addresses_nothing_is_said(cidr):
    assert said(f"{{ipBlock: {{cidr: {cidr}}}}}") == []


def test_who_lets_the_pods_through_as_well_means_both():
    block = "{ipBlock: {cidr: 10.96.0.20/32}}"
    assert said(block, "{podSelector: {matchLabels: {app: cart}}}") == []
    assert len(said(block, "{podSelector: {matchLabels: {app: web}}}")) == 1


def test_dns_may_be_answered_on_the_node():
    assert said("{ipBlock: {cidr: 10.96.0.20/32}}", ports="[{port: 53, protocol: UDP}]") == []
