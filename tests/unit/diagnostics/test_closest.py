import random
import re

from hypothesis import example, given
from hypothesis import strategies as st

from netpolc.diagnostics.closest import Neighbours, closest
from tests.rows import each_row


@each_row(
    "word, candidates, expected",
    [
        ("databse", ["webapp", "database", "cache"], "database"),
        ("Database", ["webapp", "database"], "database"),
        ("tpc", ["tcp", "udp", "sctp"], "tcp"),
        ("pod", ["pods"], "pods"),
        ("nat", ["net"], None),
        ("postgres", ["zebra", "quux"], None),
        ("webapp", ["webapp"], None),
        ("webapp", ["webapp", "webapps"], "webapps"),
        ("web-app", ["webapps", "web_app", "webapp"], "web_app"),
        ("ingress_controllers", ["ingress-controllers"], "ingress-controllers"),
        ("match_labels", ["matchLabels"], "matchLabels"),
        ("dbase", ["database"], None),
        ("aaab", ["aaad", "aaac"], "aaac"),
        ("x", [], None),
        ("", ["a", ""], None),
    ],
)
def test_closest(word, candidates, expected):
    assert closest(word, candidates) == expected
    assert closest(word, reversed(candidates)) == expected


def test_closest_among_very_many_is_quick():
    names = [f"{letter}{'ab' * 25}{number}" for letter in "abcd" for number in range(5_000)]
    assert closest("a" + "ab" * 25 + "77x", ["database", *names]) == "a" + "ab" * 25 + "77"
    assert closest("databse", ["database", *names]) == "database"
    closest("a" * 1_000_000, ["a" * 1_000_000, "a" * 60, *names])


def damerau_levenshtein(a, b):
    """The optimal string alignment distance, by its recurrence."""
    table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


def only_letters(part):
    return "".join(sign for sign in part if not sign.isdigit())


def joined(name):
    return re.sub("(?<![0-9])[-_]|[-_](?![0-9])", "", name.casefold())


def is_slip(a, b):
    """Whether a hand may write one name for the other, said of all parts at once."""
    if joined(a) == joined(b):
        return True
    parts, others = (re.split("[-_./]", name.casefold()) for name in (a, b))
    if len(parts) != len(others):
        return False
    apart = [(part, other) for part, other in zip(parts, others, strict=True) if part != other]
    if len(apart) != 1:
        return False
    ((part, other),) = apart
    swapped = sorted(part) == sorted(other)
    return (
        min(len(part), len(other)) >= 4
        and only_letters(part) != only_letters(other)
        and damerau_levenshtein(part, other) == 1
        and (swapped or part[0] == other[0] or max(len(part), len(other)) >= 7)
    )


def naive_neighbour(word, names):
    near = [(joined(name) != joined(word), name) for name in names if name != word and is_slip(word, name)]
    return min(
        (each for each in near if 4 <= len(joined(each[1])) <= 63 and len(joined(word)) >= 4), default=(0, None)
    )[1]


WORDS = st.text("abAB1-", min_size=2, max_size=7)


@given(WORDS, st.lists(WORDS, max_size=12))
@example("abab", ["baba", "abba", "abab"])
@example("Straße", ["STRASSE", "strase"])
@example("ab-abb", ["aba-bb", "ab_abb", "ab-ab"])
@example("ab-1-1", ["ab-11", "ab1-1"])
def test_neighbours_are_those_of_the_naive_distance(word, names):
    assert Neighbours(names).of(word) == naive_neighbour(word, names)


@given(st.text("abc1", min_size=5, max_size=8), st.data())
def test_one_slip_is_found(name, data):
    at = data.draw(st.integers(1, len(name)))
    slips = [name[:at] + "z" + name[at:], name[:at] + "z" + name[at + 1 :], name[:at] + name[at + 1 :]]
    slips.append(name[:at] + name[at : at + 2][::-1] + name[at + 2 :])
    for slip in slips:
        assert Neighbours([name]).of(slip) == naive_neighbour(slip, [name])


@each_row(
    "word, names, expected",
    [
        ("WebApp", ["webapp"], "webapp"),
        ("WEBAPP1", ["webapp1"], "webapp1"),
        ("app1", ["app2"], None),
        ("app1", ["app12"], None),
        ("app-12", ["app-21"], None),
        ("app1", ["apps1"], "apps1"),
        ("web", ["webs"], None),
        ("webs", ["web"], None),
        ("webs", ["webx"], "webx"),
        ("webapp", ["wepabp"], None),
        ("webapp", ["webapp"], None),
        ("webapp", ["webappz", "webapps", "awebapp"], "awebapp"),
        ("prometheus", ["prometheus-adapter"], None),
        ("longhorn-csi-plugin", ["longhorn-ui", "longhorn-csi-plugni"], "longhorn-csi-plugni"),
        ("shop-csi", ["shop-ui"], None),
        ("argocd-server", ["argocd-redis", "argocd-repo-server"], None),
        ("argocd-sever", ["argocd-redis", "argocd-repo-server", "argocd-server"], "argocd-server"),
        ("worker-a", ["worker-b"], None),
        ("orders-db", ["orders-dp"], None),
        ("cart_db", ["cart-db"], "cart-db"),
        ("cartdb", ["cart-db"], "cart-db"),
        ("kafka-1-12", ["kafka-11-2", "kafka-112"], None),
        ("auth", ["oauth"], None),
        ("https", ["http"], None),
        ("web-grpc", ["web-grpcs"], None),
        ("carts", ["cart"], "cart"),
        ("front-ends", ["front-end"], "front-end"),
        ("app.kubernetes.io/nmae", ["app.kubernetes.io/part-of", "app.kubernetes.io/name"], "app.kubernetes.io/name"),
        ("a" * 64, ["a" * 63], None),
        ("a" * 62 + "b", ["a" * 63], "a" * 63),
    ],
)
def test_neighbours(word, names, expected):
    assert Neighbours(names).of(word) == expected


def test_lookups_over_many_names_cost_their_sum():
    dice = random.Random(1)
    names = ["".join(dice.choices("abcdefgh", k=10)) for _ in range(3_000)]
    words = [*(f"{name[:5]}x{name[5:]}" for name in names), *(f"node{i}" for i in range(3_000))]
    index = Neighbours([*names, *(f"node{i}" for i in range(3_000)), "a" * 1_000_000])
    found = [index.of(word) for word in words]
    assert None not in found[:3_000]
    assert set(found[3_000:]) == {None}
