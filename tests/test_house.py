"""The rules of the house that no linter knows: how functions are documented, and where imports may stand."""

import ast
import functools
import gc
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "netpolc").rglob("*.py"))
NOUNS = """
    A Advice All An Another Any Anything As Both Citations Codes Connections Destinations Each Edits
    Ends Every Everybody Everything Evidence Fields Findings Fixes For From How In Inputs It Its Items Know
    Labels Lines Many Members Much Names Namespaces No None Not Nothing Numbers Of One Only Other Others Paths
    Patterns Pieces Pods Policies Ports Records Requirements Rules Services Several Some Something Source
    Sources Text That The This Those Two Values Variables What Where Whether Which Who Why Words Workloads
"""
"""With what a function's document does not begin: it says what the function does, and these begin what something is."""

RIDDLES = ("All that", "What", "Where", "Whether", "Who")

TREE = "language/syntax/tree.py"
SAID_AND_MEANT = {
    "Assertion": "ir/model.py",  # the statement, and what it asks of the resolved program
    "Baseline": "ir/model.py",  # the statement, and the pods of a namespace that it isolates
    "Flow": "ir/model.py",  # the statement, and the peers and ports that it connects
    "Guardrail": "ir/model.py",  # the statement, and what holds in some directions
    "Namespace": "manifests/model.py",  # the statement, and the object of a cluster
    "Selector": "policy/model.py",  # what stands in brackets, and the `LabelSelector` of the API
}
"""Names that two classes share: the syntax, which is always written `tree.X`, and what it is about."""


@pytest.fixture(autouse=True, scope="module")
def trees_are_no_garbage():
    """Half a million nodes are kept, among which the collector would look for garbage again and again."""
    gc.disable()
    yield
    parsed.cache_clear()
    nodes.cache_clear()
    gc.enable()


@functools.cache
def parsed(file):
    """The tree of a file of Python, for all tests that look at it."""
    return ast.parse(file.read_text("utf-8"))


@functools.cache
def nodes(file):
    """All that the tree of a file consists of: to walk it takes longer than to look at what it has."""
    return tuple(ast.walk(parsed(file)))


def documented(file):
    for node in nodes(file):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (text := ast.get_docstring(node)):
            yield node, text


def is_function(node):
    if not isinstance(node, ast.FunctionDef):
        return False
    return not any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def riddles(file):
    for node, text in documented(file):
        first = re.split(r"[^A-Za-z']", text, maxsplit=1)[0]
        no_act = is_function(node) and (first in NOUNS.split() or not first[:1].isupper() or re.match(r"NP\d", text))
        if no_act or (isinstance(node, ast.ClassDef) and text.startswith(RIDDLES)):
            yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}: {text.splitlines()[0]}"


def test_a_function_is_documented_by_what_it_does_and_a_class_by_what_it_is():
    assert [line for file in FILES for line in riddles(file)] == []


def inner_imports(file):
    """The lines of a file on which a function imports."""
    for node in nodes(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (each.lineno for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom))


def test_what_is_imported_in_functions_is_in_a_place_that_the_architecture_names():
    _, section = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("\n| place | loads when it needs |\n")
    table = section.split("\n\n", 1)[0]
    places = re.findall(r"`([^`]+)`", "".join(row.split("|")[1] for row in table.splitlines() if row.startswith("| `")))
    importing = {str(file.relative_to(ROOT / "netpolc")) for file in FILES if any(inner_imports(file))}
    assert sorted(name for name in importing if not name.startswith(tuple(places))) == []
    assert sorted(place for place in places if not any(name.startswith(place) for name in importing)) == []
    ignores = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]["per-file-ignores"]
    off = {path.removeprefix("netpolc/").removesuffix("**") for path, rules in ignores.items() if "PLC0415" in rules}
    assert off == set(places)


def uses_of_id(file):
    """The lines that use the builtin `id`."""
    for node in nodes(file):
        if isinstance(node, ast.Name) and node.id == "id" and isinstance(node.ctx, ast.Load):
            yield node.lineno


def test_only_caches_by_identity_know_identities():
    """Elsewhere, an `id` may outlive its object, and come to stand for another."""
    files = [file for file in FILES if file != ROOT / "netpolc" / "identity.py"]
    found = [(file, line) for file in files for line in uses_of_id(file)]
    assert [f"{file.relative_to(ROOT)}:{line}" for file, line in found] == []
    assert any(uses_of_id(ROOT / "netpolc" / "identity.py"))


def classes():
    """The files that define a class at the top, by its name."""
    found = {}
    for file in FILES:
        for node in parsed(file).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(str(file.relative_to(ROOT / "netpolc")))
    return found


def test_a_class_has_a_name_of_its_own():
    allowed = {name: sorted((TREE, other)) for name, other in SAID_AND_MEANT.items()}
    assert {name: sorted(files) for name, files in classes().items() if len(files) > 1} == allowed


def test_what_is_said_is_told_from_what_is_meant_by_its_module():
    for file in FILES:
        for node in nodes(file):
            if isinstance(node, ast.ImportFrom) and node.module == "netpolc.language.syntax.tree":
                doubled = SAID_AND_MEANT.keys() & {each.name for each in node.names}
                assert not doubled, f"{file.relative_to(ROOT)}:{node.lineno}: write `tree.{doubled.pop()}`"


@pytest.mark.parametrize("text", ["def f():\n    'What is done.'\n", "class C:\n    'Whether it is.'\n"])
def test_a_riddle_is_found(tmp_path, monkeypatch, text):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "a.py").write_text(text)
    assert len(list(riddles(tmp_path / "a.py"))) == 1
