import pytest

from netpolc.adopt.importer import sections
from tests.unit.adopt.importer.written import flows, imported, lines, policy


def baselines(*documents):
    return [line for line in lines(*documents) if line.startswith("baseline")]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([policy("a", "*", {}, {})], ["baseline deny all"]),
        ([policy("a", "*", {}), policy("b", "*", None, {})], ["baseline deny all"]),
        ([policy("a", "*", {}), policy("b", "app=b", {"": 1})], ["baseline deny ingress"]),
        ([policy("a", "*", {}), policy("b", "app=b", {}, {})], ["baseline deny ingress", "baseline deny egress on b"]),
        ([policy("a", "app=a", {}), policy("b", "app=b", {})], ["baseline deny ingress on {a, b}"]),
        ([policy("a", "app=a", {}), policy("b", "app=a", None, {})], ["baseline deny all on a"]),
        (
            [policy("a", "app=a", {}), policy("b", "app=b", None, {}), policy("c", "tier=c", {}, {})],
            ["baseline deny ingress on a", "baseline deny egress on b", "baseline deny all on [tier=c]"],
        ),
    ],
)
def test_baselines(documents, expected):
    assert baselines(*documents) == expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([policy("c", "app=c", {"app=a + app=b": 80})], ["{a, b} -> c:80"]),
        ([policy("c", "app=c", {"app=a": 80, "app=b": 80})], ["{a, b} -> c:80"]),
        ([policy("c", "app=c", {"app=a": 80, "app=b": 81})], ["a -> c:80", "b -> c:81"]),
        ([policy("c", "app=c", None, {"app=a + app=b": 80})], ["c -> {a, b}:80"]),
        ([policy("c", "app=c|d", {"app=a": 80})], ["a -> {c, d}:80"]),
        ([policy("c", "app=c|d", {"app=a + app=b": 80})], ["{a, b} -> {c, d}:80"]),
        ([policy("c", "app=c", {"app=a": 80}), policy("d", "app=d", {"app=a": 80})], ["a -> c:80", "a -> d:80"]),
    ],
)
def test_what_differs_at_one_end_is_one_line(documents, expected):
    assert flows(*documents) == expected


def test_a_line_stays_reviewable(monkeypatch):
    monkeypatch.setattr(sections, "MOST_PAIRS", 4)
    many = "|".join(f"a{number}" for number in range(6))
    found = flows(policy("c", f"app={many}", {f"app={many}": 80}))
    assert len(found) == 12
    assert found[0] == "a0 -> {a0, a1, a2, a3}:80"


def test_policies_are_named_once_where_their_facts_are():
    documents = [
        policy("deny", "*", {}, {}),
        policy("db", "app=db", {"app=web": 1}),
        policy("web", "app=web", None, {"app=db": 1}),
        policy("api", "app=api", None, {"app=db": 1, "app=cache": 1}, namespace="data"),
    ]
    (text,) = imported(*documents).values()
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert comments == ["# policy api", "# policy deny", "# policies db, web"]


def test_many_policies_are_not_all_named():
    documents = [policy("deny", "*", {}, {}), policy("db", "app=db", {"app=" + "|".join("abcdefgh"): 1})]
    documents += [policy(f"p-{name}", f"app={name}", None, {"app=db": 1}) for name in "abcdefgh"]
    (text,) = imported(*documents).values()
    assert "# policies db, p-a, p-b, p-c, p-d, 4 more\n" in text


def test_a_policy_of_another_namespace_is_named_with_it():
    documents = [
        policy("db", "app=db", {"shop/app=web": 1}, namespace="data"),
        policy("web", "app=web", None, {"data/app=db": 1}),
    ]
    (text,) = imported(*documents).values()
    assert "# policies db, shop/web\nshop/web -> db:1\n" in text


def test_sections_go_by_name_and_each_has_its_file():
    documents = [policy("b", "*", {}, namespace="b"), policy("a", "*", {}, namespace="a")]
    assert [line for line in next(iter(imported(*documents).values())).splitlines() if "namespace" in line] == [
        "namespace a",
        "namespace b",
    ]
    assert list(imported(*documents, apart=True)) == ["a.netpol", "b.netpol"]


def test_notes_of_both_ends_are_kept():
    owner, other = ({"annotations": {"netpolc/owner": name}} for name in ("one", "other"))
    documents = [
        policy("deny", "*", {}, {}, annotations={"netpolc/ticket": "SEC-1"}),
        policy("db", "app=db", {"app=web": 1}, **owner),
        policy("web", "app=web", None, {"app=db": 1}, **other),
    ]
    assert lines(*documents) == [
        '@ticket("SEC-1")',
        "baseline deny all",
        '@owner("one, other")',
        "web -> db:1",
    ]
