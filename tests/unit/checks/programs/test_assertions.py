from netpolc.checks.programs.assertions import check
from netpolc.engine import boxes
from tests.rows import each_row
from tests.unit.checks.programs.programs import context

SHOP = """namespace shop
baseline deny all
webapp -> database:5000
[tier=front] -> cache:"redis"
lab/x -> webapp:443 ingress
"""


def failing(text):
    return [(found.code, found.location.line) for found in check(context(text))]


@each_row(
    "assertion, holds",
    [
        ("allow webapp -> database:5000", True),
        ("allow webapp -> database:{5000, 5001}", False),
        ("allow {webapp, guest} -> database:5000", False),
        ("allow [app=webapp, tier=front] -> database:5000", True),
        ("allow * -> database:5000", False),
        ('allow [tier=front] -> cache:"redis"', True),
        ('allow [tier=front] -> cache:"redis"/udp', False),
        ("allow [tier=front] -> cache:6379", False),
        ("allow lab/x -> webapp:443", True),
        ("allow any -> webapp:443", False),
        ("deny guest -> database:*", True),
        ("deny * -> database:{4999, 5001}", True),
        ("deny * -> database:5000", False),
        ("deny [app!=webapp] -> database:*", True),
        ("deny [app!=webapp] -> cache:*", False),
        ("deny * -> cache:22", False),
        ("deny [tier!=front] -> cache:22", True),
        ("deny webapp -> 10.0.0.0/8:*", True),
        ("deny 10.0.0.0/8 -> webapp:443", True),
        ("deny lab/* -> webapp:443", False),
        ("deny lab/[app!=x] -> webapp:443", True),
        ("deny elsewhere/* -> elsewhere/*:80", False),
        ("deny any -> */[pci]:*", False),
        ("deny any -> */[pci, app notin (webapp, database, cache)]:*", True),
        ("only webapp -> database:5000", True),
        ("only [app=webapp, tier=front] -> database:5000", False),
        ("only {webapp, backup} -> database:{5000, 6000}", True),
        ("only lab/x -> webapp:443", True),
        ("only lab/y -> webapp:443", False),
        ("only {} -> guest:80", True),
        ("deny [a=b, !a] -> database:5000", True),
    ],
)  # fmt: skip
def test_an_assertion_holds_or_fails_with_its_line(assertion, holds):
    if "{}" in assertion:
        assertion = assertion.replace("{}", "[a=b, !a]")
    assert failing(f"{SHOP}assert {assertion}\n") == ([] if holds else [("NP701", 6)])


def test_each_failure_is_reported_once():
    assert failing(f"{SHOP}assert deny webapp -> database:*\nassert allow guest -> {{cache, database}}:1\n") == [
        ("NP701", 6),
        ("NP701", 7),
    ]


def test_what_is_no_assertion_is_not_mentioned():
    assert list(check(context("assert -> deny:1\nenv prod { assert deny a -> b:2 }"))) == []


def test_pods_of_others_are_theirs_to_judge_unless_a_line_leads_there():
    said = "namespace shop\nbaseline deny egress\nassert deny */* -> */[pci]:443\n"
    assert failing(said) == [("NP701", 3)]  # from elsewhere to pods of shop, whose ingress is open
    closed = said.replace("egress", "all")
    assert failing(closed) == []
    assert failing(said.replace("egress", "ingress")) == []
    assert failing(f"{closed}webapp -> bank/*:443\n") == [("NP701", 3)]
    assert failing(closed.replace("*/[pci]", "bank/[pci]")) == [("NP701", 3)]


def test_a_namespace_that_is_named_counts_as_it_is_at_either_end():
    said = "namespace shop\nbaseline deny all\nassert deny * -> */[pci]:443\n"
    assert failing(said) == []
    assert failing(said.replace("all", "ingress")) == [("NP701", 3)]
    assert failing(said.replace("all", "ingress").replace("deny * ->", "deny lab/* ->")) == [("NP701", 3)]


def test_what_takes_too_long_to_decide_counts_as_failed(monkeypatch):
    many = "".join(f"[a{n}=x, b{n}=y] -> database:80\n" for n in range(30))
    rest = "".join(f"[{key}, {value}] -> database:80\n" for key in ("a0!=x", "b0!=y") for value in ("c=1", "c!=1"))
    monkeypatch.setattr(boxes, "MOST_STEPS", 20_000)
    (found,) = check(context(f"namespace shop\n{many}{rest}assert allow * -> database:80\n"))
    assert (found.code, found.severity) == ("NP702", "error")


def test_every_namespace_has_a_name():
    assert failing("[kubernetes.io/metadata.name]/web -> db:1\nassert deny web -> db:1\n") == [("NP701", 2)]
    said = "baseline deny all\n[!kubernetes.io/metadata.name]/web -> db:1\nassert deny any -> db:1\n"
    assert failing(said) == []
