import pytest

from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, said

SPLIT = "NP634"
HEAD = "policyTypes: [Ingress]\ningress:\n"
PEERS = "- from:\n  - podSelector:\n      matchLabels:\n        app: web"
PORTS = "- ports:\n  - protocol: TCP\n    port: 80"


def joined(item):
    return item.replace("-", " ", 1)


@pytest.mark.parametrize(
    ("rules", "fixed"),
    [
        ([PEERS, PORTS], [PEERS, joined(PORTS)]),
        ([PORTS, PEERS], [PORTS, joined(PEERS)]),
        ([PEERS, "# and", PORTS], [PEERS, "# and", joined(PORTS)]),
        (
            ["- {from: [{namespaceSelector: {matchLabels: {a: b}}}]}", "- {ports: [{port: 80, protocol: TCP}]}"],
            ["- {from: [{namespaceSelector: {matchLabels: {a: b}}}], ports: [{port: 80, protocol: TCP}]}"],
        ),
        ([f"{PEERS}\n  ports: [{{port: 1, protocol: TCP}}]", PORTS, PEERS], None),
    ],
)
def test_peers_and_ports_that_are_two_rules(rules, fixed):
    ((severity, message, place, made),) = said(HEAD + "\n".join(rules), SPLIT)
    assert severity == "warning"
    assert "`from` alone is every port of its peers, and on `ports` alone anybody may come" in message
    assert place == rules[-1].removeprefix("- ").replace("\n", "\n  ")
    assert len(made) == 1
    if fixed is not None:
        assert made == [HEAD + "\n".join(fixed)]
    assert all(SPLIT not in codes(each) for each in made)


@each_row(
    "rules",
    [
        [f"{PEERS}\n  ports: [{{port: 8080, protocol: TCP}}]", PORTS],
        [PEERS],
        [PORTS],
        [PEERS, "- {}"],
        [PEERS, PEERS],
        [PEERS, f"{PEERS}\n  ports: [{{port: 80, protocol: TCP}}]", PORTS],
        [PEERS, "- ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]"],
        ["- ports: [{port: dns, protocol: UDP}]", PEERS],
        [PEERS, "- ports: [{port: 53, protocol: UDP}, {port: 443, protocol: TCP}]"],
        ["- from: [{podSelector: {}}]", PORTS],
        ["- from: [{namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]", PORTS],
        [PEERS, "- ports: []"],
        ["- from: []", PORTS],
        [PEERS, "-", PORTS],
    ],
)
def test_rules_that_are_meant(rules):
    assert SPLIT not in codes(HEAD + "\n".join(rules))


def test_egress_has_rules_too():
    ((_, message, *_),) = said("policyTypes: [Egress]\negress:\n" + PEERS.replace("from", "to") + f"\n{PORTS}", SPLIT)
    assert "`to` alone is every port of its peers, and on `ports` alone anything may be reached" in message


def test_a_rule_is_of_one_pair_only():
    assert len(said(f"{HEAD}{PEERS}\n{PORTS}\n{PEERS}", SPLIT)) == 1
    assert len(said(f"{HEAD}{PEERS}\n{PORTS}\n{PORTS}\n{PEERS}", SPLIT)) == 2


def test_a_list_of_peers_may_well_do_more_than_everybody():
    several = f"{PEERS}\n" + "\n".join(PEERS.split("\n")[1:]).replace("web", "a")
    assert [severity for severity, *_ in said(f"{HEAD}{several}\n{PORTS}", SPLIT)] == ["warning"]
    several += "\n" + "\n".join(PEERS.split("\n")[1:]).replace("web", "b")
    assert [severity for severity, *_ in said(f"{HEAD}{several}\n{PORTS}", SPLIT)] == ["note"]
