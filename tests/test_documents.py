"""Documents are run: what they show is what netpolc does, and what they list is complete.

Code blocks say how by the words after their fence:

- `netpol` compiles without a finding; with `error=CODE` or `warning=CODE`, that is what it raises; `env=NAME` chooses
  an environment.
- `file=NAME`, on any block, writes it into the document's folder first; `from=FOLDER` copies a folder's content there.
- `python` blocks with `>>>` are run, as doctest has it; `in=FILE` is quoted from there.
- `console` runs each line after `$ ` there, and compares what it prints; `exit=N` is how its last command ends.

What stands between `<!-- run: COMMAND -->` and `<!-- end -->` is what the command prints, as Markdown.

`--update-golden` writes what commands print into the documents.
"""

import doctest
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

import netpolc
from netpolc.cli.words import COMMANDS, HELP
from netpolc.compiler.loading import LIBRARY
from netpolc.diagnostics.codes import CODES
from netpolc.language.resolve.outline import outline
from netpolc.language.syntax.parser import parse
from netpolc.policy import model
from netpolc.project.config import EnvironmentSettings, Project
from netpolc.source import Source
from netpolc.version import VERSION
from tests import programs

ROOT = Path(__file__).parents[1]
RUN = (
    "README.md",
    "docs/tutorial.md",
    "docs/adopt.md",
    "docs/language.md",
    "docs/commands.md",
    "docs/review.md",
    "docs/report.md",
    "docs/graph.md",
    "docs/on-call.md",
    "docs/cluster.md",
    "docs/fleet.md",
    "docs/flows.md",
    "docs/volume.md",
    "docs/questions.md",
    "docs/semantics.md",
    "docs/platforms.md",
    "docs/tiers.md",
    "docs/design/policy-names.md",
)
WRITTEN = (
    *RUN,
    "docs/api.md",
    "docs/how-to-add.md",
    "docs/integrations.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "RELEASE.md",
    "SECURITY.md",
)
FENCE = re.compile(r"^```(?P<kind>[a-z]+)(?P<marks>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"^<!-- run: (?P<command>.+) -->\n(?P<body>.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?:\[[^\]\n]*\]\(|^\[[^\]\n]+\]: )(?P<target>[^)\s]+)", re.MULTILINE)
ON_GITHUB = re.compile(r"https://github\.com/netpolc/netpolc/(?:blob|tree)/main/")
"""Where the pages of this folder stand for everybody, such as the readers of README.md on PyPI."""

HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
HOME = "/home/me/project"
"""How documents call the folder in which their commands run."""


class Block(msgspec.Struct):
    kind: str
    marks: dict[str, str]
    body: str
    line: int
    span: tuple[int, int]


def text_of(document):
    return (ROOT / document).read_text("utf-8")


def blocks_of(text):
    """All blocks of a document, in their order; what a command printed as Markdown is one of kind `printed`."""
    for found in sorted((*FENCE.finditer(text), *PRINTED.finditer(text)), key=re.Match.start):
        parts = found.groupdict()
        kind = parts.get("kind", "printed")
        marks = dict(mark.split("=", 1) for mark in parts.get("marks", "").split())
        body = f"$ {parts['command']}\n" if kind == "printed" else parts["body"]
        yield Block(kind, marks, body, text.count("\n", 0, found.start()) + 1, found.span("body"))


def prose_of(document):
    return FENCE.sub("", text_of(document))


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux ends so when the last process has closed its side
        return b""


@pytest.fixture
def run(tmp_path_factory, tmp_path):
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path_factory.mktemp("home")),
        "NETPOLC_CACHE": os.environ["NETPOLC_CACHE"],
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }

    def run_command(command):
        """What a terminal shows, and how the command ended; elsewhere, results and messages have no common order."""
        leader, follower = os.openpty()
        process = programs.start(command, tmp_path, environment, subprocess.DEVNULL, follower, follower)
        os.close(follower)
        shown = b"".join(iter(lambda: read(leader), b""))
        os.close(leader)
        text = shown.decode().replace("\r\n", "\n").replace(str(tmp_path), HOME)
        return text, process.wait()

    return run_command


