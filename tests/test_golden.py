"""One folder a case: sources, and what becomes of them.

The `*.netpol` files of the folder itself are compiled together; those in folders below are there to be imported.
`options.toml` may set `env`, `namespace`, `today`, `thorough` and `[labels]`. `expected.yaml` is what is written, and
is missing where nothing is; `expected.txt` is everything that is said. `--update-golden` rewrites both.
"""

import datetime
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from netpolc.checks.options import CheckOptions
from netpolc.compiler.loading import load_files
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.diagnostics import human
from netpolc.language.formatting import format_source
from netpolc.project.config import FILE_NAME
from netpolc.project.discovery import SourceFile
from netpolc.resources import bundled
from netpolc.source import Source
from netpolc.targets.render import Renderer
from tests import schemas

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir())
STRICT = YamlLintConfig(file=str(Path(__file__).parent / "yamllint.yaml"))
RENDERER = Renderer()
HOME = "/home/me/project"
EXPECTED = ("expected.yaml", "expected.txt")


def options_of(case):
    path = GOLDEN / case / "options.toml"
    known = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    assert set(known) <= {"env", "namespace", "today", "labels", "thorough"}
    today = known.get("today")
    assert today is None or isinstance(today, datetime.date)
    return CompileOptions(
        environment=known.get("env"),
        namespace=known.get("namespace"),
        labels=known.get("labels", {}),
        checks=CheckOptions(today=today, thorough=known.get("thorough", False)),
    )


def outcome(case, folder, renderer=RENDERER):
    """The YAML and the diagnostics of a case, compiled in a folder of its own: a project by itself."""
    shutil.copytree(GOLDEN / case, folder, dirs_exist_ok=True)
    (folder / FILE_NAME).touch()
    names = sorted(path.name for path in folder.glob("*.netpol"))
    compiled = compile_program(load_files([SourceFile(Path(n), n) for n in names], folder), options_of(case))
    shown = renderer.render_file(compiled.policies, tuple(names)) if compiled.policies else None
    said = human.render(compiled.diagnostics, color=False, width=100).replace(str(folder), HOME) or None
    return dict(zip(EXPECTED, (shown, said), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_golden(case, tmp_path, request):
    for name, text in outcome(case, tmp_path).items():
        path = GOLDEN / case / name
        if not request.config.getoption("--update-golden"):
            assert (path.read_text("utf-8") if path.exists() else None) == text
        elif text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, "utf-8")


WRITTEN = [case for case in CASES if (GOLDEN / case / "expected.yaml").exists()]


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_expected_is_what_kubernetes_takes(case):
    text = (GOLDEN / case / "expected.yaml").read_text("utf-8")
    assert list(linter.run(text, STRICT)) == []
    objects = list(yaml.load_all(text, yaml.CSafeLoader))
    for document in objects:
        schemas.check(document, "1.30")
    names = [(document["metadata"].get("namespace"), document["metadata"]["name"]) for document in objects]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", WRITTEN)
def test_a_template_of_ones_own_that_is_a_copy_writes_the_same(case, tmp_path):
    """It runs in a sandbox, which must show in nothing."""
    templates = tmp_path / "templates"
    shutil.copytree(bundled("templates"), templates)
    before = outcome(case, tmp_path / "as-it-is")["expected.yaml"]
    assert outcome(case, tmp_path / "with-a-copy", Renderer(templates))["expected.yaml"] == before


@pytest.mark.parametrize("case", CASES)
def test_formatting_a_case_changes_no_policy(case, tmp_path):
    before = outcome(case, tmp_path / "before")
    for path in (tmp_path / "before").rglob("*.netpol"):
        formatted = format_source(Source(path.name, path.read_text("utf-8")))
        target = tmp_path / "after" / path.relative_to(tmp_path / "before")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(formatted.text, "utf-8")
    (tmp_path / "after" / FILE_NAME).touch()
    names = sorted(path.name for path in (tmp_path / "after").glob("*.netpol"))
    files = [SourceFile(Path(name), name) for name in names]
    after = compile_program(load_files(files, tmp_path / "after"), options_of(case))
    shown = RENDERER.render_file(after.policies, tuple(names)) if after.policies else ""
    assert list(yaml.load_all(shown, yaml.CSafeLoader)) == list(
        yaml.load_all(before["expected.yaml"] or "", yaml.CSafeLoader)
    )
