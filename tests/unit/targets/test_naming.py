import hashlib
import itertools
import random

import pytest

from netpolc.policy.names import dns_subdomain
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from netpolc.targets import naming
from netpolc.targets.naming import ALL_PODS, DEFAULT_DENY, LONGEST, LONGEST_MADE, Candidate, described, name_all
from tests.rows import each_row


def app(value):
    return LabelSelector((LabelRequirement("app", "In", (value,)),))


def digest(selector, digits=8):
    return hashlib.sha256(described(selector).encode()).hexdigest()[:digits]


def named(*words, rank=1):
    """The names of subjects that are called so, each by other labels."""
    names = name_all({app(f"v{at}"): {Candidate(rank, word)} for at, word in enumerate(words)})
    return [names[app(f"v{at}")] for at in range(len(words))]


@each_row(
    "word",
    ["web", "2048-game", "a", "x" * LONGEST, "default-deny-web", "all-podsy", "a--b"],
)
def test_a_word_that_is_valid_stays_as_it_is(word):
    assert named(word) == [word]


@each_row(
    "word, nearest",
    [
        ("Web", "web"),
        ("WEB_2", "web-2"),
        ("web_api", "web-api"),
        ("_web", "web"),
        ("app.kubernetes.io/name=web", "app-kubernetes-io-name-web"),
        ("tier in (a,b),!x", "tier-in-a-b-x"),
        ("é", "pods"),
        ("___", "pods"),
        ("", "pods"),
        ("default-deny", "default-deny"),
    ],
)
def test_a_word_that_is_not_is_altered_and_told_apart_by_a_hash(word, nearest):
    assert named(word) == [f"{nearest}-{digest(app('v0'))}"]


@pytest.mark.parametrize("length", [LONGEST + 1, LONGEST + 2, 1000])
@pytest.mark.parametrize("sign", ["x", "x-", "-x"])
def test_long_words_are_cut_to_what_kubernetes_takes(length, sign):
    (name,) = named((sign * length)[:length].strip("-").ljust(length, "x"))
    assert dns_subdomain(name) == ()
    assert len(name) <= LONGEST
    assert name.endswith(digest(app("v0")))


def test_the_longest_name_is_no_longer_than_that():
    assert [len(name) for name in named("x" * LONGEST, "y" * (LONGEST + 1))] == [253, LONGEST_MADE + len("-12345678")]


def test_words_that_only_differ_in_case_or_signs():
    names = named("web", "Web", "WEB", "w_eb", "w-eb")
    assert names[0] == "web"
    assert names[4] == "w-eb"
    assert [name.rpartition("-")[0] for name in names[1:4]] == ["web", "web", "w-eb"]
    assert len(set(names)) == 5


def test_a_word_that_two_subjects_claim_is_nobodys():
    assert named("web", "web") == [f"web-{digest(app('v0'))}", f"web-{digest(app('v1'))}"]


def test_names_that_netpolc_gives_itself():
    names = name_all(
        {
            EVERYTHING: {Candidate(2, "*", exact=False)},
            app("a"): {Candidate(1, ALL_PODS)},
            app("b"): {Candidate(1, DEFAULT_DENY)},
        }
    )
    assert DEFAULT_DENY not in names.values()
    assert len(set(names.values())) == 3
    assert names[app("b")] == f"{DEFAULT_DENY}-{digest(app('b'))}"
    alone = name_all({EVERYTHING: {Candidate(2, "*", exact=False)}})
    assert alone == {EVERYTHING: ALL_PODS}


def test_the_best_candidate_names_a_subject():
    ranked = [Candidate(0, "declared"), Candidate(1, "shorthand"), Candidate(2, "app=web", exact=False)]
    for known in itertools.permutations(ranked):
        assert name_all({app("web"): set(known)}) == {app("web"): "declared"}
    assert name_all({app("web"): {Candidate(0, "zeta"), Candidate(0, "alpha")}}) == {app("web"): "alpha"}


def test_a_word_that_looks_like_another_ones_hash():
    taken = f"web-{digest(app('v1'))}"
    names = named("web", "Web", taken)
    assert names == ["web", f"web-{digest(app('v1'), 9)}", taken]


class Constant:
    """A hash that always collides."""

    def __init__(self, content):
        pass

    def hexdigest(self):
        return "0123456789abcdef" * 4


def test_hashes_that_collide_grow_until_they_do_not(monkeypatch):
    monkeypatch.setattr(naming, "sha256", Constant)
    names = named(*["web"] * 40)
    assert len(set(names)) == 40
    assert min(names, key=len) == "web-01234567"
    with pytest.raises(AssertionError, match="no name is left"):
        named(*["web"] * 60)


def test_names_do_not_depend_on_order():
    source = random.Random(1)
    words = ["web", "Web", "web", "x" * 300, "x" * 301, "default-deny", "all-pods", "a_b", "a-b", "é", "pods", "*"]
    candidates = [(app(f"v{at}"), {Candidate(at % 3, word)}) for at, word in enumerate(words)]
    candidates.append((EVERYTHING, {Candidate(2, "*", exact=False)}))
    expected = name_all(dict(candidates))
    for _ in range(30):
        assert name_all(dict(source.sample(candidates, len(candidates)))) == expected


def test_names_are_valid_and_never_two_alike():
    source = random.Random(2)
    letters = "abAB01-_. é"
    for _ in range(200):
        words = ["".join(source.choices(letters, k=source.choice([1, 2, 2, 3, 253, 260]))) for _ in range(12)]
        names = named(*words)
        assert len(set(names)) == len(names)
        assert DEFAULT_DENY not in names
        assert [fault for name in names for fault in dns_subdomain(name)] == []


@each_row(
    "requirements, text",
    [
        ([], ""),
        ([("a", "In", ("b",))], "a=b"),
        ([("a", "In", ("",))], "a="),
        ([("a", "In", ("c", "b"))], "a in (b,c)"),
        ([("a", "NotIn", ("b",))], "a!=b"),
        ([("a", "NotIn", ("c", "b"))], "a notin (b,c)"),
        ([("b", "DoesNotExist", ()), ("a", "Exists", ())], "a,!b"),
    ],
)
def test_selectors_as_kubectl_writes_them(requirements, text):
    assert described(selector_of(LabelRequirement(*each) for each in requirements)) == text
