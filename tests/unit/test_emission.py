import pytest

from netpolc import emission, processors
from netpolc.emission import emit
from netpolc.targets.render import Renderer
from tests.properties.building import compiled

NAMESPACES = tuple(f"team-{number}" for number in range(6))
TEXT = "".join(
    f"namespace {name}\nbaseline deny all\n" + "".join(f"a{n} -> b{n}:{n + 1}\n" for n in range(4 + 3 * at))
    for at, name in enumerate(NAMESPACES)
)


@pytest.fixture(autouse=True)
def three_processors(monkeypatch):
    monkeypatch.setattr(processors, "available", lambda: 3)
    monkeypatch.setattr(emission, "SMALLEST_SHARE", 10)


@pytest.mark.parametrize("layout", ["object", "namespace", "single"])
def test_many_processes_write_what_one_does(layout):
    compilation = compiled(TEXT)
    one = emit(compilation, layout, Renderer())
    many = emit(compilation, layout, Renderer(), spread=True)
    assert one.faults == many.faults == ()
    assert list(one.files.items()) == list(many.files.items())


class Spoiling(Renderer):
    """A renderer that drops a rule of one namespace."""

    def render_file(self, policies, sources):
        text = super().render_file(policies, sources)
        return text.replace("port: 2\n", "port: 3\n") if f"namespace: {self.spoiled}\n" in text else text


@pytest.mark.parametrize("spoiled", NAMESPACES)
@pytest.mark.parametrize("spread", [True, False])
def test_a_fault_anywhere_is_found(spoiled, spread):
    renderer = Spoiling()
    renderer.spoiled = spoiled
    (fault,) = emit(compiled(TEXT), "namespace", renderer, spread=spread).faults
    assert fault.code == "NP902"
    assert f"namespace {spoiled}" in fault.message


def test_a_file_that_two_namespaces_share_is_of_both():
    text = "a -> b:1\n" + TEXT + "namespace unnamed\nc -> d:1\n"
    compilation = compiled(text)
    emitted = emit(compilation, "namespace", Renderer(), spread=True)
    assert emitted.faults == ()
    assert emitted.files == emit(compilation, "namespace", Renderer()).files


def test_a_process_that_dies_leaves_its_share_to_the_caller(monkeypatch):
    monkeypatch.setattr(processors.Elsewhere, "results", lambda self: [None for _ in self._children])
    compilation = compiled(TEXT)
    assert emit(compilation, "object", Renderer(), spread=True) == emit(compilation, "object", Renderer())
