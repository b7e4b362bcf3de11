"""One folder a case: policies, and the source that a person would have written for them.

`input.yaml` is imported; `expected.netpol` is what is written, and `expected.txt` what is said of what it leaves out.
`--update-golden` rewrites both.
"""

from pathlib import Path

import pytest

from netpolc.adopt.importer.importing import import_manifests
from netpolc.diagnostics.model import errors_in
from netpolc.language.formatting import format_source
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

GOLDEN = Path(__file__).parent / "golden-import"
CASES = sorted(path.name for path in GOLDEN.iterdir())


def imported(case):
    manifests = read_manifests(Source("input.yaml", (GOLDEN / case / "input.yaml").read_text("utf-8")))
    assert not errors_in(manifests.diagnostics)
    result = import_manifests(manifests, apart=False)
    assert result.diagnostics == ()
    (text,) = result.files.values()
    return text, "".join(f"{line}\n" for line in result.left_out)


@pytest.mark.parametrize("case", CASES)
def test_golden(case, request):
    for name, text in zip(("expected.netpol", "expected.txt"), imported(case), strict=True):
        path = GOLDEN / case / name
        if not request.config.getoption("--update-golden"):
            assert (path.read_text("utf-8") if path.exists() else "") == text
        elif text:
            path.write_text(text, "utf-8")
        else:
            path.unlink(missing_ok=True)


@pytest.mark.parametrize("case", CASES)
def test_what_is_expected_is_laid_out(case):
    text = (GOLDEN / case / "expected.netpol").read_text("utf-8")
    formatted = format_source(Source("expected.netpol", text))
    assert (formatted.diagnostics, formatted.changed) == ((), False)