def session(block, run):
    """What a console block should read, and how its last command ended; an earlier one has to succeed."""
    commands = [line[2:] for line in block.body.splitlines() if line.startswith("$ ")]
    assert commands, f"line {block.line}: a console block without a command"
    lines = []
    for number, command in enumerate(commands, 1):
        shown, code = run(command)
        wanted = int(block.marks.get("exit", "0")) if number == len(commands) else 0
        assert code == wanted, f"line {block.line}: `{command}`\n{shown}"
        lines += [f"$ {command}", *shown.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def findings(block):
    """The codes of the errors and warnings of a netpol block."""
    name = block.marks.get("file", "<text>")
    result = netpolc.compile_text(block.body, name=name, env=block.marks.get("env"))
    return {(d.severity, d.code) for d in result.diagnostics if d.severity != "note"}


def test_the_examples_of_the_python_api_run():
    options = doctest.IGNORE_EXCEPTION_DETAIL
    tried = doctest.testfile(str(ROOT / "docs/api.md"), module_relative=False, optionflags=options)
    assert tried.attempted > 20
    assert not tried.failed
    assert not doctest.testmod(netpolc).failed


def test_the_document_of_the_python_api_names_every_function_with_its_parameters():
    rows = re.findall(r"^\| `(\w+)\(([^)]*)\)` \|", text_of("docs/api.md"), re.MULTILINE)
    functions = {
        name: inspect.signature(getattr(netpolc, name)).parameters for name in netpolc.__all__ if name.islower()
    }
    assert {name: listed.split(", ") for name, listed in rows} == {name: [*known] for name, known in functions.items()}


@pytest.mark.parametrize("document", RUN)
def test_what_a_document_shows_is_what_happens(document, run, tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    text = text_of(document)
    answers = {}
    surprises = []
    for block in blocks_of(text):
        if "file" in block.marks:
            (tmp_path / block.marks["file"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.marks["file"]).write_text(block.body, "utf-8")
        if "from" in block.marks:
            shutil.copytree(ROOT / block.marks["from"], tmp_path, dirs_exist_ok=True)
        if block.kind == "netpol":
            wanted = {(severity, block.marks[severity]) for severity in ("error", "warning") if severity in block.marks}
            found = findings(block)
            surprises += [] if found == wanted else [(f"{document}:{block.line}", found, wanted)]
        if block.kind in ("console", "printed"):
            shown = session(block, run)
            answers[block.span] = shown if block.kind == "console" else shown.partition("\n")[2]
    assert surprises == []
    shown = text
    for (start, end), answer in sorted(answers.items(), reverse=True):
        shown = shown[:start] + answer + shown[end:]
    if request.config.getoption("--update-golden"):
        (ROOT / document).write_text(shown, "utf-8")
    else:
        assert text.splitlines() == shown.splitlines()


def test_every_code_has_a_page_and_no_page_is_for_nothing():
    pages = {path.name for path in (ROOT / "docs" / "codes").glob("NP*.md")}
    assert pages == {code.page for code in CODES}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described_with_its_help(command):
    text = text_of("docs/commands.md")
    assert f"\n## netpolc {command}\n" in text
    assert f"\n$ netpolc {command} --help\n" in text or command == HELP


def test_every_key_of_the_project_file_is_described():
    text = prose_of("docs/commands.md")
    keys = {*Project.__struct_fields__, *EnvironmentSettings.__struct_fields__} - {"root", "file", "environments"}
    assert [key for key in sorted(keys) if f"`{key.replace('_', '-')}`" not in text] == []


def test_every_variable_of_the_environment_is_described():
    text = prose_of("docs/commands.md")
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "netpolc").rglob("*.py"))
    read = set(re.findall(r"""environ(?:\.get)?[(\[]"([A-Z_]+)\"""", sources))
    assert {"NETPOLC_CACHE", "NO_COLOR", "XDG_CACHE_HOME"} <= read
    assert [name for name in sorted(read) if f"`{name}`" not in text] == []


def test_everything_that_a_template_receives_is_described():
    text = prose_of("docs/commands.md")
    types = (model.Policy, model.Rule, model.PodPeer, model.IPBlock, model.PolicyPort, model.Selector)
    fields = {field for kind in (*types, model.MatchExpression) for field in kind.__struct_fields__}
    fields -= {"location", "subject_location", "sources"}
    assert [name for name in sorted({*fields, "quote", "folded", "comment"}) if f"`{name}`" not in text] == []


def test_every_name_of_the_library_is_described():
    text = Source("std", (LIBRARY / "std.netpol").read_text("utf-8"))
    names = {each.statement.name.text for each in outline(text, parse(text).tree).declarations}
    described = set(re.findall(r"^\| `std\.([a-z-]+)` \|", text_of("docs/language.md"), re.MULTILINE))
    assert described == names


def test_every_room_of_the_house_is_on_the_map():
    package = ROOT / "netpolc"
    here = {f"{path.name}/" for path in package.iterdir() if path.is_dir() and not path.name.startswith(("_", "."))}
    here |= {path.name for path in package.glob("*.py")}
    on_map = set(re.findall(r"^\| `([a-z_]+(?:/|\.py))` \|", text_of("ARCHITECTURE.md"), re.MULTILINE))
    assert on_map == here


def test_the_map_says_in_which_room_each_message_is_raised():
    package = ROOT / "netpolc"
    listing = {package / "diagnostics/codes.py", package / "checks/registry.py"}
    texts = {path: path.read_text("utf-8") for path in package.rglob("*.py") if path not in listing}
    rows = re.findall(r"^\| (NP\dxx[^|]*) \|[^|]*\| ([^|]*) \|$", text_of("ARCHITECTURE.md"), re.MULTILINE)
    rooms = {
        digit: re.findall(r"`([a-z]+)/", re.sub(r"\*\*.*?\*\*", "", where))
        for codes, where in rows
        for digit in re.findall(r"NP(\d)xx", codes)
    }
    for code in CODES:
        raised = {path.relative_to(package).parts[0] for path, text in texts.items() if f'"{code.code}"' in text}
        assert raised & set(rooms[code.code[2]]), f"{code.code}: {sorted(raised)}"


def test_the_map_shows_the_layers_that_are_checked():
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert "```text\n" + "\n".join(layers) + "\n```\n" in text_of("ARCHITECTURE.md")


def test_every_dependency_has_its_reason():
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    extras = {name: packages for name, packages in project["optional-dependencies"].items() if name != "build"}
    declared = {*project["dependencies"], *(package for packages in extras.values() for package in packages)}
    names = {re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower() for requirement in declared}
    _, section = text_of("CONTRIBUTING.md").split("\n## Dependencies\n")
    reasons = re.findall(r"^\| ([A-Za-z0-9.-]+) \| \S", section, re.MULTILINE)
    assert sorted(reasons) == sorted([*names, *(["package"] * 3)])


def test_every_dependency_of_the_package_is_used_by_it():
    modules = {"pyyaml": "yaml"}
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "netpolc").rglob("*.py"))
    for requirement in tomllib.loads(text_of("pyproject.toml"))["project"]["dependencies"]:
        name = re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower()
        assert re.search(rf"^\s*(?:import|from) {modules.get(name, name)}\b", sources, re.MULTILINE), name


