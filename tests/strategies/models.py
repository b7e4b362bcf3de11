"""Policies as models, each valid: the adversary has only the texts that the API server accepts, and comments."""

from hypothesis import strategies as st

from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPort, Rule, Selector

WORD = st.sampled_from(
    ["y", "No", "on", "1e3", "012", "0x1F", "1_000", "1.10", "null", "true", "2024-01-02", "web", "0o7"]
)
VALUES = st.one_of(WORD, st.just(""), st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", fullmatch=True))
KEYS = st.one_of(
    WORD, st.just("kubernetes.io/metadata.name"), st.from_regex(r"[a-z0-9]{1,9}/[A-Z0-9]{1,9}", fullmatch=True)
)
NAMES = st.sampled_from(["y", "no", "1e3", "012", "1.10", "0x1f", "2024-01-02", "default-deny", "a" * 253])
NAMESPACES = st.none() | st.sampled_from(["y", "1e3", "012", "off", "shop", "a" * 63])
PIECES = st.sampled_from(
    ["\n", "---\n", ": ", " #", "{{ policy.name }}", "{% raw %}", '"', "'", "\\", "\u2028", "\x85", "\t", "x" * 130]
)
LINES = st.lists(st.one_of(PIECES, st.text(st.characters(exclude_categories=("Cs",)), max_size=8)), max_size=12).map(
    "".join
)
CIDRS = st.sampled_from(
    [("10.0.0.0/8", ("10.1.0.0/16", "10.2.0.0/16")), ("0.0.0.0/0", ()), ("::/0", ("2001:db8::/32",)), ("::1/128", ())]
)


def pairs(keys, values):
    return st.dictionaries(keys, values, max_size=3).map(lambda found: tuple(found.items()))


EXPRESSIONS = st.one_of(
    st.builds(MatchExpression, KEYS, st.sampled_from(["Exists", "DoesNotExist"])),
    st.builds(
        MatchExpression, KEYS, st.sampled_from(["In", "NotIn"]), st.lists(VALUES, min_size=1, max_size=3).map(tuple)
    ),
)
SELECTORS = st.builds(Selector, pairs(KEYS, VALUES), st.lists(EXPRESSIONS, max_size=2).map(tuple))
PEERS = st.one_of(
    st.builds(PodPeer, SELECTORS, st.none()),
    st.builds(PodPeer, st.none(), SELECTORS),
    st.builds(PodPeer, SELECTORS, SELECTORS),
    CIDRS.map(lambda block: IPBlock(*block)),
)
PROTOCOLS = st.sampled_from(["TCP", "UDP", "SCTP"])
PORTS = st.one_of(
    st.builds(PolicyPort, PROTOCOLS, st.none() | st.integers(1, 65535) | st.sampled_from(["y", "no", "1e3", "http"])),
    st.builds(PolicyPort, PROTOCOLS, st.integers(1, 80), st.integers(80, 65535)),
)
RULES = st.builds(
    Rule,
    st.lists(PEERS, max_size=3).map(tuple),
    st.lists(PORTS, max_size=2).map(tuple),
    st.lists(LINES, max_size=2).map(tuple),
)
DIRECTIONS = st.none() | st.lists(RULES, max_size=3).map(tuple)
POLICIES = st.builds(
    Policy,
    name=NAMES,
    namespace=NAMESPACES,
    labels=pairs(KEYS, VALUES),
    annotations=pairs(KEYS, LINES),
    pod_selector=SELECTORS,
    policy_types=st.sampled_from([("Ingress",), ("Egress",), ("Ingress", "Egress")]),
    ingress=DIRECTIONS,
    egress=DIRECTIONS,
    comments=st.lists(LINES, max_size=2).map(tuple),
)
