import pytest

from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, said, text_of
from tests.unit.manifests.layouts import judged

DEFAULT, NAMED = "NP611", "NP512"
IN = "policyTypes: [Ingress]\ningress:\n- ports:\n"
OUT = "policyTypes: [Egress]\negress:\n- to:\n"


@each_row(
    "ports, message, fixed",
    [
        (
            "  - port: 80 # web",
            "port `80` has no protocol, which means TCP",
            ["  - port: 80 # web\n    protocol: TCP"],
        ),
        ("  - port: http", "port `http` has no protocol, which means TCP", ["  - port: http\n    protocol: TCP"]),
        ("  - {port: 80}", "port `80` has no protocol, which means TCP", ["  - {port: 80, protocol: TCP}"]),
        (
            "  - port: 80\n    protocol:",
            "port `80` has no protocol, which means TCP",
            ["  - port: 80\n    protocol: TCP"],
        ),
        (
            "  - port: 80\n    protocol: ~",
            "port `80` has no protocol, which means TCP",
            ["  - port: 80\n    protocol: TCP"],
        ),
        (
            "  - {}\n  - port: 80\n    protocol: UDP",
            "`{}` without a port is every port of TCP, and none of UDP and SCTP",
            [],
        ),
        ("  - protocol: TCP", "`protocol: TCP` without a port is every port of TCP, and none of UDP and SCTP", []),
        ("  - protocol: UDP", "`protocol: UDP` without a port is every port of UDP, and none of TCP and SCTP", []),
    ],
)
def test_what_a_port_leaves_to_a_default(ports, message, fixed):
    ((severity, told, _, made),) = said(IN + ports, DEFAULT)
    assert (severity, told, made) == ("note" if fixed else "warning", message, [IN + each for each in fixed])


@each_row(
    "ports",
    [
        "  - protocol: TCP\n    port: 80",
        "  - protocol: TCP\n  - protocol: UDP",
        "  - {}\n  - protocol: UDP",
        "  - port: 80\n    protcol: TCP",
        "  -",
        "  - port:",
        "  - protocol: TCP\n    port:",
    ],
)
def test_what_is_written_or_another_matter(ports):
    assert DEFAULT not in codes(IN + ports)


@pytest.mark.parametrize("port", [53, 5353])
def test_of_the_port_of_resolvers_the_protocol_is_to_be_chosen(port):
    ((*_, made),) = said(f"{IN}  - port: {port}", DEFAULT)
    assert made == [f"{IN}  - port: {port}\n    protocol: {name}" for name in ("TCP", "UDP")]
    (found,) = judged(text_of(f"{IN}  - port: {port}")).diagnostics
    assert {fix.applicability for fix in found.fixes} == {"unsafe"}


def test_a_port_of_nothing_may_be_meant_for_any():
    assert [made for *_, made in said("ingress:\n- ports: [{}]", DEFAULT)] == [["ingress:\n- {}"]]
    assert [made for *_, made in said("ingress:\n- from: [podSelector: {}]\n  ports: [{}]", DEFAULT)] == [
        ["ingress:\n- from: [podSelector: {}]"]
    ]
    assert [made for *_, made in said("ingress:\n- ports:\n  - {}\n  from: [podSelector: {}]", DEFAULT)] == [
        ["ingress:\n- from: [podSelector: {}]"]
    ]


def test_one_finding_an_item():
    assert len(said(f"{IN}  - port: 80\n  - port: 443\n  - port: 9090\n    protocol: UDP", DEFAULT)) == 2


@pytest.mark.parametrize(
    ("to", "effect"),
    [
        ("  - ipBlock: {cidr: 192.0.2.0/24}", "nothing"),
        ("  - ipBlock: {cidr: 192.0.2.0/24}\n  - ipBlock: {cidr: 198.51.100.0/24}", "nothing"),
        ("  - ipBlock: {cidr: 192.0.2.0/24}\n  - podSelector: {}", "none of the blocks"),
    ],
)
def test_a_port_name_of_addresses(to, effect):
    rule = f"{OUT}{to}\n  ports: [{{port: https, protocol: TCP}}, {{port: 80, protocol: TCP}}]"
    message = f"the port name `https` opens {effect}: addresses have no port names"
    assert said(rule, NAMED) == [("warning", message, "https", [])]


@pytest.mark.parametrize(
    "spec",
    [
        f"{OUT}  - podSelector: {{}}\n  ports: [{{port: https, protocol: TCP}}]",
        "policyTypes: [Egress]\negress: [{ports: [{port: https, protocol: TCP}]}]",
        "policyTypes: [Ingress]\ningress:\n- from: [ipBlock: {cidr: 192.0.2.0/24}]\n"
        "  ports: [{port: https, protocol: TCP}]",
    ],
)
def test_a_port_name_that_pods_resolve(spec):
    assert NAMED not in codes(spec)
