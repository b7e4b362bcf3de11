from netpolc.rules.assertions import check
from netpolc.rules.context import Setting
from tests.unit.resolve.sources import program


def test_no_assertion_passes_for_proved():
    text = "assert allow a -> b:1\na -> b:1\nassert deny a -> b:2\nassert only {a} -> b:*"
    found = list(check(program(text), Setting()))
    assert [(d.code, d.severity, d.location.line) for d in found] == [("NP701", "warning", line) for line in (1, 3, 4)]


def test_what_is_no_assertion_is_not_mentioned():
    assert list(check(program("assert -> deny:1\nenv prod { assert deny a -> b:2 }"), Setting())) == []
