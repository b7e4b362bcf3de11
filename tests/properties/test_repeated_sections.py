"""A section of several namespaces means what a section for each would, and `import` brings it back."""

import random

import pytest

from netpolc.adopt.importer.importing import written
from netpolc.adopt.importer.proof import fault_of
from netpolc.language.formatting import format_source
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.naive.programs import Program
from tests.properties.building import NAME, compiled, rendered
from tests.strategies.programs import Author
from tests.strategies.writing import Writer

NAMES = ("data", "shop")


def bodies(seed):
    """What stands above all sections, and in one of them, as text."""
    source = random.Random(seed)
    author, writer = Author(source), Writer(source, plain=True)
    above = author.declarations(None, 2) + [author.baseline(None)] * author.chance(0.3)
    section = author.section("shop", author.declarations("shop", 3))
    return writer.text(Program(tuple(above))), writer.body(section.body)


def facts(compilation):
    """The YAML without comments, which tell lines."""
    return [line for line in rendered(compilation).splitlines() if not line.lstrip().startswith("#")]


def imported(compilation):
    """The file that `import` makes of what was built, proved."""
    manifests = read_manifests(Source("built.yaml", rendered(compilation)))
    files = written(manifests, apart=False, pretty=True)
    assert fault_of(files, manifests.policies) is None
    return "".join(files.values())


@pytest.mark.search(12, block=12)
def test_what_is_repeated_is_what_is_written_out(seeds):
    compared = brought_back = 0
    for seed in seeds:
        above, body = bodies(seed)
        text = f"{above}namespace {{{', '.join(NAMES)}}} [team=web, !env] {{\n{body}}}\n"
        together = compiled(text)
        apart = compiled(above + "".join(f"namespace {name} [team=web, !env] {{\n{body}}}\n" for name in NAMES))
        assert together.ok is apart.ok, text
        assert {d.code for d in together.diagnostics} <= {d.code for d in apart.diagnostics}, text
        formatted = format_source(Source(NAME, text))
        assert not format_source(Source(NAME, formatted.text)).changed, text
        if together.ok and together.policies:
            assert facts(together) == facts(apart), text
            compared += 1
            brought_back += "namespace {data, shop}" in imported(together)
    assert seeds.meet(compared, 1 / 3)
    assert seeds.meet(brought_back, 1 / 8)
