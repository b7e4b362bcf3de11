"""Sources, and what becomes of them: a golden file a case.

The `*.netpol` files that are in no folder are compiled together; those in folders are there to be imported.
`options.toml` may set `env`, `namespace`, `today`, `thorough` and `[labels]`. `expected.yaml` is what is written, and
`expected.txt` all that is said.
"""

import datetime
import functools
import shutil
import tomllib
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

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
from tests import goldens, schemas

GOLDEN = Path(__file__).parent / "golden"
CASES = {name: goldens.read(GOLDEN / f"{name}.golden") for name in goldens.cases(GOLDEN)}
STRICT = YamlLintConfig(file=str(Path(__file__).parent / "yamllint.yaml"))
RENDERER = Renderer()
HOME = "/home/me/project"

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
every_written = pytest.mark.parametrize(
    "case", [pytest.param(case, id=name) for name, case in CASES.items() if "expected.yaml" in case.expected]
)


def options_of(case):
    known = tomllib.loads(case.inputs.get("options.toml", ""))
    assert set(known) <= {"env", "namespace", "today", "labels", "thorough"}
    today = known.get("today")
    assert today is None or isinstance(today, datetime.date)
    return CompileOptions(
        environment=known.get("env"),
        namespace=known.get("namespace"),
        labels=known.get("labels", {}),
        checks=CheckOptions(today=today, thorough=known.get("thorough", False)),
    )


def outcome(case, renderer=RENDERER):
    """The YAML and the diagnostics of a case, compiled in a folder of its own: a project by itself."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        case.unpack(folder)
        (folder / FILE_NAME).touch()
        names = sorted(path.name for path in folder.glob("*.netpol"))
        compiled = compile_program(load_files([SourceFile(Path(n), n) for n in names], folder), options_of(case))
    shown = renderer.render_file(compiled.policies, tuple(names)) if compiled.policies else ""
    said = human.render(compiled.diagnostics, color=False, width=100).replace(str(folder), HOME)
    texts = {"expected.yaml": shown, "expected.txt": said}
    return {name: text for name, text in texts.items() if text}


@functools.cache
def as_it_is(name):
    """The outcome of a case, which several laws compare with."""
    return outcome(CASES[name])


@every_case
def test_golden(case, request):
    case.compare(as_it_is(case.path.stem), update=request.config.getoption("--update-golden"))


@every_written
def test_what_is_expected_is_what_kubernetes_takes(case):
    text = case.expected["expected.yaml"]
    assert list(linter.run(text, STRICT)) == []
    objects = list(yaml.load_all(text, yaml.CSafeLoader))
    for document in objects:
        schemas.check(document, "1.30")
    names = [(document["metadata"].get("namespace"), document["metadata"]["name"]) for document in objects]
    assert len(set(names)) == len(names)


def test_a_template_of_ones_own_that_is_a_copy_writes_the_same(tmp_path):
    """It runs in a sandbox, which must show in nothing."""
    templates = tmp_path / "templates"
    shutil.copytree(bundled("templates"), templates)
    copied = Renderer(templates)
    for name, case in CASES.items():
        assert outcome(case, copied) == as_it_is(name)


@every_case
def test_formatting_a_case_changes_no_policy(case):
    texts = {
        name: format_source(Source(PurePath(name).name, text)).text if name.endswith(".netpol") else text
        for name, text in case.inputs.items()
    }
    shown, before = (
        found.get("expected.yaml", "") for found in (outcome(case._replace(inputs=texts)), as_it_is(case.path.stem))
    )
    assert list(yaml.load_all(shown, yaml.CSafeLoader)) == list(yaml.load_all(before, yaml.CSafeLoader))
