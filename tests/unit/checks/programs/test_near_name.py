import pytest

from netpolc.checks.programs.near_name import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context


def found(text, *others, **circumstances):
    return [(d.location.text, len(d.fixes)) for d in check(context(text, *others, **circumstances))]


@each_row(
    "text, said",
    [
        ("web -> databse:1\nx -> database:1", ("databse", 2)),
        ("web -> database:1\nx -> databse:1", ("databse", 2)),
        ("{a, b} -> database:1\nx -> database:1\ny -> databse:1", ("databse", 1)),
        ("* -> frontend:80\nfrontend -> cart:1\nfronted -> cart:1", ("fronted", 1)),
        ("a -> data/postgres:1\na -> data/postgers:1", ("data/postgers", 2)),
        ("namespace {x, y}\na -> payment-gateway:1\nb -> payment-gatweay:1", ("payment-gatweay", 2)),
        ("a -> front-end:1\na -> frontend:1", ("frontend", 2)),
        # Nothing but the letters tells, which are swapped or doubled: no two workloads are called so.
        ("frontned -> db:1\nfrontend -> db:1", ("frontend", 2)),
        ("frontned -> db:1\na -> frontend:80", ("frontend", 2)),
        ("frontennd -> db:1\nfrontend -> x:2", ("frontend", 2)),
        ("names by role\na -> checkout:1\nb -> chekcout:1", ("chekcout", 2)),
        ("assert deny web -> databse:1\nx -> database:1", ("databse", 2)),
    ],
)
def test_a_slip_is_told_once_with_the_names_to_choose(text, said):
    assert found(text) == [said]


@each_row(
    "text",
    [
        "a -> web1:1\nb -> web2:1",
        "a -> worker:1\nb -> workers:1",
        "a -> database:1\nnamespace other\na -> databse:1",
        "a -> database:5432\na -> databse:80",
        "databse -> x:1\na -> database:1",
        "contact -> x:1\ncontract -> x:1",
        "trail -> x:1\ntrial -> x:1",
        "frontned -> db:1\nfrontned -> x:1\nfrontend -> db:1\nfrontend -> x:1",
        "a -> frontned:1\na -> frontend:2",
        "pods database = [app=db]\npods databse = [app=dx]\na -> database:1\na -> databse:1",
        # Resolution tells it (NP204), or another check, for eyes rather than hands (NP607).
        "pods database = [app=db]\na -> database:1\na -> databse:1",
        "a -> Database:1\na -> database:1",
        "{a, b} -> database:1\nc -> database:1\nc -> databse:1\nd -> databse:1",
    ],
)
def test_names_that_may_be_meant_are_not_told(text):
    assert found(text) == []


def test_a_name_that_another_source_declares_is_meant():
    others = {"other": "namespace data\npods database = [a=b]\ny -> database:1"}
    assert found("namespace data\nx -> databse:1", others, sources=("other",)) == [("databse", 1)]


@pytest.mark.parametrize(
    ("place", "labels"), [("shop", {"app": "databse"}), (None, {"app": "databse"}), ("shop", {"app": "x"})]
)
def test_what_manifests_show_is_for_other_checks(place, labels):
    text = "namespace shop\nweb -> databse:1\nx -> database:1"
    assert found(text, pods=((place, labels),)) == []
    assert found(text, pods=(("other", labels),)) == [("databse", 2)]
