from pathlib import Path

import pytest

from netpolc import processors
from netpolc.compiler import output
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions, Run
from netpolc.compiler.output import emit, emit_apart, faults_of
from netpolc.compiler.pipeline import analyse, compile_program, lower_and_validate
from netpolc.source import Source
from netpolc.targets.render import Renderer
from tests.properties.building import compiled

NOWHERE = Path("/nowhere")
NAMESPACES = tuple(f"team-{number}" for number in range(6))
TEXT = "".join(
    f"namespace {name}\nbaseline deny all\n" + "".join(f"a{n} -> b{n}:{n + 1}\n" for n in range(4 + 3 * at))
    for at, name in enumerate(NAMESPACES)
)


@pytest.fixture(autouse=True)
def three_processors(monkeypatch):
    monkeypatch.setattr(processors, "available", lambda: 3)
    monkeypatch.setattr(output, "SMALLEST_SHARE", 10)


def in_parts(loaded, options, layout, renderer):
    """A compilation and its output, made namespace by namespace; None where one process is to make them."""
    run = Run(options=options, layout=layout, renderer=renderer, processes=2)
    return emit_apart(analyse(loaded, options), loaded, run, lower_and_validate)


def both(text, layout, renderer=None):
    """What one process makes of a text, and what many do."""
    loaded = load_text(Source("shop.netpol", text), NOWHERE)
    apart = in_parts(loaded, CompileOptions(), layout, renderer or Renderer())
    return emit(compile_program(loaded, CompileOptions()), layout, renderer or Renderer()), apart


@pytest.mark.parametrize("layout", ["object", "namespace"])
def test_many_processes_write_what_one_does(layout):
    one, (compilation, many) = both(TEXT, layout)
    assert one.faults == many.faults == ()
    assert list(one.files.items()) == list(many.files.items())
    whole = compiled(TEXT)
    assert compilation.clean
    assert (compilation.program, compilation.diagnostics) == (whole.program, whole.diagnostics)


def test_one_file_is_written_by_one():
    assert both(TEXT, "single")[1] is None


class Spoiling(Renderer):
    """A renderer that drops a rule of one namespace."""

    def render_file(self, policies, sources):
        text = super().render_file(policies, sources)
        return text.replace("port: 2\n", "port: 3\n") if f"namespace: {self.spoiled}\n" in text else text


@pytest.mark.parametrize("spoiled", NAMESPACES)
def test_a_fault_anywhere_is_left_to_one_process_to_tell(spoiled):
    renderer = Spoiling()
    renderer.spoiled = spoiled
    one, apart = both(TEXT, "namespace", renderer)
    assert apart is None
    (fault,) = one.faults
    assert fault.code == "NP902"
    assert f"namespace {spoiled}" in fault.message


@pytest.mark.parametrize("share", [1, 20, 1_000])
@pytest.mark.parametrize("spoiled", [None, *NAMESPACES])
def test_a_fault_anywhere_is_found_where_no_text_is_kept(monkeypatch, spoiled, share):
    monkeypatch.setattr(output, "LARGEST_SHARE", share)
    renderer = Spoiling()
    renderer.spoiled = spoiled
    compilation = compiled(TEXT)
    assert faults_of(compilation, renderer) == emit(compilation, "namespace", renderer).faults


@pytest.mark.parametrize(
    "text", ["always deny shop/* -> data/*:1\n", "a -> b:2\n", "namespace unnamed\nc -> d:2\n", ""]
)
def test_a_fault_is_found_in_what_stands_beside_named_namespaces(monkeypatch, text):
    monkeypatch.setattr(output, "LARGEST_SHARE", 1)
    compilation = compiled(text + TEXT)
    assert faults_of(compilation, Renderer()) == ()
    renderer = Spoiling()
    renderer.spoiled = NAMESPACES[0]
    (fault,) = faults_of(compilation, renderer)
    assert fault.code == "NP902"


@pytest.mark.parametrize("layout", ["object", "namespace"])
def test_a_file_that_two_namespaces_share_is_of_both(layout):
    one, (_, apart) = both("a -> b:1\n" + TEXT + "namespace unnamed\nc -> d:1\n", layout)
    assert list(one.files.items()) == list(apart.files.items())


@pytest.mark.parametrize("namespace", [None, "lab"])
def test_a_namespace_that_no_line_opens_cites_the_whole_program(namespace):
    """Its deny comes from no statement, and so from every file."""
    options = CompileOptions(namespace=namespace)
    text = "a -> team-0/a0:1 egress\nb -> team-1/a0:1 egress\n" + TEXT
    loaded = load_text(Source("shop.netpol", text), NOWHERE)
    _, apart = in_parts(loaded, options, "object", Renderer())
    assert apart.files == emit(compile_program(loaded, options), "object", Renderer()).files


@pytest.mark.parametrize("name", NAMESPACES)
def test_what_is_to_be_said_of_any_namespace_is_left_to_one_process(name):
    """A block with bits below its prefix says so when it is checked; an annotation that is too large only lowered."""
    large = f'@reason("{"so it is " * 30_000}")\n'
    assert both(TEXT + f"namespace {name}\n{large}x -> y:1\n", "namespace")[1] is None


def test_warnings_of_the_program_are_no_obstacle():
    one, (compilation, apart) = both(TEXT + "a -> 198.51.100.0/24:1\nnamespace far\nbaseline deny ingress\n", "object")
    assert one.files == apart.files
    assert not compilation.clean or compilation.diagnostics == ()


def test_a_process_that_dies_leaves_its_share_to_the_caller(monkeypatch):
    result = processors._result

    def lost(child, pipe):
        result(child, pipe)

    monkeypatch.setattr(processors, "_result", lost)
    one, (_, many) = both(TEXT, "object")
    assert list(one.files.items()) == list(many.files.items())


def test_a_template_that_cannot_be_used_is_left_to_one_process_to_tell(tmp_path):
    (tmp_path / "networkpolicy.yaml.j2").write_text("{{ nothing }}", "utf-8")
    loaded = load_text(Source("shop.netpol", TEXT), NOWHERE)
    assert in_parts(loaded, CompileOptions(), "object", Renderer(tmp_path)) is None
