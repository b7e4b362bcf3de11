import pytest

from netpolc.diagnostics.codes import BY_CODE
from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPort, Rule, Selector
from netpolc.policy.validity import ANNOTATIONS_SIZE, duplicates, validate
from netpolc.source import Location, Source, Span
from tests.rows import each_row

EVERYTHING = Selector()
BAD = Selector((("NoUppercaseOrSpecialCharsLike=Equals", "b"),))
NAME_PART = (
    "invalid value `NoUppercaseOrSpecialCharsLike=Equals`: name part must consist of alphanumeric characters, "
    "'-', '_' or '.', and must start and end with an alphanumeric character"
)
CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
SUBSET = "must be a strict subset of `cidr`"
RANGE = "must be between 1 and 65535, inclusive"


def a_policy(*rules, egress=None, types=("Ingress",), **fields):
    fields = {"name": "foo", "namespace": "bar", "pod_selector": EVERYTHING} | fields
    return Policy(ingress=rules or None, egress=egress, policy_types=types, **fields)


def found(policy):
    return [(problem.code, problem.path, problem.message) for problem in validate(policy)]


def pods(selector=EVERYTHING):
    return PodPeer(selector, None)


def namespaces(selector=EVERYTHING):
    return PodPeer(None, selector)


def peers(*items):
    return Rule(items, ())


def ports(*items):
    return Rule((), items)


PROTOCOL = "unsupported value `ICMP`: supported values: `TCP`, `UDP`, `SCTP`"
SYMBOLS = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
LETTER = "must contain at least one letter (a-z)"

