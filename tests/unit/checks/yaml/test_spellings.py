import pytest

from netpolc.checks.yaml.spellings import numbers, word_meant
from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, judged, said, text_of

PORT, SELECTOR, TYPE = "NP407", "NP406", "NP410"
PORTS = "policyTypes: [Ingress]\ningress:\n- ports:\n"
EXPRESSION = "policyTypes: [Ingress]\npodSelector:\n  matchExpressions:\n  - key: tier\n"


@pytest.mark.parametrize(
    ("field", "text", "meant"),
    [
        ("protocol", "udp", "UDP"),
        ("protocol", "Tcp", "TCP"),
        ("protocol", "UPD", "UDP"),
        ("protocol", " sctp ", "SCTP"),
        ("protocol", "TCP/UDP", None),
        ("protocol", "x" * 5000, None),
        ("protocol", "ICMP", None),
        ("protocol", "", None),
        ("operator", "in", "In"),
        ("operator", "notin", "NotIn"),
        ("operator", "NOT IN", "NotIn"),
        ("operator", "Exist", "Exists"),
        ("operator", "DoesNotExists", "DoesNotExist"),
        ("operator", "NotExists", None),
        ("operator", "=", None),
        ("operator", "Contains", None),
        ("policyTypes", "ingress", "Ingress"),
        ("policyTypes", "Egres", "Egress"),
        ("policyTypes", "Engress", None),
        ("policyTypes", "Both", None),
        ("policyTypes", "Ingress", None),
        ("cidr", "ingress", None),
    ],
)
def test_what_a_word_is_a_slip_of(field, text, meant):
    assert word_meant(field, text) == meant


@each_row(
    "text, expected",
    [
        ("80", (80, None)),
        ("8000-8100", (8000, 8100)),
        ("8000:8100", (8000, 8100)),
        ("1-65535", (1, 65535)),
        ("0", None),
        ("65536", None),
        ("80-79", None),
        ("1-65536", None),
        ("-80", None),
        ("80-", None),
        ("80,443", None),
        ("http", None),
        ("9" * 5000, None),
        ("٨٠", None),
    ],
)
def test_the_numbers_that_a_text_spells(text, expected):
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("spec", "code", "fixed"),
    [
        (f"{PORTS}  - protocol: udp # dns\n    port: 53", PORT, [f"{PORTS}  - protocol: UDP # dns\n    port: 53"]),
        (f"{PORTS}  - {{protocol: 'tcp', port: 1}}", PORT, [f"{PORTS}  - {{protocol: 'TCP', port: 1}}"]),
        (f"{PORTS}  - protocol: http\n    port: 53", PORT, []),
        (f'{PORTS}  - port: "80" # web\n    protocol: TCP', PORT, [f"{PORTS}  - port: 80 # web\n    protocol: TCP"]),
        (f"{PORTS}  - port: '0'\n    protocol: TCP", PORT, []),
        (f"{PORTS}  - port: 0\n    protocol: TCP", PORT, []),
        (f"{PORTS}  - port: 99999\n    protocol: TCP", PORT, []),
        (f"{PORTS}  - port: Web\n    protocol: TCP", PORT, []),
        (
            f"{PORTS}  - port: 8000-8100 # ftp\n    protocol: TCP",
            PORT,
            [f"{PORTS}  - port: 8000 # ftp\n    endPort: 8100\n    protocol: TCP"],
        ),
        (
            f"{PORTS}  - {{protocol: TCP, port: '80-90'}}",
            PORT,
            [f"{PORTS}  - {{protocol: TCP, port: 80, endPort: 90}}"],
        ),
        (
            f"{EXPRESSION}    operator: in\n    values: [a]",
            SELECTOR,
            [f"{EXPRESSION}    operator: In\n    values: [a]"],
        ),
        (f"{EXPRESSION}    operator: In", SELECTOR, []),
        (f"{EXPRESSION}    operator: ==\n    values: [a]", SELECTOR, []),
        ("policyTypes: [ingress]", TYPE, ["policyTypes: [Ingress]"]),
        ("policyTypes:\n- INGRESS # in\n- Egress", TYPE, ["policyTypes:\n- Ingress # in\n- Egress"]),
        ("policyTypes: [Ingress, Egress, Ingress]", TYPE, []),
        ("policyTypes: [&a ingress]", TYPE, []),
    ],
)
def test_slips_are_shown_as_they_were_meant(spec, code, fixed):
    ((severity, _, _, made),) = said(spec, code)
    assert (severity, made) == ("error", fixed)
    assert not any(code in codes(each) for each in made)


def test_a_range_that_has_an_end_already():
    assert [made for *_, made in said(f"{PORTS}  - {{port: 80-90, endPort: 91, protocol: TCP}}", PORT)] == [[], []]


@pytest.mark.parametrize(("protocol", "said_so"), [("ICMP", True), ("icmp", True), ("ICMPv6", True), ("http", False)])
def test_a_protocol_without_ports_has_no_policies(protocol, said_so):
    text = text_of(f"{PORTS}  - protocol: {protocol}\n    port: 53")
    (found,) = (one for one in judged(text).diagnostics if one.code == PORT)
    assert ((found.help or "").startswith("policies are about TCP, UDP and SCTP"), found.fixes) == (said_so, ())
