import pkgutil

from netpolc import rules
from netpolc.rules.context import Setting
from netpolc.rules.registry import RULES, check_all
from tests.unit.resolve.sources import program

NO_RULES = {"context", "registry"}


def test_every_check_of_the_folder_is_registered_once():
    names = sorted(module.name for module in pkgutil.iter_modules(rules.__path__) if module.name not in NO_RULES)
    assert sorted(rule.__module__.rpartition(".")[2] for rule in RULES) == names


def test_all_checks_run_in_their_order():
    text = "namespace shop\nassert deny a -> b:1\n[team=a]/* -> 10.0.0.0/8:1"
    assert [d.code for d in check_all(program(text), Setting())] == ["NP501", "NP603", "NP701"]
    assert list(check_all(program("a -> b:1"), Setting())) == []
