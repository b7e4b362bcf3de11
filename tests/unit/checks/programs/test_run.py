from netpolc.checks.programs.run import check_program
from tests.unit.checks.programs.programs import context


def test_all_checks_run_in_their_order():
    text = "namespace shop\nassert deny a -> b:1\n[team=a]/* -> 10.0.0.0/8:1"
    assert [d.code for d in check_program(context(text))] == ["NP501", "NP603"]
    assert [d.code for d in check_program(context(f"{text}\nassert allow a -> b:1"))] == ["NP501", "NP603", "NP701"]
    assert list(check_program(context("a -> b:1"))) == []


def test_what_takes_the_engine_is_asked_in_thorough_runs_only():
    text = "a -> b:1\na -> b:1\nany -> b:2"
    assert list(check_program(context(text))) == []
    assert [d.code for d in check_program(context(text, thorough=True))] == ["NP505", "NP606"]