def test_the_files_that_a_page_on_the_code_names_are_there():
    named = re.findall(r"`([a-z_.-]+/[A-Za-z0-9_./-]*)`", prose_of("docs/how-to-add.md"))
    assert len(set(named)) > 30
    assert [file for file in named if not (ROOT / file).exists()] == []


def test_what_a_page_quotes_from_the_code_stands_there():
    quoted = [block for block in blocks_of(text_of("docs/how-to-add.md")) if "in" in block.marks]
    assert len(quoted) > 5
    strange = [block.line for block in quoted if block.body not in text_of(block.marks["in"])]
    assert strange == []


def test_the_changelog_has_the_version_below_what_is_unreleased():
    first, *released = re.findall(r"^## (.*)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert first == "[Unreleased]"
    headings = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", heading).groups() for heading in released]
    assert ".".join(headings[0][:3]) == VERSION
    versions = [tuple(map(int, heading[:3])) for heading in headings]
    assert versions == sorted(set(versions), reverse=True)
    assert [heading[3] for heading in headings] == sorted((heading[3] for heading in headings), reverse=True)


def test_the_changelog_says_what_kind_each_change_is_of():
    kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    _, *versions = re.split(r"^## ", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    for version in versions:
        heading, *parts = re.split(r"^### ", version, flags=re.MULTILINE)
        name = heading.partition("]")[0].removeprefix("[")
        assert f"\n[{name}]: https://github.com/netpolc/netpolc/" in text_of("CHANGELOG.md")
        found = [part.partition("\n")[0] for part in parts]
        assert found == [kind for kind in kinds if kind in found], name
        assert [part for part in parts if "\n- " not in part] == []


def test_the_readme_sums_up_the_benchmarks():
    begin, end = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
    text = text_of("README.md")
    assert (text.count(begin), text.count(end)) == (1, 1)
    rows = re.findall(r"^(\| .*[a-z].* \| \d[\d.]* m?s \|)", text[text.index(begin) : text.index(end)], re.MULTILINE)
    assert len(rows) == 3
    assert [row for row in rows if row not in text_of("benchmarks/results.md")] == []


def anchors(document):
    headings = HEADING.findall(FENCE.sub("", document.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def all_documents():
    pages = [ROOT / name for name in WRITTEN]
    return [*pages, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]


def links_of(document):
    return [link["target"] for link in LINK.finditer(FENCE.sub("", document.read_text("utf-8")))]


def test_every_internal_link_leads_somewhere():
    dead = []
    for document in dict.fromkeys(all_documents()):
        for link in links_of(document):
            path, _, anchor = link.partition("#")
            at_home = ON_GITHUB.match(path)
            if re.match(r"[a-z]+:", path) and not at_home:
                continue
            target = ROOT / path[at_home.end() :] if at_home else document.parent / path if path else document
            if not target.exists() or (anchor and anchor not in anchors(target)):
                dead.append(f"{document.relative_to(ROOT)}: {link}")
    assert dead == []


def test_the_readme_can_be_read_elsewhere():
    """PyPI shows it without the files beside it."""
    assert [link for link in links_of(ROOT / "README.md") if not link.startswith("https://")] == []
    text = text_of("README.md")
    named = set(re.findall(r"\]\[([a-z-]+)\]", text))
    assert named == set(re.findall(r"^\[([a-z-]+)\]: ", text, re.MULTILINE))
