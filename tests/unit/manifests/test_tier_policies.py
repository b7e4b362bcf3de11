"""Cluster-wide policies of tiers: what is read, and what the API server or engines do not take."""

import re
from pathlib import Path

import pytest
import yaml

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

CODES = Path(__file__).parents[3] / "docs" / "codes"
PAGES = ("NP430", "NP431", "NP432", "NP433", "NP434", "NP435", "NP436")


def read(text):
    return read_manifests(Source("tiers.yaml", text))


def policy(kind="ClusterNetworkPolicy", version="v1beta1", **spec):
    """A policy as a text; what is None in the spec is left out of it."""
    shape = {"tier": "Admin", "priority": 1} if kind == "ClusterNetworkPolicy" else {}
    whole = {**shape, "subject": {"namespaces": {}}, **spec}
    return yaml.safe_dump(
        {
            "apiVersion": f"policy.networking.k8s.io/{version}",
            "kind": kind,
            "metadata": {"name": "default"},
            "spec": {key: value for key, value in whole.items() if value is not None},
        }
    )


def rule(**more):
    return {"action": "Deny", "to": [{"namespaces": {}}], **more}


def found(text):
    manifests = read(text)
    assert manifests.tier_policies or manifests.diagnostics
    return [(each.code, each.message) for each in manifests.diagnostics]


@each_row("code", PAGES)
def test_the_pages_of_codes_raise_them(code):
    bad, good = re.findall(r"```yaml\n(.*?)```", (CODES / f"{code}.md").read_text("utf-8"), re.DOTALL)
    assert {each for each, _ in found(bad)} == {code}
    assert found(good) == []


