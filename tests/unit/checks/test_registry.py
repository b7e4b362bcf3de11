"""The registry of checks and the files agree: what is registered is there, and what is there is registered."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import netpolc
from netpolc.checks import registry
from netpolc.checks.registry import CHECKS, FIXERS, codes_that_need
from netpolc.diagnostics.codes import BY_CODE, CODES
from tests.rows import each_row

PACKAGE = Path(netpolc.__file__).parent
CHECKS_FOLDER = PACKAGE / "checks"
PAGES = PACKAGE.parent / "docs" / "codes"

TWICE = {
    "NP505": "it is asked of programs, and of the policies of manifests",
    "NP506": "pods and namespaces are looked for in different ways",
    "NP512": "it is asked of programs, and of policies as they are written",
    "NP605": "it is asked of programs, and of the policies of manifests",
    "NP606": "it is asked of programs, and of the policies of manifests",
    "NP609": "it is asked of programs, and of the policies of manifests",
    "NP635": "it is asked of programs, and of the policies of manifests",
    "NP675": "blocks that are usual are asked of programs alone, too, and addresses of pods beside these",
}
"""Codes that two checks report, and why."""

ELSEWHERE = {
    "NP503": "language/resolve/selectors.py",
    "NP504": "diagnostics/ignores.py",
    "NP524": "queries/traffic/unused_lines.py",
    "NP527": "queries/traffic/unused_lines.py",
    "NP620": "queries/risks.py",
    "NP621": "queries/risks.py",
    "NP622": "queries/risks.py",
    "NP623": "queries/risks.py",
    "NP624": "queries/risks.py",
    "NP625": "cli/runs/diff.py",
    "NP626": "queries/left_out.py",
    "NP627": "queries/unknown_controllers.py",
    "NP656": "targets/networkpolicy.py",
}
"""Codes of doubt and risk that no check reports, or not alone, and who does."""

OTHER_NAMES = {
    "workloads.namespaces": "`no_workload` would say nothing of namespaces",
    "platforms.block_of_a_pod": "the other one has the name",
    "yaml.blocks": "it also has the fixes of NP409",
}
"""Modules of one code that do not have its name, and why."""


def file_of(module):
    return CHECKS_FOLDER / f"{module.replace('.', '/')}.py"


def reported(file):
    """The codes that a module reports: by a diagnostic, or by the method of a policy that is checked."""
    codes = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "code":
            given = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "finding":
            given = node.args[:1]
        else:
            given = []
        codes |= {each.value for each in given if isinstance(each, ast.Constant) and str(each.value).startswith("NP")}
    return codes


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.module)
def test_a_check_reports_its_codes_and_no_others(check):
    text = file_of(check.module).read_text("utf-8")
    assert reported(file_of(check.module)) == set(check.codes)
    assert set(check.codes) <= set(re.findall(r"NP\d{3}", ast.get_docstring(ast.parse(text))))
    assert callable(registry._module(check.module).check)


@pytest.mark.parametrize("fixer", FIXERS, ids=lambda fixer: fixer.module)
def test_a_fixer_is_for_codes_of_the_reader(fixer):
    assert callable(registry._module(fixer.module).fixed)
    assert all(code.startswith("NP4") for code in fixer.codes)


def test_each_finding_has_one_fixer():
    assert max(Counter(code for fixer in FIXERS for code in fixer.codes).values()) == 1


def test_each_code_is_registered_once():
    counted = Counter(code for check in CHECKS for code in check.codes)
    assert {code for code, count in counted.items() if count > 1} == TWICE.keys()
    assert len({(check.module, check.codes) for check in CHECKS}) == len(CHECKS)


def test_no_other_module_of_the_room_reports_anything():
    registered = {file_of(check.module) for check in CHECKS}
    assert all(not reported(file) for file in CHECKS_FOLDER.rglob("*.py") if file not in registered)


@pytest.mark.parametrize("check", [check for check in CHECKS if len(check.codes) == 1], ids=lambda each: each.module)
def test_a_check_of_one_code_has_its_name(check):
    name = BY_CODE[check.codes[0]].name.replace("-", "_")
    assert (check.module.partition(".")[2] == name) != (check.module in OTHER_NAMES)


@each_row("code", [code.code for code in CODES if code.code[:3] in {"NP5", "NP6", "NP7"}])
def test_each_page_of_doubt_or_risk_has_its_check(code):
    assert (PAGES / BY_CODE[code].page).exists()
    assert code in ELSEWHERE or any(code in check.codes for check in CHECKS)


@each_row("code, file", ELSEWHERE.items())
def test_what_no_check_reports_is_reported_where_it_is_said_to_be(code, file):
    assert f'"{code}"' in (PACKAGE / file).read_text("utf-8")


def test_what_is_needed_is_known_by_code():
    beside = (
        "NP506 NP507 NP508 NP509 NP510 NP515 NP517 NP525 NP526 NP608 NP616 NP617 NP618 NP619 NP628 NP629 NP631 NP646 "
        "NP658 NP659 NP677 NP682 NP683 NP684"
    )
    assert codes_that_need("workloads", "every policy") == set(beside.split())
    assert codes_that_need("every policy") == {
        *("NP616", "NP617", "NP618", "NP619", "NP628", "NP629", "NP631", "NP658", "NP684"),
    }
    assert codes_that_need("no namespace given") == {"NP614"}
