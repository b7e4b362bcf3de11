import pytest

from netpolc.checks.programs.misleading_name import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context


def found(text, **circumstances):
    return [d.location.text for d in check(context(text, **circumstances))]


@each_row(
    "text, name",
    [
        ("web -> internet:443", "internet"),
        ("web -> {db, localhost}:443", "localhost"),
        ("all -> web:80\nall -> api:80", "all"),
        ("web -> kube-apiserver:443", "kube-apiserver"),
        ("assert deny everyone -> db:22", "everyone"),
        ("namespace data\nnamespace shop\nweb -> data:1\nx -> data:2", "data"),
        ("namespace data\nnamespace {a, b}\ndata -> web:1", "data"),
        ("web -> data:1\nnamespace data", "data"),
        ("web -> svc/db:1\nx -> svc/db:1", "svc/db"),
        ("deployment/web -> db:1", "deployment/web"),
    ],
)
def test_names_that_say_something_else_are_told_once(text, name):
    assert found(text) == [name]


@each_row(
    "text",
    [
        "web -> internet-gateway:443",
        "pods internet = [app=internet]\nweb -> internet:443",
        "net world = 10.0.0.0/8\nweb -> world:443",
        "web -> [app=internet]:443",
        "namespace shop\nshop -> web:1",
        "namespace data\nnamespace shop\nweb -> data/data:1",
        "namespace data\nnamespace shop\nweb -> shop/data:1",
        "namespace data\nnamespace shop\nweb -> data:1\ndata -> web:1",
        "namespace data\nnamespace shop\nbaseline deny all on data\nweb -> data:1",
        "namespace data\nnamespace shop\npods data = [app=data]\nweb -> data:1",
        "namespace svc\nx -> y:1\nnamespace shop\nweb -> svc/db:1",
        "web -> services/db:1",
        "web -> svc/*:1",
        "web -> svc/[app=db]:1",
        "env prod { namespace data }\nnamespace shop\nweb -> data:1",
    ],
)
def test_names_of_pods_are_not(text):
    assert found(text) == []


@pytest.mark.parametrize(("place", "said"), [("shop", []), (None, []), ("data", ["data"])])
def test_pods_that_a_manifest_shows_are_meant(place, said):
    text = "namespace data\nnamespace shop\nweb -> data:1"
    assert found(text, pods=((place, {"app": "data"}),)) == said
