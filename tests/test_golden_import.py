"""Policies, and the source that a person would have written for them: a golden file a case.

`input.yaml` is imported; `expected.netpol` is what is written, and `expected.txt` what is said of what it leaves out.
"""

from pathlib import Path

import pytest

from netpolc.adopt.importer.importing import import_manifests
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.diagnostics.model import errors_in
from netpolc.language.formatting import format_source
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests import goldens

GOLDEN = Path(__file__).parent / "golden-import"
CASES = goldens.cases(GOLDEN)


def imported(case):
    manifests = read_manifests(Source("input.yaml", case.inputs["input.yaml"]))
    assert not errors_in(manifests.diagnostics)
    result = import_manifests(manifests, apart=False)
    assert result.diagnostics == ()
    (text,) = result.files.values()
    left_out = "".join(f"{line}\n" for line in (*result.left_out, *result.offers))
    return {"expected.netpol": text, **({"expected.txt": left_out} if left_out else {})}


@pytest.mark.parametrize("name", CASES)
def test_golden(name, request):
    case = goldens.read(GOLDEN / f"{name}.golden")
    case.compare(imported(case), update=request.config.getoption("--update-golden"))


@pytest.mark.parametrize("name", CASES)
def test_what_is_expected_is_laid_out(name):
    text = goldens.read(GOLDEN / f"{name}.golden").expected["expected.netpol"]
    formatted = format_source(Source("expected.netpol", text))
    assert (formatted.diagnostics, formatted.changed) == ((), False)


def test_policies_on_pods_of_different_labels_build_to_as_many():
    """Who applies policies, prunes them and looks them up wants those of before, and no others beside them."""
    case = goldens.read(GOLDEN / "keys-that-differ.golden")
    before = read_manifests(Source("input.yaml", case.inputs["input.yaml"])).policies
    loaded = load_text(Source("expected.netpol", case.expected["expected.netpol"]), GOLDEN)
    built = compile_program(loaded, CompileOptions()).policies
    assert len(built) == len(before) == 6
    assert {policy.pod_selector for policy in built} == {policy.pod_selector for policy in before}
