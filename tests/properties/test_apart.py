"""Programs whose namespaces are compiled each by itself, in several processes, become the same files."""

import random

import pytest

from netpolc import processors
from netpolc.compiler import output
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions, Run
from netpolc.compiler.output import emit, emit_apart, faults_of
from netpolc.compiler.pipeline import analyse, lower_and_validate
from netpolc.source import Source
from netpolc.targets.render import Renderer
from tests.properties.building import HERE, NAME, RENDERER, made_up


@pytest.mark.search(20, block=20)
def test_a_program_in_parts_becomes_what_it_becomes_as_a_whole(seeds, monkeypatch):
    monkeypatch.setattr(processors, "available", lambda: 2)
    monkeypatch.setattr(output, "SMALLEST_SHARE", 1)
    apart = 0
    for seed in seeds:
        program, text = made_up(seed)
        options = CompileOptions(environment=program.environment, namespace=program.namespace)
        loaded = load_text(Source(NAME, text), HERE)
        analysis = analyse(loaded, options)
        whole = lower_and_validate(analysis, loaded, options)
        monkeypatch.setattr(output, "LARGEST_SHARE", random.Random(seed).randint(1, 20))
        assert faults_of(whole, RENDERER) == ()
        layout = random.Random(seed).choice(("object", "namespace"))
        found = emit_apart(
            analysis, loaded, Run(options=options, layout=layout, renderer=Renderer(), processes=2), lower_and_validate
        )
        if found is not None:
            apart += 1
            compilation, made = found
            assert (compilation.program, compilation.diagnostics) == (whole.program, whole.diagnostics)
            assert list(made.files.items()) == list(emit(whole, layout, RENDERER).files.items())
    assert seeds.meet(apart, 1 / 4)
