from netpolc.checks.policies.no_dns import rule_for
from netpolc.ecosystem.cluster_dns import DNS_NAMESPACES, DNS_PORTS, DNS_SERVERS


def test_what_follows_from_the_servers():
    assert DNS_PORTS == (53, 5353)
    assert {"kube-system", "openshift-dns"} == DNS_NAMESPACES


def test_the_rule_that_is_advised_leads_to_the_first_of_them():
    first = DNS_SERVERS[0]
    rule = rule_for(first)
    ((key, value),) = first.labels
    assert f"kubernetes.io/metadata.name: {first.namespace}" in rule
    assert f"{key}: {value}" in rule
    assert [f"port: {port.partition('/')[0]}" in rule for port in first.ports] == [True, True]
