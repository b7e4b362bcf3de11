"""Which part of a program is compiled again after an edit, and when all of it is."""

from pathlib import Path

import pytest

from netpolc.compiler.footprints import Change
from netpolc.compiler.incremental import footprints, parts_to_compile
from netpolc.compiler.loading import load_files
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.project.discovery import SourceFile

MAIN = """names by app
# first
namespace shop [team=a]
baseline deny all
pods db = [app=db]
web -> db:80
web -> data/db:80
namespace data [team=b]
group two = {a, shop/b}
@owner("payments")
api -> two:81
env prod {
x -> y:1
}
z -> y:2
# last
namespace ops [team=a]
a -> b:1
{
a, b } -> c:1
"""
LIBRARY = "service pg = data/[app=pg]:5432\nnamespace far\nbaseline deny all\na -> b:1\n"


class Project:
    """A folder with a program of two files, of which one is only imported."""

    def __init__(self, folder, **options):
        self.folder = folder
        self.options = CompileOptions(**options)

    def load(self, main, library=LIBRARY):
        (self.folder / "main.netpol").write_text(f'import "library.netpol" as far\n{main}', "utf-8")
        (self.folder / "library.netpol").write_text(library, "utf-8")
        return load_files([SourceFile(Path("main.netpol"), "main.netpol")], self.folder)

    def change(self, before, after):
        """From a program that was built to another one."""
        prints = footprints(before, compile_program(before, self.options), None)
        if prints is None:
            return None
        texts = {file.outline.source.name: file.outline.source.text for file in before.files}
        sources = [file.outline.source for file in after.files]
        return Change({}, prints, frozenset(source for source in sources if texts.get(source.name) != source.text))


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def compile_change(loaded, options, change):
    """What a build compiles after a change: the first analysis of which there is nothing to say."""
    for part in parts_to_compile(loaded, options, change):
        found = compile_program(loaded, options, part)
        if found.clean:
            break
    return found


def compiled(project, after, before=MAIN, **libraries):
    """What an edit leads to, which always agrees with what is compiled without looking back."""
    old = project.load(before)
    new = project.load(after, **libraries)
    change = project.change(old, new)
    found, whole = compile_change(new, project.options, change), compile_program(new, project.options)
    if found.part is None:
        assert (found.policies, found.diagnostics) == (whole.policies, whole.diagnostics)
    else:
        assert found.policies == tuple(p for p in whole.policies if p.namespace in found.part.namespaces)
        assert footprints(new, found, change) == footprints(new, whole, None)
    return found


def part(project, *arguments, **libraries):
    """The namespaces that are compiled; None is all of them."""
    found = compiled(project, *arguments, **libraries).part
    return None if found is None else set(found.namespaces)


@pytest.mark.parametrize(
    ("line", "instead", "expected"),
    [
        ("web -> db:80", "web -> db:90", {"shop"}),
        ("web -> db:80", "web ->  db:80", {"shop"}),
        ("web -> db:80", "", {"shop"}),
        ("web -> db:80", "web -> far.pg", {"shop", "data"}),
        ("web -> db:80", "data/x -> ops/y:1", {"shop", "ops"}),
        ("web -> data/db:80", "web -> data/pg:80", {"shop", "data"}),
        ("web -> data/db:80", "web -> elsewhere/pg:80", {"shop", "data"}),
        ("api -> two:81", "api -> two:82", {"data", "shop"}),
        ("payments", "people", {"data", "shop"}),
        ("a -> b:1\n{", "a -> b:2\n{", {"ops"}),
        ("{\na", "{\nd", {"ops"}),
        ("a -> b:1\n{", "\na -> b:1\n{", {"ops"}),
        ("a -> b:1\n{", "*/* -> b:1\n{", {"ops", "shop"}),
        ("a -> b:1\n{", "any -> any:1\n{", {"ops", "shop", "data"}),
        ("a -> b:1\n{", "x -> [team=a]/b:1\n{", {"ops", "shop"}),
        ("x -> y:1", "x -> y:2", set()),
        ("}\nz -> y:2\n# last\n", "# last\nz -> y:2\n}\n", {"data"}),
        ("-> c:1\n", "-> c:1 # why\n", set()),
        ("-> c:1\n", "-> c:1\n# why\n", set()),
        ("-> c:1\n", "-> c:1\nnew -> c:1\n", {"ops"}),
    ],
)
def test_edits_of_flows(project, line, instead, expected):
    assert MAIN.count(line) == 1
    assert part(project, MAIN.replace(line, instead)) == expected


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("baseline deny all", "baseline deny egress"),
        ("baseline deny all", " baseline deny all"),
        ("namespace shop [team=a]\n", "namespace shop [team=a]\n\n"),
        ("[team=a]\nbaseline", "[team=b]\nbaseline"),
        ("pods db = [app=db]", "pods db = [app=dbs]"),
        ("pods db = [app=db]", "pods db = [app=db]\npods other = [app=x]"),
        ("pods db", '@owner("me") pods db'),
        ("env prod", "env prod, dev"),
        ("group two", "baseline deny egress on x\ngroup two"),
        ("namespace data", "namespace date"),
        ("namespace ops", "strict names\nnamespace ops"),
        ("names by app", "names by tier"),
        ("namespace shop", 'import "std"\nnamespace shop'),
        ("# first", "web -> shop/db:2"),
        ("web -> db:80", "web -> db:80\nassert allow web -> db:80"),
        ("web -> db:80", "web -> databse:80 extra"),
        ("a -> b:1\n{", "a -> 10.0.0.0/8:1\n{"),
        ("a -> b:1\n{", "# netpolc: ignore[NP501] as a note\na -> 10.0.0.0/8:1\n{"),
        ("a -> b:1\n{", "a -> b:1 # netpolc: ignore[NP501]\n{"),
    ],
)
def test_edits_of_anything_else(project, line, instead):
    assert MAIN.count(line) == 1
    assert part(project, MAIN.replace(line, instead)) is None
    assert part(project, MAIN, MAIN.replace(line, instead)) is None


