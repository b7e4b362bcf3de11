import datetime

from netpolc.checks.programs.expiry import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context

TODAY = datetime.date(2028, 2, 20)


def found(text, today=TODAY, **circumstances):
    return [(d.code, d.severity, d.message) for d in check(context(text, today=today, **circumstances))]


def dated(days, statement="a -> b:1"):
    return f"@expires({TODAY + datetime.timedelta(days=days)})\n{statement}"


@each_row(
    "days, expected",
    [
        (-4000, ("NP601", "error", "this expired on 2017-03-09")),
        (-1, ("NP601", "error", "this expired on 2028-02-19")),
        (0, ("NP602", "warning", "this expires today")),
        (1, ("NP602", "warning", "this expires in 1 day, on 2028-02-21")),
        (9, ("NP602", "warning", "this expires in 9 days, on 2028-02-29")),
        (14, ("NP602", "warning", "this expires in 14 days, on 2028-03-05")),
        (15, None),
        (4000, None),
    ],
)
def test_the_days_before_and_after(days, expected):
    assert found(dated(days)) == ([expected] if expected else [])


STATEMENTS = (
    "a -> b:1",
    "a <-> b:1",
    "{a, c} -> {b:1, d:2}",
    "baseline deny all",
    "baseline deny all on {a, b}",
    "assert deny a -> b:1",
    "always deny {n/a, n/c} -> {n/b:1, 10.0.0.0/8:1}",
    "pods x = [a=b]",
    "net n = 10.0.0.0/8",
    "port p = 1",
    "service s = a:1",
    "group g = {a, b}",
    "param net v",
)


@each_row("statement", STATEMENTS)
def test_every_statement_that_may_be_dated_is_told_once(statement):
    assert [code for code, *_ in found(dated(-1, statement))] == ["NP601"]
    assert [code for code, *_ in found(dated(14, statement))] == ["NP602"]


@each_row("statement", STATEMENTS)
def test_without_a_day_nothing_is_said(statement):
    assert found(dated(-1, statement), None) == []


def test_a_file_wide_baseline_is_told_once_for_all_its_namespaces():
    assert len(found(dated(-1, "baseline deny all\nnamespace a\nnamespace b"))) == 1


def test_undated_statements_and_environments_that_are_not_built():
    assert found('@owner("me")\na -> b:1\nbaseline deny all') == []
    assert found(f"env prod {{\n{dated(-1)}\n}}") == []
    assert len(found(f"env prod {{\n{dated(-1)}\n}}", env="prod")) == 1


def test_it_points_at_the_statement():
    (said,) = check(context(f"x -> y:1\n{dated(-1)}", today=TODAY))
    assert (said.location.text, said.location.line, said.help) == ("a -> b:1", 3, "remove it, or give it a later date")
