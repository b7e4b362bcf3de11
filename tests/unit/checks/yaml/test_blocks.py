import pytest

from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, said

INVALID, FAMILY = "NP409", "NP613"
HEAD = "policyTypes: [Ingress]\ningress:\n- from:\n"


@each_row(
    "block, fixed",
    [
        ("cidr: 10.0.0.5/24", ["cidr: 10.0.0.0/24", "cidr: 10.0.0.5/32"]),
        ("cidr: '10.0.0.5/24'", ["cidr: '10.0.0.0/24'", "cidr: '10.0.0.5/32'"]),
        ("cidr: 10.0.0.1", ["cidr: 10.0.0.1/32"]),
        ("cidr: 2001:db8::1", ["cidr: 2001:db8::1/128"]),
        ("cidr: 010.0.0.0/8", ["cidr: 10.0.0.0/8"]),
        ("cidr: 10.0.0.0/08", ["cidr: 10.0.0.0/8"]),
        ("cidr: 10.0.0.05/24", ["cidr: 10.0.0.0/24", "cidr: 10.0.0.5/32"]),
        ("cidr: '::ffff:10.0.0.0/104'", ["cidr: '10.0.0.0/8'"]),
        ('cidr: "::ffff:10.0.0.1/104"', ['cidr: "10.0.0.0/8"', 'cidr: "10.0.0.1/32"']),
        ("cidr: '::ffff:0:0/80'", []),
        ("cidr: 2001:db8::1/32", ["cidr: 2001:db8::/32", "cidr: 2001:db8::1/128"]),
        ("cidr: 0::1/64", ['cidr: "::/64"', 'cidr: "::1/128"']),
        ("cidr: 10.0.0.0/255.0.0.0", []),
        ("cidr: 10.0.0.0/33", []),
        ("cidr: somewhere", []),
        ("cidr: ''", []),
        ("cidr: 10.1.2.3/8, except: [10.2.0.0/16]", ["cidr: 10.0.0.0/8, except: [10.2.0.0/16]"]),
        (
            "cidr: 10.0.0.0/8, except: [10.2.0.1/16]",
            ["cidr: 10.0.0.0/8, except: [10.2.0.0/16]", "cidr: 10.0.0.0/8, except: [10.2.0.1/32]"],
        ),
        ("cidr: 10.2.0.0/16, except: [10.2.0.1/16]", ["cidr: 10.2.0.0/16, except: [10.2.0.1/32]"]),
        ("cidr: 10.0.0.0/8, except: [192.0.2.1]", []),
        ("cidr: 10.0.0.0/8, except: [10.0.0.0/8]", []),
    ],
)
def test_the_blocks_that_may_be_meant(block, fixed):
    peer = HEAD + "  - ipBlock: {%s}"
    found = [made for *_, made in said(peer % block, INVALID)]
    assert found
    assert found[0] == [peer % each for each in fixed]
    assert all(codes(each) == [] for each in found[0])


@pytest.mark.parametrize(
    ("peers", "place", "fixed"),
    [
        (
            "  - ipBlock:\n      cidr: 0.0.0.0/0",
            "0.0.0.0/0",
            '  - ipBlock:\n      cidr: 0.0.0.0/0\n  - ipBlock:\n      cidr: "::/0"',
        ),
        (
            "  - ipBlock:\n      cidr: 0.0.0.0/0\n      except: [10.0.0.0/8] # ours\n  - podSelector: {}",
            "0.0.0.0/0",
            "  - ipBlock:\n      cidr: 0.0.0.0/0\n      except: [10.0.0.0/8] # ours\n"
            '  - ipBlock:\n      cidr: "::/0"\n  - podSelector: {}',
        ),
        (
            '  - ipBlock: {cidr: "::/0"}',
            "::/0",
            '  - ipBlock: {cidr: "::/0"}\n  - ipBlock:\n      cidr: 0.0.0.0/0',
        ),
    ],
)
def test_every_address_of_one_family(peers, place, fixed):
    ((severity, message, _, made),) = said(HEAD + peers, FAMILY)
    assert severity == "warning"
    assert message.startswith(f"`{place}` is every IPv")
    assert made == [HEAD + fixed]
    assert codes(made[0]) == []


def test_one_finding_a_rule_and_a_family():
    (found,) = said("ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: 0.0.0.0/0}}]}]", FAMILY)
    assert found[3] == [
        'ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: "::/0"}}, {ipBlock: {cidr: 0.0.0.0/0}}]}]'
    ]


@each_row(
    "rules",
    [
        "{from: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0', except: ['fc00::/7']}}]}",
        "{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}, {from: [{ipBlock: {cidr: '::/0'}}]}",
        "{from: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}",
        "{from: []}",
        # Of a block of which nothing is left, that is said.
        "{from: [{ipBlock: {cidr: '::/0', except: ['::/1', '8000::/1']}}]}",
        "{from: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0', except: ['::/1', '8000::/1']}}]}",
    ],
)
def test_both_families_or_neither(rules):
    assert FAMILY not in codes(f"policyTypes: [Ingress]\ningress: [{rules}]")


def test_the_same_ports_make_two_rules_one():
    rule = "{from: [{ipBlock: {cidr: '%s'}}], ports: [{port: %s, protocol: TCP}]}"
    both = f"ingress: [{rule % ('0.0.0.0/0', 80)}, {rule % ('::/0', 80)}]"
    assert FAMILY not in codes(both)
    assert len(said(both.replace("80", "81", 1), FAMILY)) == 2
    across = "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]\negress: [{to: [{ipBlock: {cidr: '::/0'}}]}]"
    assert len(said(across, FAMILY)) == 2