TOGETHER = "namespace {shop, data} [team=a]\nbaseline deny all\nweb -> db:80\nx -> y:1\nnamespace ops\na -> b:1\n"


@pytest.mark.parametrize(
    ("line", "instead", "expected"),
    [
        ("web -> db:80", "web -> db:90", {"shop", "data"}),
        ("a -> b:1", "a -> b:2", {"ops"}),
        ("web -> db:80", "web -> shop/db:80", {"shop", "data"}),
        ("{shop, data}", "{shop, data, more}", None),
        ("{shop, data}", "{data, shop}", None),
        ("[team=a]", "[team=a, !old]", None),
    ],
)
def test_edits_of_what_is_said_of_several_namespaces(project, line, instead, expected):
    assert part(project, TOGETHER.replace(line, instead), TOGETHER) == expected


def test_flows_of_an_import_count_for_nothing_and_its_declarations_for_all(project):
    assert part(project, MAIN, library=LIBRARY.replace("a -> b:1", "a -> b:2")) == set()
    assert part(project, MAIN, library=LIBRARY.replace("5432", "5433")) is None


def test_flows_of_other_environments_count_for_nothing(tmp_path):
    changed = MAIN.replace("x -> y:1", "x -> y:2")
    assert part(Project(tmp_path), changed) == set()
    assert part(Project(tmp_path, environment="prod"), changed) == {"data"}


@pytest.mark.parametrize(
    "text",
    [
        "a -> b:1\n",
        "baseline deny all\n",
        "namespace shop\na -> b:1\nassert allow a -> b:1\n",
        "namespace shop\na -> 10.0.0.0/8:1\n",
        "namespace shop\na -> 10.0.0.0/8:1 # netpolc: ignore[NP501] as a note\n",
        "namespace shop\na -> b\n",
    ],
)
def test_programs_of_which_no_part_stands_alone(project, text):
    loaded = project.load(text)
    assert footprints(loaded, compile_program(loaded, project.options), None) is None


def test_flows_outside_of_any_namespace_may_stand_in_one_that_is_opened(tmp_path):
    project = Project(tmp_path, namespace="shop")
    texts = ["a -> b:1\nnamespace shop\nx -> y:1\n", "baseline deny all\n# later\nnamespace shop\nx -> y:1\n"]
    outside = project.load(texts[0])
    assert footprints(outside, compile_program(outside, project.options), None) is None
    assert part(project, texts[1].replace("# later", "a -> b:1"), texts[1]) is None
    assert part(project, texts[1].replace("x -> y:1", "x -> y:2"), texts[1]) == {"shop"}


def test_a_part_is_resolved_without_the_rest(project):
    found = compiled(project, MAIN.replace("api -> two:81", "api -> a:81"))
    assert {flow.origin.text for flow in found.program.flows} == {
        *("web -> db:80", "web -> data/db:80", "api -> a:81", "z -> y:2")
    }


def test_other_files_are_another_program(project):
    before = project.load(MAIN)
    after = project.load(MAIN.replace("far.", ""), LIBRARY)
    (project.folder / "more.netpol").write_text("", "utf-8")
    sources = [SourceFile(Path(name), name) for name in ("main.netpol", "more.netpol")]
    assert (
        compile_change(load_files(sources, project.folder), project.options, project.change(before, after)).part is None
    )