@each_row(
    "name, text, wanted",
    [
        ("a tier that there is not", policy(tier="admin"), ("NP431", "`spec.tier`: unsupported value `admin`")),
        ("no tier", policy(tier=None), ("NP431", "`spec.tier`: required value")),
        ("no priority", policy(priority=None), ("NP431", "`spec.priority`: required value")),
        ("a priority below", policy(priority=-1), ("NP431", "`spec.priority`: invalid value `-1`")),
        ("no subject", policy(subject=None), ("NP431", "`spec.subject`: required value")),
        ("an empty subject", policy(subject={}), ("NP432", "`spec.subject`: exactly one of `namespaces`, `pods`")),
        ("two subjects", policy(subject={"namespaces": {}, "pods": {"podSelector": {}}}), ("NP432", "and 2 are")),
        (
            "no pod selector",
            policy(subject={"pods": {"namespaceSelector": {}}}),
            ("NP432", "`spec.subject.pods.podSelector`: required value"),
        ),
        ("26 rules", policy(egress=[rule()] * 26), ("NP431", "26 rules, of at most 25")),
        ("no peers", policy(egress=[{"action": "Deny"}]), ("NP431", "`spec.egress[0].to`: required value")),
        ("an empty list of peers", policy(egress=[rule(to=[])]), ("NP432", "at least one peer")),
        ("no action", policy(egress=[{"to": [{"namespaces": {}}]}]), ("NP431", "`spec.egress[0].action`: required")),
        ("the older action", policy(egress=[rule(action="Allow")]), ("NP431", "unsupported value `Allow`")),
        ("a long name", policy(egress=[rule(name="n" * 101)]), ("NP431", "`spec.egress[0].name`")),
        (
            "networks that come in",
            policy(ingress=[{"action": "Deny", "from": [{"networks": ["10.0.0.0/8"]}]}]),
            ("NP412", "has no field `networks`"),
        ),
        ("older ports", policy(egress=[rule(ports=[])]), ("NP412", "has no field `ports`")),
        ("no protocols", policy(egress=[rule(protocols=[])]), ("NP431", "0 items, of 1 to 25")),
        ("an empty protocol", policy(egress=[rule(protocols=[{}])]), ("NP434", "exactly one has to be set")),
        (
            "a range of one",
            policy(egress=[rule(protocols=[{"udp": {"destinationPort": {"range": {"start": 5, "end": 5}}}}])]),
            ("NP434", "start port 5 must be less than end port 5"),
        ),
        (
            "port 0",
            policy(egress=[rule(protocols=[{"udp": {"destinationPort": {"number": 0}}}])]),
            ("NP434", "must be between 1 and 65535"),
        ),
        (
            "a name that no port has",
            policy(egress=[rule(protocols=[{"destinationNamedPort": "Not A Name"}])]),
            ("NP434", "no port can have the name `Not A Name`"),
        ),
        (
            "named ports of networks",
            policy(egress=[rule(to=[{"networks": ["::/0"]}], protocols=[{"destinationNamedPort": "http"}])]),
            ("NP432", "`networks` cannot be a peer of a rule with named ports"),
        ),
        ("one network twice", policy(egress=[rule(to=[{"networks": ["::/0", "::/0"]}])]), ("NP435", "duplicate value")),
        ("an address", policy(egress=[rule(to=[{"networks": ["10.0.0.1"]}])]), ("NP435", "must be a valid CIDR")),
        (
            "a name that is an address",
            policy(egress=[rule(action="Accept", to=[{"domainNames": ["10.0.0.1"]}])]),
            ("NP436", "no name in DNS is `10.0.0.1`"),
        ),
        (
            "a name of one label",
            policy(egress=[rule(action="Accept", to=[{"domainNames": ["*.com"]}])]),
            ("NP436", "no name in DNS is `*.com`"),
        ),
        (
            "In without values",
            policy(subject={"namespaces": {"matchExpressions": [{"key": "a", "operator": "In"}]}}),
            ("NP433", "engines match nothing by it"),
        ),
        ("a key with two slashes", policy(subject={"namespaces": {"matchLabels": {"a/b/c": "d"}}}), ("NP433", "a/b/c")),
        (
            "a baseline of another name",
            policy("BaselineAdminNetworkPolicy", "v1alpha1").replace("default", "other"),
            ("NP431", "is called `default`"),
        ),
        (
            "a baseline that passes",
            policy("BaselineAdminNetworkPolicy", "v1alpha1", egress=[rule(action="Pass")]),
            ("NP431", "unsupported value `Pass`"),
        ),
        (
            "protocols of an older kind",
            policy("AdminNetworkPolicy", "v1alpha1", priority=1, egress=[rule(protocols=[])]),
            ("NP412", "has no field `protocols`"),
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(name, text, wanted):
    code, message = wanted
    assert any(each == code and message in said for each, said in found(text)), f"{name}: {found(text)}"


def test_older_kinds_say_the_same_in_other_words():
    old = policy(
        "AdminNetworkPolicy",
        "v1alpha1",
        priority=7,
        egress=[
            rule(
                action="Allow",
                ports=[
                    {"portNumber": {"port": 80}},
                    {"portRange": {"protocol": "UDP", "start": 1, "end": 9}},
                    {"namedPort": "http"},
                ],
            )
        ],
    )
    new = policy(
        priority=7,
        egress=[
            rule(
                action="Accept",
                protocols=[
                    {"tcp": {"destinationPort": {"number": 80}}},
                    {"udp": {"destinationPort": {"range": {"start": 1, "end": 9}}}},
                    {"destinationNamedPort": "http"},
                ],
            )
        ],
    )
    (one,), (other,) = read(old).tier_policies, read(new).tier_policies
    assert (one.tier, one.priority) == (other.tier, other.priority) == ("Admin", 7)
    assert [
        (each.action, [p.name or (p.ports.protocol, p.ports.port, p.ports.end_port) for p in each.ports])
        for each in one.egress
    ] == [
        (each.action, [p.name or (p.ports.protocol, p.ports.port, p.ports.end_port) for p in each.ports])
        for each in other.egress
    ]


WRONG = (
    ("NP431", rule(action="Allow")),
    ("NP432", rule(to=[{}])),
    ("NP433", rule(to=[{"namespaces": {"matchExpressions": [{"key": "a", "operator": "in", "values": ["b"]}]}}])),
    ("NP434", rule(protocols=[{"tcp": {}}])),
    ("NP434", rule(protocols=[{"udp": {"destinationPort": {"range": {"start": 9, "end": 2}}}}])),
    ("NP434", rule(protocols=[{"destinationNamedPort": "Foo_Bar"}])),
    ("NP435", rule(to=[{"networks": ["10.0.0.1/8"]}])),
    ("NP436", rule(to=[{"domainNames": ["example.com"]}])),
)


@pytest.mark.parametrize("first", WRONG, ids=[f"{code}-{number}" for number, (code, _) in enumerate(WRONG)])
def test_a_mistake_hides_no_other_in_the_same_policy(first):
    rules = [first, *WRONG]
    assert [code for code, _ in found(policy(egress=[each for _, each in rules]))] == [code for code, _ in rules]


def sources(**peer):
    return policy(ingress=[{"action": "Deny", "from": [peer]}])


def older(**more):
    return policy("AdminNetworkPolicy", "v1alpha1", priority=1, egress=[rule(**more)])


@each_row(
    "text, wanted",
    [
        (sources(networks=["10.0.0.0/8"]), "only peers of `egress` have it"),
        (sources(namespaces={"notSameLabels": ["tenant"]}), "only early versions of AdminNetworkPolicy had it"),
        (policy(policyTypes=["Ingress"]), "nothing is closed by being selected"),
        (
            policy("BaselineAdminNetworkPolicy", "v1alpha1", priority=1),
            "in ClusterNetworkPolicy and AdminNetworkPolicy",
        ),
        (policy(egress=[rule(protocols=[{"portNumber": {"port": 80}}])]), "`tcp: {destinationPort: {number: …}}`"),
        (policy(egress=[rule(protocols=[{"tcp": {"port": 80}}])]), "`tcp: {destinationPort: {number: …}}`"),
        (policy(egress=[rule(protocols=[{"namedPort": "http"}])]), "write `destinationNamedPort`"),
        (policy(egress=[rule(to=[{"networks": ["10.0.0.1/8"]}])]), "write `10.0.0.0/8` or `10.0.0.1/32`"),
        (policy(egress=[rule(to=[{"networks": ["2001:db8::1"]}])]), "write `2001:db8::1/128`"),
        (older(ports=[{"tcp": {"destinationPort": {"number": 80}}}]), "write `portNumber`, or `portRange`"),
        (older(ports=[{"destinationNamedPort": "http"}]), "write `namedPort`"),
    ],
)
def test_what_is_of_another_kind_or_spelt_otherwise_has_its_way_out(text, wanted):
    assert wanted in " ".join(each.help or "" for each in read(text).diagnostics)