# The error cases of Kubernetes' own test (pkg/apis/networking/validation/validation_test.go), by their names there.
# Two of its cases, an ipBlock beside a selector, cannot be written down in the model.
UPSTREAM = {
    "missing from and to type": (
        a_policy(peers(PodPeer(None, None)), egress=(peers(PodPeer(None, None)),)),
        [
            ("NP408", "spec.ingress[0].from[0]", "required value: must specify a peer"),
            ("NP408", "spec.egress[0].to[0]", "required value: must specify a peer"),
        ],
    ),
    "invalid spec.podSelector": (
        a_policy(peers(namespaces()), pod_selector=BAD),
        [("NP403", "spec.podSelector.matchLabels", NAME_PART)],
    ),
    "invalid ingress.ports.protocol": (
        a_policy(ports(PolicyPort("ICMP", 80))),
        [("NP407", "spec.ingress[0].ports[0].protocol", PROTOCOL)],
    ),
    "invalid ingress.ports.port (int)": (
        a_policy(ports(PolicyPort("TCP", 123456789))),
        [("NP407", "spec.ingress[0].ports[0].port", f"invalid value `123456789`: {RANGE}")],
    ),
    "invalid ingress.ports.port (str)": (
        a_policy(ports(PolicyPort("TCP", "!@#$"))),
        [
            ("NP407", "spec.ingress[0].ports[0].port", f"invalid value `!@#$`: {SYMBOLS}"),
            ("NP407", "spec.ingress[0].ports[0].port", f"invalid value `!@#$`: {LETTER}"),
        ],
    ),
    "invalid ingress.from.podSelector": (
        a_policy(peers(pods(BAD))),
        [("NP403", "spec.ingress[0].from[0].podSelector.matchLabels", NAME_PART)],
    ),
    "invalid egress.to.podSelector": (
        a_policy(egress=(peers(pods(BAD)),)),
        [("NP403", "spec.egress[0].to[0].podSelector.matchLabels", NAME_PART)],
    ),
    "invalid egress.ports.protocol": (
        a_policy(egress=(ports(PolicyPort("ICMP", 80)),)),
        [("NP407", "spec.egress[0].ports[0].protocol", PROTOCOL)],
    ),
    "invalid egress.ports.port (int)": (
        a_policy(egress=(ports(PolicyPort("TCP", 123456789)),)),
        [("NP407", "spec.egress[0].ports[0].port", f"invalid value `123456789`: {RANGE}")],
    ),
    "invalid egress.ports.port (str)": (
        a_policy(egress=(ports(PolicyPort("TCP", "!@#$")),)),
        [
            ("NP407", "spec.egress[0].ports[0].port", f"invalid value `!@#$`: {SYMBOLS}"),
            ("NP407", "spec.egress[0].ports[0].port", f"invalid value `!@#$`: {LETTER}"),
        ],
    ),
    "invalid ingress.from.namespaceSelector": (
        a_policy(peers(namespaces(BAD))),
        [("NP403", "spec.ingress[0].from[0].namespaceSelector.matchLabels", NAME_PART)],
    ),
    "missing cidr field": (
        a_policy(peers(IPBlock("", ("192.168.3.0/24",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.cidr", "required value")],
    ),
    "invalid cidr format": (
        a_policy(peers(IPBlock("192.168.5.6", ("192.168.3.0/24",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.cidr", f"invalid value `192.168.5.6`: {CIDR}")],
    ),
    "invalid ipv6 cidr format": (
        a_policy(peers(IPBlock("fd00:192:168::"))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.cidr", f"invalid value `fd00:192:168::`: {CIDR}")],
    ),
    "except field is an empty string": (
        a_policy(peers(IPBlock("192.168.0.0/16", ("",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.except[0]", f"invalid value ``: {CIDR}")],
    ),
    "except field is an space string": (
        a_policy(peers(IPBlock("192.168.0.0/16", (" ",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.except[0]", f"invalid value ` `: {CIDR}")],
    ),
    "except field is an invalid ip": (
        a_policy(peers(IPBlock("192.168.0.0/16", ("300.300.300.300",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.except[0]", f"invalid value `300.300.300.300`: {CIDR}")],
    ),
    "except IP is outside of CIDR range": (
        a_policy(peers(IPBlock("192.168.8.0/24", ("192.168.9.1/32",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.except[0]", f"invalid value `192.168.9.1/32`: {SUBSET}")],
    ),
    "except IP is not strictly within CIDR range": (
        a_policy(peers(IPBlock("192.168.0.0/24", ("192.168.0.0/24",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.except[0]", f"invalid value `192.168.0.0/24`: {SUBSET}")],
    ),
    "except IPv6 is outside of CIDR range": (
        a_policy(peers(IPBlock("fd00:192:168:1::/64", ("fd00:192:168:2::/64",)))),
        [("NP409", "spec.ingress[0].from[0].ipBlock.except[0]", f"invalid value `fd00:192:168:2::/64`: {SUBSET}")],
    ),
    "invalid policyTypes": (
        a_policy(types=("foo", "bar")),
        [
            ("NP410", "spec.policyTypes[0]", "unsupported value `foo`: supported values: `Ingress`, `Egress`"),
            ("NP410", "spec.policyTypes[1]", "unsupported value `bar`: supported values: `Ingress`, `Egress`"),
        ],
    ),
    "too many policyTypes": (
        a_policy(types=("foo", "bar", "baz")),
        [("NP410", "spec.policyTypes", "invalid value `foo, bar, baz`: may not specify more than two policyTypes")],
    ),
    "multiple ports defined, one port range is invalid": (
        a_policy(egress=(Rule((namespaces(),), (PolicyPort("UDP", 35000, 32768), PolicyPort("TCP", 32000, 32768))),)),
        [
            (
                "NP407",
                "spec.egress[0].ports[0].endPort",
                "invalid value `32768`: must be greater than or equal to `port`",
            )
        ],
    ),
    "endPort defined with named/string port": (
        a_policy(egress=(ports(PolicyPort("UDP", "dns", 32768), PolicyPort("TCP", 32000, 32768)),)),
        [
            (
                "NP407",
                "spec.egress[0].ports[0].endPort",
                "invalid value `32768`: may not be specified when `port` is non-numeric",
            )
        ],
    ),
    "endPort defined without port defined": (
        a_policy(egress=(ports(PolicyPort("TCP", None, 32768)),)),
        [
            (
                "NP407",
                "spec.egress[0].ports[0].endPort",
                "invalid value `32768`: may not be specified when `port` is not specified",
            )
        ],
    ),
    "port is greater than endPort": (
        a_policy(egress=(ports(PolicyPort("SCTP", 35000, 32768)),)),
        [
            (
                "NP407",
                "spec.egress[0].ports[0].endPort",
                "invalid value `32768`: must be greater than or equal to `port`",
            )
        ],
    ),
    "multiple invalid port ranges defined": (
        a_policy(
            egress=(
                ports(PolicyPort("UDP", 35000, 32768), PolicyPort("TCP", 0, 32768), PolicyPort("TCP", "https", 32768)),
            )
        ),
        [
            (
                "NP407",
                "spec.egress[0].ports[0].endPort",
                "invalid value `32768`: must be greater than or equal to `port`",
            ),
            ("NP407", "spec.egress[0].ports[1].port", f"invalid value `0`: {RANGE}"),
            (
                "NP407",
                "spec.egress[0].ports[2].endPort",
                "invalid value `32768`: may not be specified when `port` is non-numeric",
            ),
        ],
    ),
    "invalid endport range defined": (
        a_policy(egress=(ports(PolicyPort("TCP", 30000, 65537)),)),
        [("NP407", "spec.egress[0].ports[0].endPort", f"invalid value `65537`: {RANGE}")],
    ),
}


@each_row("name", UPSTREAM)
def test_what_kubernetes_itself_tests(name):
    policy, problems = UPSTREAM[name]
    assert found(policy) == problems
    assert all(code in BY_CODE for code, _, _ in problems)


@each_row(
    "policy",
    [
        a_policy(),
        a_policy(namespace=None),
        a_policy(name="a" * 253, namespace="b" * 63),
        a_policy(Rule((), ())),
        a_policy(types=()),
        a_policy(types=("Ingress", "Ingress")),
        a_policy(ports(PolicyPort("TCP"), PolicyPort("UDP", "dns"), PolicyPort("SCTP", 1, 65535))),
        a_policy(ports(PolicyPort("TCP", 80, 80))),
        a_policy(peers(pods(), namespaces(), PodPeer(EVERYTHING, EVERYTHING))),
        a_policy(peers(IPBlock("10.0.0.0/8", ("10.0.0.0/9", "10.128.0.0/9", "10.0.0.0/9")))),
        a_policy(peers(IPBlock("::/0"), IPBlock("10.1.2.3/32"), IPBlock("::1/128"), IPBlock("FE80:0:0::/64"))),
        a_policy(pod_selector=Selector((("a", ""),), (MatchExpression("a", "In", ("", "b")),))),
        a_policy(annotations=(("Netpolc/OWNER", "no limits: \u2028\n"),)),
        a_policy(annotations=(("a", "b" * (ANNOTATIONS_SIZE - 1)),)),
    ],
)
def test_valid(policy):
    assert validate(policy) == ()


@each_row(
    "policy, problems",
    [
        (a_policy(name=""), [("NP401", "metadata.name", "required value: name or generateName is required")]),
        (a_policy(namespace=""), [("NP402", "metadata.namespace", "required value")]),
        (
            a_policy(namespace="a.b"),
            [("NP402", "metadata.namespace", "invalid value `a.b`: must not contain dots")],
        ),
        (
            a_policy(name="a" * 254),
            [("NP401", "metadata.name", f"invalid value `{'a' * 80}…`: must be no more than 253 characters")],
        ),
        (
            a_policy(labels=(("a", "b" * 64),)),
            [("NP404", "metadata.labels", f"invalid value `{'b' * 64}`: must be no more than 63 bytes")],
        ),
        (
            a_policy(annotations=(("/a", ""),)),
            [("NP405", "metadata.annotations", "invalid value `/a`: prefix part must be non-empty")],
        ),
        (
            a_policy(annotations=(("a", "é" * (ANNOTATIONS_SIZE // 2)),)),
            [("NP405", "metadata.annotations", "too long: may not be more than 262144 bytes")],
        ),
        (
            a_policy(labels=(("a", "b"), ("c", "d"), ("a", "e"))),
            [("NP403", "metadata.labels", "key `a` already set in map")],
        ),
        (
            a_policy(
                pod_selector=Selector(
                    (),
                    (
                        MatchExpression("a", "In"),
                        MatchExpression("a", "Exists", ("b",)),
                        MatchExpression("a", "in", ("b",)),
                        MatchExpression("a/", "NotIn", ("b",)),
                        MatchExpression("a", "NotIn", ("b", "c" * 64)),
                    ),
                )
            ),
            [
                (
                    "NP406",
                    "spec.podSelector.matchExpressions[0].values",
                    "required value: must be specified when `operator` is 'In' or 'NotIn'",
                ),
                (
                    "NP406",
                    "spec.podSelector.matchExpressions[1].values",
                    "forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                ),
                (
                    "NP406",
                    "spec.podSelector.matchExpressions[2].operator",
                    "invalid value `in`: not a valid selector operator",
                ),
                (
                    "NP403",
                    "spec.podSelector.matchExpressions[3].key",
                    "invalid value `a/`: name part must be non-empty",
                ),
                (
                    "NP403",
                    "spec.podSelector.matchExpressions[3].key",
                    "invalid value `a/`: name part must consist of alphanumeric characters, '-', '_' or '.', "
                    "and must start and end with an alphanumeric character",
                ),
                (
                    "NP404",
                    "spec.podSelector.matchExpressions[4].values[1]",
                    f"invalid value `{'c' * 64}`: must be no more than 63 bytes",
                ),
            ],
        ),
        (
            a_policy(ports(PolicyPort("", -1), PolicyPort("tcp", 2**31, 0))),
            [
                (
                    "NP407",
                    "spec.ingress[0].ports[0].protocol",
                    "unsupported value ``: supported values: `TCP`, `UDP`, `SCTP`",
                ),
                ("NP407", "spec.ingress[0].ports[0].port", f"invalid value `-1`: {RANGE}"),
                (
                    "NP407",
                    "spec.ingress[0].ports[1].protocol",
                    "unsupported value `tcp`: supported values: `TCP`, `UDP`, `SCTP`",
                ),
                ("NP407", "spec.ingress[0].ports[1].port", f"invalid value `2147483648`: {RANGE}"),
                (
                    "NP407",
                    "spec.ingress[0].ports[1].endPort",
                    "invalid value `0`: must be greater than or equal to `port`",
                ),
                ("NP407", "spec.ingress[0].ports[1].endPort", f"invalid value `0`: {RANGE}"),
            ],
        ),
        (
            a_policy(peers(IPBlock("10.0.0.5/24", ("10.0.0.08/30", "::/1")))),
            [
                (
                    "NP409",
                    "spec.ingress[0].from[0].ipBlock.cidr",
                    "invalid value `10.0.0.5/24`: must not have bits set beyond the prefix length",
                ),
                (
                    "NP409",
                    "spec.ingress[0].from[0].ipBlock.except[0]",
                    "invalid value `10.0.0.08/30`: must not have leading 0s in IP or prefix length",
                ),
                ("NP409", "spec.ingress[0].from[0].ipBlock.except[1]", f"invalid value `::/1`: {SUBSET}"),
            ],
        ),
        (
            a_policy(types=("ingress",)),
            [("NP410", "spec.policyTypes[0]", "unsupported value `ingress`: supported values: `Ingress`, `Egress`")],
        ),
    ],
)
def test_rejected(policy, problems):
    assert found(policy) == problems


def at(name):
    return Location(Source(name, "text"), Span(0, 4))


@pytest.mark.parametrize(
    ("part", "rule", "policy", "place"),
    [
        ("part", "rule", "policy", "part"),
        (None, "rule", "policy", "rule"),
        (None, None, "policy", "policy"),
        (None, None, None, None),
    ],
)
def test_a_problem_is_at_the_smallest_known_place(part, rule, policy, place):
    part, rule, policy = (name and at(name) for name in (part, rule, policy))
    port = PolicyPort("ICMP", location=part)
    peer = IPBlock("", location=part)
    problems = validate(a_policy(Rule((peer,), (port,), location=rule), location=policy))
    assert len(problems) == 2
    assert all((problem.location and problem.location.source.name) == place for problem in problems)


def test_equal_values_at_several_places_are_reported_at_each():
    rules = [Rule((IPBlock("", location=at(name)),), ()) for name in "abc"]
    assert [problem.location.source.name for problem in validate(a_policy(*rules))] == ["a", "b", "c"]


def test_metadata_and_pod_selector_are_at_the_policy():
    problems = validate(a_policy(name="", pod_selector=BAD, types=("x",), location=at("policy")))
    assert [problem.location.source.name for problem in problems] == ["policy"] * 3


def test_duplicates_are_those_of_one_namespace_and_name():
    policies = [
        a_policy(name="a", namespace="x"),
        a_policy(name="a", namespace="y"),
        a_policy(name="a", namespace=None),
        a_policy(name="a", namespace="x", location=at("second")),
        a_policy(name="a", namespace=None),
        a_policy(name="A", namespace="x"),
    ]
    message = "another policy has the same namespace and name"
    assert [(problem.code, problem.path, problem.message) for problem in duplicates(policies)] == [
        ("NP401", "metadata.name", f"duplicate value `x/a`: {message}"),
        ("NP401", "metadata.name", f"duplicate value `a`: {message}"),
    ]
    assert duplicates(policies)[0].location.source.name == "second"


def test_ten_thousand_rules_take_a_moment():
    rules = tuple(
        Rule(
            (pods(Selector((("app", f"app{index % 500}"),))), IPBlock("10.0.0.0/8")),
            (PolicyPort("TCP", index % 100 + 1),),
        )
        for index in range(10)
    )
    policies = [a_policy(*rules, name=f"p{index}") for index in range(1_000)]
    assert not any(map(validate, policies))
