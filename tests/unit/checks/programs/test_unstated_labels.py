import pytest

from netpolc.checks.programs.unstated_labels import check
from tests.unit.checks.programs.programs import context


def found(text, **circumstances):
    return [(d.location.text, d.message) for d in check(context(text, **circumstances))]


@pytest.mark.parametrize(
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
    ],
)
def test_selectors_that_stated_labels_decide(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("selector", "matched"),
    [("[team=a]", False), ("[team]", False), ("[!team]", True), ("[team!=a]", True), ("[team notin (a)]", True)],
)
@pytest.mark.parametrize("flow", ["{}/x -> b:1", "b -> {}/x:1", "b <-> {}/x:1"])
def test_selectors_that_they_do_not(selector, matched, flow):
    message = f"namespace `shop` does not state the label `team`, and is taken {'to' if matched else 'not to'} match"
    assert found(f"namespace shop [env=prod]\n{flow.format(selector)}") == [(f"{selector}/x", message)]


def test_all_that_is_missing_is_named_and_each_namespace_is_told():
    text = (
        "namespace shop [env=prod]\nnamespace data [team=a, env=prod]\nnamespace ops\n[team=a, env=prod, !x]/* -> b:1"
    )
    assert [message for _, message in found(text)] == [
        "namespace `shop` does not state the labels `team`, `x`, and is taken not to match",
        "namespace `data` does not state the label `x`, and is taken to match",
        "namespace `ops` does not state the labels `env`, `team`, `x`, and is taken not to match",
    ]


def test_the_unnamed_namespace_has_no_name_either():
    assert [message for _, message in found("[kubernetes.io/metadata.name=a]/* -> b:1")] == [
        "the unnamed namespace does not state the label `kubernetes.io/metadata.name`, and is taken not to match"
    ]
    assert found("[kubernetes.io/metadata.name=a]/* -> b:1", namespace="a") == []
    (said,) = check(context("[team=a]/* -> b:1"))
    assert (said.labels, said.help) == ((), "state it, if the namespace carries it: `namespace NAME [team=…]`")


def test_each_selector_is_judged_once_where_it_is_first_used():
    text = "namespace shop\n[team=a]/x -> b:1\n[ team in (a) ]/y -> b:1\nb -> [team=a]/*:1\n[team=b]/x -> b:1"
    assert [(d.location.text, d.labels[0].location.text) for d in check(context(text))] == [
        ("[team=a]/x", "shop"),
        ("[team=b]/x", "shop"),
    ]


def test_many_flows_and_namespaces_cost_no_product():
    namespaces = [f"namespace n{at} [team=a] {{ }}" for at in range(1500)]
    text = "\n".join(["group g = [team=a]/x", *namespaces, *(f"n0/a -> g:{at}" for at in range(1, 1500))])
    found = context(text)
    assert list(check(found)) == []
