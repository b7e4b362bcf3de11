import pkgutil

from netpolc.checks import programs
from netpolc.checks.programs.registry import RULES, check_all, thorough
from tests.unit.checks.programs.programs import context

NO_RULES = {"checked_program", "proving", "registry", "statements"}


def test_every_check_of_the_folder_is_registered_once():
    names = sorted(module.name for module in pkgutil.iter_modules(programs.__path__) if module.name not in NO_RULES)
    assert sorted(rule.__module__.rpartition(".")[2] for rule in (*RULES, *thorough())) == names


def test_all_checks_run_in_their_order():
    text = "namespace shop\nassert deny a -> b:1\n[team=a]/* -> 10.0.0.0/8:1"
    assert [d.code for d in check_all(context(text))] == ["NP501", "NP603"]
    assert [d.code for d in check_all(context(f"{text}\nassert allow a -> b:1"))] == ["NP501", "NP603", "NP701"]
    assert list(check_all(context("a -> b:1"))) == []


def test_what_takes_the_engine_is_asked_in_thorough_runs_only():
    text = "a -> b:1\na -> b:1\nany -> b:2"
    assert list(check_all(context(text))) == []
    assert [d.code for d in check_all(context(text, thorough=True))] == ["NP505", "NP606"]
