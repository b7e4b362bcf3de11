from netpolc.checks.programs.stray_statement import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context


def found(text, **circumstances):
    return [d.location.text for d in check(context(text, **circumstances))]


@each_row(
    "text",
    [
        "* -> *:80\nnamespace a",
        "* -> any:443\nnamespace a { x -> y:1 }",
        "10.0.0.0/8 -> web:80\nnamespace a",
        "x <-> y:1\nnamespace {a, b}",
        "pods x = [app=x]\nx -> */*:1\nnamespace a",
        "namespace a { x -> y:1 }\nx -> y:1",
        "assert deny * -> db:22\nnamespace a",
        "env prod { x -> y:1 }\nnamespace a",
    ],
)
def test_what_is_about_the_unnamed_namespace_is_said(text):
    assert len(found(text, env="prod")) == 1


@each_row(
    "text",
    [
        "* -> *:80",
        "baseline deny all\nnamespace a\nx -> y:1",
        "a/* -> b/y:1\nnamespace a",
        "*/* -> a/y:1\nnamespace a",
        "any -> 10.0.0.0/8:1\nnamespace a",
        "x -> y:1\nenv prod { namespace a }",
        "assert deny */* -> */db:22\nnamespace a",
        # An error of its own: a policy of `a` cannot name the unnamed namespace.
        "x -> a/y:1\nnamespace a",
    ],
)
def test_what_means_the_same_anywhere_is_not(text):
    assert found(text, env="prod") == []


def test_a_namespace_that_is_given_is_meant():
    assert found("x -> y:1\nnamespace a", namespace="b") == []


def test_a_file_is_told_once_with_the_way_out():
    (said,) = check(context("* -> x:1\n* -> y:1\nx -> y:2\nnamespace {a, b, c}\nnamespace d"))
    assert (said.code, said.message) == (
        "NP649",
        "this stands outside of any namespace, and is about the unnamed one alone, as are 2 more",
    )
    assert [label.location.text for label in said.labels] == ["a", "* -> y:1", "x -> y:2"]
    assert said.help == "write it in the section that it is for, or for each in `namespace {a, b, c, …} { … }`"
