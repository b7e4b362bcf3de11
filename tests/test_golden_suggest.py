"""Manifests of an application, and the program that is proposed for them: a golden file a case.

`deploy/` is read; `expected.netpol` is what is proposed, and `expected.txt` what is said of what it leaves out.
A reviewer reads the proposal as one who is to accept it.
"""

from pathlib import Path

import pytest

from netpolc.adopt.importer.proof import in_one_folder
from netpolc.adopt.suggest.suggesting import suggest
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.language.formatting import format_source
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests import goldens

GOLDEN = Path(__file__).parent / "golden-suggest"
CASES = {name: goldens.read(GOLDEN / f"{name}.golden") for name in goldens.cases(GOLDEN)}

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def manifests_of(case):
    found = combine([read_manifests(Source(name, text), wide=True) for name, text in sorted(case.inputs.items())])
    assert found.diagnostics == ()
    return found


def suggested(case):
    result = suggest(manifests_of(case), apart=False)
    assert result.diagnostics == ()
    (text,) = result.files.values()
    left_out = "".join(f"{line}\n" for line in result.left_out)
    return {"expected.netpol": text, **({"expected.txt": left_out} if left_out else {})}


@every_case
def test_golden(case, request):
    case.compare(suggested(case), update=request.config.getoption("--update-golden"))


@every_case
def test_what_is_proposed_is_laid_out_and_has_no_findings_but_what_is_to_be_judged(case):
    text = suggested(case)["expected.netpol"]
    formatted = format_source(Source("expected.netpol", text))
    assert (formatted.diagnostics, formatted.changed) == ((), False)
    found = compile_program(in_one_folder({"expected.netpol": text}), CompileOptions()).diagnostics
    assert {one.code for one in found if one.severity != "note"} <= {"NP606"}


@every_case
def test_apart_it_says_the_same(case):
    one = suggest(manifests_of(case), apart=False).files
    several = suggest(manifests_of(case), apart=True).files
    assert policies(one) == policies(several)


def policies(files):
    compiled = compile_program(in_one_folder(files), CompileOptions())
    assert compiled.ok
    return {(each.namespace, each.pod_selector, each.policy_types, peers(each)) for each in compiled.policies}


def peers(policy):
    """The rules of a policy, but for the comments that name files."""
    return tuple((rule.peers, rule.ports) for rule in (*(policy.ingress or ()), *(policy.egress or ())))
