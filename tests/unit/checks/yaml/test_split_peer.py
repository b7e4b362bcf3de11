import pytest

from tests.unit.checks.yaml.checking import codes, said

SPLIT = "NP612"
HEAD = "policyTypes: [Ingress]\ningress:\n- from:\n"
PODS = "  - podSelector:\n      matchLabels:\n        app: web"
NAMESPACES = "  - namespaceSelector:\n      matchLabels:\n        team: a"


@pytest.mark.parametrize(
    ("peers", "fixed"),
    [
        ([PODS, NAMESPACES], f"{PODS}\n{NAMESPACES.replace('-', ' ', 1)}"),
        ([NAMESPACES, PODS], f"{NAMESPACES}\n{PODS.replace('-', ' ', 1)}"),
        (
            [f"{NAMESPACES} # theirs", "  # and", PODS],
            f"{NAMESPACES} # theirs\n  # and\n{PODS.replace('-', ' ', 1)}",
        ),
        (
            ["  - {namespaceSelector: {}}", "  - {podSelector: {matchLabels: {app: web}}}"],
            "  - {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}",
        ),
        (["  - ipBlock: {cidr: 192.0.2.0/24}", NAMESPACES, PODS], None),
    ],
)
def test_selectors_that_are_two_peers(peers, fixed):
    ((severity, message, place, made),) = said(HEAD + "\n".join(peers), SPLIT)
    assert severity == "warning"
    assert message == "all pods of some namespaces are one peer here, and some pods of this namespace another"
    assert place == peers[-1].lstrip(" -").replace("\n", "\n  ")
    assert len(made) == 1
    if fixed is not None:
        assert made == [HEAD + fixed]
    assert all(SPLIT not in codes(each) for each in made)


@pytest.mark.parametrize(
    "peers",
    [
        [f"{NAMESPACES}\n    podSelector: {{}}", PODS],
        [NAMESPACES, "  - podSelector: {}"],
        ["  - podSelector: {}", NAMESPACES],
        [NAMESPACES, "  - ipBlock: {cidr: 192.0.2.0/24}", PODS],
        [PODS, PODS],
        [NAMESPACES, NAMESPACES],
        [NAMESPACES],
        [f"{PODS}\n    namespaceSelector:", NAMESPACES],
    ],
)
def test_peers_that_are_meant(peers):
    assert SPLIT not in codes(HEAD + "\n".join(peers))


def test_a_peer_is_of_one_pair_only():
    assert len(said(HEAD + f"{PODS}\n{NAMESPACES}\n{PODS}", SPLIT)) == 1
    assert len(said(HEAD + f"{PODS}\n{NAMESPACES}\n{NAMESPACES}\n{PODS}", SPLIT)) == 2


def test_peers_that_are_written_in_two_ways_are_left_to_the_reader():
    spec = f"{HEAD}  - {{namespaceSelector: {{}}}}\n{PODS}"
    assert [made for *_, made in said(spec, SPLIT)] == [[]]


def test_egress_has_peers_too():
    assert SPLIT in codes(f"policyTypes: [Egress]\negress:\n- to:\n{PODS}\n{NAMESPACES}")
