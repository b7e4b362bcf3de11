import json
import subprocess
import sys

import pytest

from netpolc.diagnostics import human
from netpolc.diagnostics.formats import FORMATS, Appearance
from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Source, Span

FOUND = Diagnostic(
    code="NP203", severity="error", message="unknown", location=Location(Source("f", "x" * 500), Span(0, 1))
)


def test_every_format_says_the_diagnostic():
    for name, formatter in FORMATS.items():
        assert "NP203" in formatter([FOUND], Appearance()), name


def test_each_name_leads_to_its_form():
    wide = Appearance(color=True, width=300)
    assert FORMATS["human"]([FOUND], wide) == human.render([FOUND], color=True, width=300)
    assert FORMATS["plain"]([FOUND], wide) == "f:1:1: error[NP203]: unknown\n"
    assert json.loads(FORMATS["json"]([FOUND], wide))["error_count"] == 1


RENDERERS = [f"netpolc.diagnostics.{name}" for name in ("human", "as_json", "sarif", "github", "gitlab", "junit")]


@pytest.mark.parametrize("module", [*RENDERERS, "json", "difflib", "hashlib", "xml"])
def test_naming_the_formats_imports_none(module):
    program = "import sys, netpolc.diagnostics.formats, netpolc.diagnostics.closest; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert module not in loaded.split()
