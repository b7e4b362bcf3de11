"""Each diagnostic code has a page, and each page is true.

The blocks of a section are files of one folder, all of them compiled together on the day `TODAY`. The words after a
fence set it up: `file=NAME`, `env=NAME`, `today=DATE`; `also=CODE` names what else is found; `escaped` is for text that
no page can hold. `console` blocks are run, `exit=N` is how their last command ends. `--update-golden` writes what
netpolc says into the pages.
"""

import datetime
import os
import re
import sys
from pathlib import Path

import msgspec
import pytest

from netpolc.compiler.loading import load_files
from netpolc.compiler.pipeline import compile_program
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics import human
from netpolc.diagnostics.codes import BY_CODE, CODES
from netpolc.project import config
from netpolc.project.discovery import SourceFile
from tests import programs
from tests.rows import each_row

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "codes"
TODAY = "2026-06-01"
HOME = "/home/me/project"
FENCE = re.compile(r"^```(?P<kind>[a-z]+)(?P<marks>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = ("An example", "Fixed", "Notes")

HERE = "tests/test_code_pages.py"
VALIDITY = "tests/unit/policy/test_validity.py"
MANIFESTS = "tests/unit/manifests/test_reading.py"
ASSUMPTIONS = "tests/unit/manifests/test_assumptions.py"
WRITTEN = "tests/unit/checks/yaml"
ELSEWHERE = {
    "NP120": ("it is raised by YAML", MANIFESTS),
    "NP121": ("it is raised by YAML", MANIFESTS),
    "NP122": ("it is raised by YAML", MANIFESTS),
    "NP218": ("an example names hundreds of workloads", HERE),
    "NP401": ("no source is known to lead there", VALIDITY),
    "NP405": ("an example has a quarter of a mebibyte", HERE),
    "NP408": ("no source is known to lead there", VALIDITY),
    "NP409": ("no source is known to lead there", VALIDITY),
    "NP410": ("no source is known to lead there", VALIDITY),
    "NP411": ("it is raised by YAML", MANIFESTS),
    "NP412": ("it is raised by YAML", MANIFESTS),
    "NP413": ("it is raised by YAML", MANIFESTS),
    "NP414": ("it is raised by YAML", MANIFESTS),
    "NP415": ("it is raised by YAML", ASSUMPTIONS),
    "NP416": ("it is raised by YAML", MANIFESTS),
    "NP417": ("it is raised by YAML", MANIFESTS),
    "NP418": ("it is raised by YAML", "tests/unit/compiler/test_inputs.py"),
    "NP419": ("it is raised by YAML", ASSUMPTIONS),
    "NP420": ("it is raised by YAML", f"{WRITTEN}/test_stale_status.py"),
    "NP421": ("it is raised by YAML", f"{WRITTEN}/test_ipv6_spelling.py"),
    **{f"NP43{number}": ("it is raised by YAML", "tests/unit/manifests/test_tier_policies.py") for number in range(7)},
    **dict.fromkeys(
        ("NP437", "NP520", "NP660", "NP661", "NP662"),
        ("it is raised by YAML", "tests/unit/checks/tiers/test_checked_tiers.py"),
    ),
    "NP507": ("it is raised beside workloads", "tests/unit/checks/workloads/test_selectors.py"),
    "NP508": ("it is raised beside workloads", "tests/unit/checks/workloads/test_ports.py"),
    "NP509": ("it is raised beside workloads", "tests/unit/checks/workloads/test_ports.py"),
    "NP510": ("it is raised beside workloads", "tests/unit/checks/workloads/test_ports.py"),
    "NP515": ("it is raised beside workloads", "tests/unit/checks/workloads/test_ambiguous_port_name.py"),
    "NP511": ("it is raised by YAML", f"{WRITTEN}/test_types.py"),
    "NP512": ("it is raised by YAML", f"{WRITTEN}/test_ports.py"),
    "NP513": ("it is raised by YAML", f"{WRITTEN}/test_types.py"),
    "NP514": ("it is raised by YAML", f"{WRITTEN}/test_dead_annotation.py"),
    "NP604": ("an example has two hundred kibibytes", HERE),
    "NP610": ("it is raised by YAML", f"{WRITTEN}/test_types.py"),
    "NP611": ("it is raised by YAML", f"{WRITTEN}/test_ports.py"),
    "NP612": ("it is raised by YAML", f"{WRITTEN}/test_split_peer.py"),
    "NP613": ("it is raised by YAML", f"{WRITTEN}/test_blocks.py"),
    "NP614": ("it is raised by YAML", f"{WRITTEN}/test_unstated_namespace.py"),
    "NP615": ("it is raised by YAML", f"{WRITTEN}/test_plugin_dependent.py"),
    "NP616": ("it is raised beside workloads", "tests/unit/checks/workloads/test_unselected.py"),
    "NP617": ("it is raised beside workloads", "tests/unit/checks/workloads/test_unselected.py"),
    "NP618": ("it is raised beside workloads", "tests/unit/checks/workloads/test_unreachable_service.py"),
    "NP619": ("it is raised beside workloads", "tests/unit/checks/workloads/test_cut_off_caller.py"),
    "NP628": ("it is raised beside workloads", "tests/unit/checks/workloads/test_cut_off_call.py"),
    "NP629": ("it is raised beside workloads", "tests/unit/checks/workloads/test_cut_off_account.py"),
    "NP631": ("it is raised beside workloads", "tests/unit/checks/workloads/test_unreachable_service.py"),
    "NP634": ("it is raised by YAML", f"{WRITTEN}/test_split_rule.py"),
    "NP635": ("it is raised by YAML", "tests/unit/checks/policies/test_run.py"),
    "NP636": ("it is raised by YAML", "tests/unit/checks/policies/test_run.py"),
    "NP625": ("it takes more selectors than a page holds", "tests/cli/test_diff.py"),
    "NP671": ("it is raised by YAML", "tests/unit/checks/platforms/test_run.py"),
    "NP685": ("it is raised by YAML", "tests/unit/checks/platforms/test_run.py"),
    "NP674": ("it is raised by YAML", "tests/unit/checks/platforms/test_run.py"),
    "NP677": ("it is raised beside workloads", "tests/unit/checks/platforms/test_run.py"),
    "NP702": ("it takes more selectors than a page holds", "tests/unit/checks/programs/test_assertions.py"),
    "NP811": ("it takes tools that may not be here", "tests/unit/project/test_rendering.py"),
    **dict.fromkeys(("NP830", "NP831", "NP832"), ("it takes a cluster", "tests/unit/live/test_refusals.py")),
    **dict.fromkeys(("NP885", "NP886", "NP887"), ("it takes a drawing", "tests/cli/test_graph.py")),
    **dict.fromkeys(("NP840", "NP845", "NP848", "NP850"), ("it takes a cluster", "tests/cli/test_apply.py")),
    **dict.fromkeys(
        ("NP841", "NP842", "NP843", "NP844", "NP846", "NP847", "NP849", "NP852"),
        ("it takes a cluster", "tests/unit/rollout/test_applying.py"),
    ),
    "NP851": ("it takes policies that no program makes", "tests/unit/rollout/test_applying.py"),
    **dict.fromkeys(("NP860", "NP861"), ("it takes logs of flows", "tests/cli/test_flows.py")),
    **dict.fromkeys(
        ("NP867", "NP869", "NP870", "NP871", "NP872", "NP873", "NP874"),
        ("it takes logs of flows", "tests/unit/flows/reading/test_front.py"),
    ),
    **dict.fromkeys(("NP862", "NP863"), ("it takes logs of flows", "tests/unit/flows/reading/test_clock.py")),
    "NP868": ("it takes logs of flows", "tests/unit/flows/reading/test_hubble.py"),
    "NP880": ("it takes an installation without the package", "tests/unit/test_extras.py"),
    "NP882": ("it takes a damaged file", "tests/unit/flows/reading/edges/test_tables.py"),
    "NP902": ("a known way there would be mended", "tests/unit/compiler/test_verification.py"),
    "NP903": ("a known way there would be mended", "tests/unit/adopt/importer/test_importing.py"),
    "NP901": ("a known way there would be mended", "tests/unit/language/test_formatting.py"),
    "NP450": ("it is raised by a target", HERE),
    "NP452": ("it is raised by an import", "tests/unit/adopt/importer/test_guardrails.py"),
}
"""Codes whose pages describe them, since no example can raise them, and where they are tested."""

MANY = ", ".join(f"web-{number}" for number in range(200))
BLOCKS = ", ".join(f"20.{high}.{low}.0/32" for high in range(30) for low in range(250))
LARGE = {
    "NP218": f"{{{MANY}}} -> {{{MANY}}}:80\n",
    "NP405": f'@reason("{"so it is " * 30_000}")\nwebapp -> database:5432\n',
    "NP604": f"net partners = {{{BLOCKS}}}\nbaseline deny egress\nwebapp -> partners:443\n",
}
"""What raises the codes that take too much for a page."""


class Block(msgspec.Struct):
    kind: str
    marks: dict[str, str]
    body: str
    span: tuple[int, int]


class Page:
    def __init__(self, code):
        self.code = code
        self.path = PAGES / BY_CODE[code].page
        self.text = self.path.read_text("utf-8")
        self.blocks = [
            Block(
                found["kind"],
                dict(mark.partition("=")[::2] for mark in found["marks"].split()),
                found["body"],
                found.span("body"),
            )
            for found in FENCE.finditer(self.text)
        ]
        self.headings = {match[1]: match.start() for match in re.finditer(r"^## (.+)$", self.text, re.MULTILINE)}

    def section(self, name):
        start = self.headings[name]
        end = min((at for at in self.headings.values() if at > start), default=len(self.text))
        return [block for block in self.blocks if start < block.span[0] < end]


def marks(blocks):
    return {key: value for block in blocks for key, value in block.marks.items()}


def write(blocks, folder):
    """The netpol files of a section, in a project of their own."""
    (folder / config.FILE_NAME).touch()
    names = []
    for block in blocks:
        if block.kind not in {"netpol", "toml", "jinja"} and not (
            block.kind in {"json", "yaml"} and "file" in block.marks
        ):
            continue
        name = block.marks.get("file", "shop.netpol")
        text = block.body.encode().decode("unicode_escape") if "escaped" in block.marks else block.body
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
        names += [name] if block.kind == "netpol" else []
    return names


def findings(blocks, folder):
    """What `netpolc check` finds in the files of a section."""
    names = write(blocks, folder)
    if not names:
        return config.load(folder / config.FILE_NAME, config.FILE_NAME)[1]
    project, _ = config.load(folder / config.FILE_NAME)
    here = Workspace(folder, project)
    loaded = load_files([SourceFile(Path(name), name) for name in names], folder, platform=here.platform_name)
    said = marks(blocks)
    today = datetime.date.fromisoformat(said.get("today", TODAY))
    (options,) = here.options_of_check([said.get("env")], None, today)
    return compile_program(loaded, options).diagnostics


def codes(diagnostics):
    return {diagnostic.code for diagnostic in diagnostics}


def also(blocks):
    return {code for block in blocks if (code := block.marks.get("also"))}


RUN = [code.code for code in CODES if any(block.kind == "console" for block in Page(code.code).blocks)]
RUN = [code for code in RUN if code not in ELSEWHERE]
COMPILED = [code.code for code in CODES if code.code not in {*RUN, *ELSEWHERE}]


def test_each_code_has_a_page_and_each_page_a_code():
    assert {path.name for path in PAGES.iterdir()} == {code.page for code in CODES}


@each_row("code", CODES)
def test_a_page_has_its_parts(code):
    page = Page(code.code)
    assert page.text.startswith(f"# {code.code}: {code.name}\n\n")
    assert tuple(page.headings) in {SECTIONS[:1], SECTIONS[:2], SECTIONS, (SECTIONS[0], SECTIONS[2])}
    assert ("Fixed" in page.headings) == (not code.code.startswith("NP9"))
    assert max(map(len, FENCE.sub("", page.text).splitlines())) <= 120
    assert page.text.endswith("\n")
    assert not page.text.endswith("\n\n")


@pytest.mark.parametrize("code", COMPILED)
def test_the_example_raises_the_code_and_the_page_shows_what_is_said(code, tmp_path, request):
    page = Page(code)
    example = page.section("An example")
    found = findings(example, tmp_path)
    assert codes(one for one in found if one.severity != "note" or one.code == code) == {code, *also(example)}
    (shown,) = (block for block in example if block.kind == "text")
    said = human.render([one for one in found if one.code == code], color=False, width=100)
    said = said.replace(str(tmp_path), HOME)
    if request.config.getoption("--update-golden"):
        start, end = shown.span
        page.path.write_text(page.text[:start] + said + page.text[end:], "utf-8")
    else:
        assert shown.body == said


@pytest.mark.parametrize("code", COMPILED)
def test_the_mended_example_is_free_of_it(code, tmp_path):
    mended = Page(code).section("Fixed")
    found = findings(mended, tmp_path)
    assert codes(one for one in found if one.severity != "note" or one.code == code) == also(mended) - {code}


@pytest.mark.parametrize("code", [code for code in COMPILED if BY_CODE[code].silenceable])
def test_a_code_that_can_be_silenced_is_silenced_as_its_page_says(code, tmp_path):
    page = Page(code)
    assert f"ignore[{code}]" in page.text or code == "NP504"
    example = page.section("An example")
    lines = {one.location.line for one in findings(example, tmp_path) if one.code == code}
    assert lines
    (block,) = (block for block in example if block.kind == "netpol")
    text = block.body.splitlines()
    for line in sorted(lines, reverse=True):
        text.insert(line - 1, f"# netpolc: ignore[{code}] why it is fine")
    silenced = msgspec.structs.replace(block, body="\n".join(text) + "\n")
    assert code not in codes(findings([silenced], tmp_path))


def session(block, folder, environment):
    """What the commands of a console block print, with the way in which the last ended."""
    commands = [line[2:] for line in block.body.splitlines() if line.startswith("$ ")]
    shown = []
    for number, command in enumerate(commands, 1):
        done = programs.run(command, folder, environment, merged=True)
        text = done.out.replace(str(folder), HOME)
        assert done.code == (int(block.marks.get("exit", "0")) if number == len(commands) else 0), text
        shown += [f"$ {command}", *text.splitlines()]
    return "".join(f"{line}\n" for line in shown)


@pytest.mark.parametrize("code", RUN)
def test_what_a_page_shows_of_a_terminal_is_what_happens(code, tmp_path, request):
    page = Page(code)
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NETPOLC_CACHE": os.environ["NETPOLC_CACHE"],
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
    }
    answers = {}
    for name in ("An example", "Fixed"):
        for block in page.section(name):
            write([block], tmp_path)
            if block.kind == "console":
                answers[block.span] = session(block, tmp_path, environment)
                raised = f"[{code}]" in answers[block.span]
                assert raised == (name == "An example"), answers[block.span]
    shown = page.text
    for (start, end), answer in sorted(answers.items(), reverse=True):
        shown = shown[:start] + answer + shown[end:]
    if request.config.getoption("--update-golden"):
        page.path.write_text(shown, "utf-8")
    else:
        assert page.text == shown


@each_row("code, file", [(code, file) for code, (_, file) in ELSEWHERE.items()])
def test_a_code_without_an_example_is_tested_elsewhere(code, file):
    assert f'"{code}"' in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("code", LARGE)
def test_what_is_too_large_for_a_page_raises_its_code(code, tmp_path):
    large = Block("netpol", {}, LARGE[code], (0, 0))
    assert codes(findings([large], tmp_path)) == {code}
