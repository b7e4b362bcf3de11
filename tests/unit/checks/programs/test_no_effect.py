import pytest

from netpolc.checks.programs.no_effect import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context


def found(text, **circumstances):
    return [(d.code, d.location.text) for d in check(context(text, **circumstances))]


@each_row(
    "text",
    [
        "a -> b:1",
        "a -> b:1 ingress",
        "10.0.0.0/8 -> b:1",
        "any -> b:1",
        "a <-> b:1",
        "a <-> 10.0.0.0/8:1",
        "10.0.0.0/8 <-> a:1",
        "{any, a} -> {10.0.0.0/8:1, b:1}",
        "baseline deny egress\na -> 10.0.0.0/8:1",
        "baseline deny all\na -> b:1 egress",
        "baseline assume deny egress\na -> 10.0.0.0/8:1",
        "baseline deny ingress on b\na -> b:1",
        "baseline deny ingress on [tier=x]\na -> b:1",
        "namespace shop\nany -> any:*",
        "namespace shop [team=a]\n[team=a]/* -> b:1",
        "namespace shop [team=a]\na -> [team=a]/*:1",
    ],
)
def test_flows_that_open_something(text):
    assert found(text) == []


@each_row(
    "text",
    [
        "a -> 10.0.0.0/8:1",
        "a -> b:1 egress",
        "any -> 10.0.0.0/8:1",
        "10.0.0.0/8 -> 11.0.0.0/8:1",
        "10.0.0.0/8 <-> 11.0.0.0/8:1",
        "any -> any:1",
        "baseline deny egress\na -> b:1 ingress",
        "baseline deny ingress on c\na -> b:1",
        "baseline deny ingress on [app!=b]\na -> b:1",
        "baseline deny ingress on b\na -> b:1 egress",
        "namespace shop\nx/a -> y/b:1",
        "namespace shop\nb -> data/x:1",
        "namespace shop\nb -> data/x:1 ingress",
        "namespace shop [team=a]\nb -> [team=b]/*:1",
    ],
)
def test_flows_that_open_nothing(text):
    assert found(text) == [("NP501", text.rsplit("\n", 1)[-1])]


@each_row(
    "text",
    [
        "namespace shop\ndata/a -> b:1",
        "namespace shop\nb <-> data/a:1",
        "namespace shop\ndata/a <-> b:1",
        "namespace shop\n{data/a, c, ops/a} -> b:1",
        "namespace shop\nbaseline deny all\na -> {b, data/x}:1",
        "namespace shop\nbaseline deny all\na -> data/x:1",
    ],
)
def test_flows_of_which_one_half_is_somebody_elses(text):
    assert found(text) == [("NP502", text.rsplit("\n", 1)[-1])]


@pytest.mark.parametrize("flow", ["*/* -> b:1", "b -> */*:1", "[a=b]/* -> b:1", "any -> b:1", "10.0.0.0/8 -> b:1"])
def test_what_lies_in_no_one_namespace_is_nobodys_half(flow):
    assert found(f"namespace shop\nbaseline deny all\n{flow}") == []


def test_the_message_names_the_half_and_the_namespaces():
    (only,) = check(context("namespace shop\n{data/a, ops/b, data/c} -> b:1"))
    assert only.severity == "note"
    assert only.message == "only ingress is opened here: this program does not own namespace `data`, `ops`"
    (both,) = check(context("namespace shop\nbaseline deny all\n{data/a, c} -> b:1"))
    said = "some of its connections are opened at one end only: this program does not own namespace `data`"
    assert both.message == said


def test_the_way_out():
    helps = {
        text: next(check(context(text))).help
        for text in ("namespace shop\nb -> data/x:1", "a -> 10.0.0.0/8:1", "a -> b:1 egress")
    }
    assert helps["namespace shop\nb -> data/x:1"].startswith("open `data` with `namespace` in this program")
    assert helps["a -> 10.0.0.0/8:1"].startswith("write `baseline deny` for an end of this flow")


def test_the_label_tells_a_flow_from_a_half():
    labels = [next(check(context(text))).label for text in ("a -> 10.0.0.0/8:1", "a -> b:1 egress")]
    assert labels == ["no baseline of this program closes either end", "its end is not closed"]


def test_each_statement_is_judged_by_itself():
    text = "a -> 10.0.0.0/8:1\na -> b:1\na -> 10.0.0.0/8:1\n"
    assert [d.location.line for d in check(context(text))] == [1, 3]


def test_a_statement_of_an_environment_that_is_not_built_is_not_judged():
    assert found("env prod { a -> 10.0.0.0/8:1 }\na -> b:1") == []
    assert len(found("env prod { a -> 10.0.0.0/8:1 }\na -> b:1", env="prod")) == 1
