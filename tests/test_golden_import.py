"""Policies, and the source that a person would have written for them: a golden file a case.

`input.yaml` is imported; `expected.netpol` is what is written, and `expected.txt` what is said of what it leaves out.
"""

from pathlib import Path

import pytest

from netpolc.adopt.importer.importing import import_manifests
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
    left_out = "".join(f"{line}\n" for line in result.left_out)
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
