import msgspec
import pytest

from netpolc.checks.options import CheckOptions
from netpolc.checks.programs.unstated_labels import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context


def found(text, **circumstances):
    return [(d.location.text, d.message) for d in check(context(text, **circumstances))]


@each_row(
    "text",
    [
        "namespace shop [team=a]\n[team=a]/* -> b:1",
        "namespace shop [team=a]\n[team=b]/* -> b:1",
        "namespace shop [team=a]\n[team=b, env=prod]/* -> b:1",
        "namespace shop [team=a]\nb -> [team!=a]/*:1",
        "namespace shop [team=a]\n[!team]/* -> b:1",
        "namespace shop\n*/* -> b:1",
        "namespace shop\n[kubernetes.io/metadata.name=data]/* -> b:1",
        "[team=a]/* -> shop/b:1",
        "namespace shop\nassert deny [team=a]/* -> b:1",
        "namespace shop [!team]\n[team=a]/* -> b:1",
        "namespace shop [!team]\n[team!=a]/* -> b:1",
        "namespace shop [!team]\n[team=b, env=prod]/* -> b:1",
        "namespace {shop, data} [!team, env=prod]\n[!team, env=prod]/* -> b:1",
    ],
)
def test_selectors_that_stated_labels_decide(text):
    assert found(text) == []


@pytest.mark.parametrize("selector", ["[team=a]", "[team]", "[!team]", "[team!=a]", "[team notin (a)]"])
@pytest.mark.parametrize("flow", ["{}/x -> b:1", "b -> {}/x:1", "b <-> {}/x:1"])
def test_selectors_that_they_do_not(selector, flow):
    message = "namespace `shop` does not state the label `team`, and is taken to lack it"
    assert found(f"namespace shop [env=prod]\n{flow.format(selector)}") == [(f"{selector}/x", message)]


def test_all_that_is_missing_is_named_with_the_namespaces_that_do_not_state_it():
    text = (
        "namespace shop [env=prod]\nnamespace data [team=a, env=prod]\nnamespace ops\n[team=a, env=prod, !x]/* -> b:1"
    )
    assert [message for _, message in found(text)] == [
        "namespaces `shop` and `ops` do not state the label `team`, and are taken to lack it",
        "namespaces `shop`, `data` and `ops` do not state the label `x`, and are taken to lack it",
        "namespace `ops` does not state the label `env`, and is taken to lack it",
    ]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, []),
        ({"env": "prod"}, []),
        ({"team": "a"}, ["[team=a]/*"]),
        ({"team": "b"}, ["[team=a]/*"]),
        (None, ["[team=a]/*"]),
    ],
)
def test_a_manifest_of_the_namespace_shows_that_it_lacks_a_label(labels, expected):
    checked = context("namespace shop\n[team=a]/* -> b:1")
    options = CheckOptions(namespaces={} if labels is None else {"shop": labels})
    found = list(check(msgspec.structs.replace(checked, options=options)))
    assert [d.location.text for d in found] == expected
    assert all("state what its manifest shows: `namespace shop [team=" in d.help for d in found if labels)


def test_keys_that_are_open_together_are_said_together():
    text = "namespace {a, b, c, d, e}\n[x=1, y=2]/* -> b:1\n* -> [y=3]/*:1"
    (said,) = check(context(text))
    assert (
        said.message
        == "namespaces `a`, `b`, `c` and 2 more do not state the labels `x`, `y`, and are taken to lack them"
    )
    assert [label.location.text for label in said.labels] == ["a", "b", "c"]


def test_the_unnamed_namespace_has_no_name_either():
    assert [message for _, message in found("[kubernetes.io/metadata.name=a]/* -> b:1")] == [
        "the unnamed namespace does not state the label `kubernetes.io/metadata.name`, and is taken to lack it"
    ]
    assert found("[kubernetes.io/metadata.name=a]/* -> b:1", namespace="a") == []
    (said,) = check(context("[team=a]/* -> b:1"))
    assert (said.labels, said.help) == ((), "state what is so: `namespace NAME [team=…]`, or `namespace NAME [!team]`")


def test_a_key_is_said_once_where_it_is_first_asked_for():
    text = "namespace shop\n[team=a]/x -> b:1\n[ team in (a) ]/y -> b:1\nb -> [team=a]/*:1\n[team=b]/x -> b:1"
    assert [(d.location.text, d.labels[0].location.text) for d in check(context(text))] == [("[team=a]/x", "shop")]


def test_many_flows_and_namespaces_cost_no_product():
    namespaces = [f"namespace n{at} [team=a] {{ }}" for at in range(1500)]
    text = "\n".join(["group g = [team=a]/x", *namespaces, *(f"n0/a -> g:{at}" for at in range(1, 1500))])
    found = context(text)
    assert list(check(found)) == []
