"""What is imported and built again allows exactly what it did, by a model that shares nothing with the importer."""

import json
from pathlib import Path
from random import Random

import pytest

from netpolc.adopt.importer.importing import import_manifests, written
from netpolc.adopt.importer.proof import compilation_of, fault_of
from netpolc.compiler.loading import load_files
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.language.formatting import format_source
from netpolc.manifests.reading import read_manifests
from netpolc.project.discovery import SourceFile
from netpolc.source import Source
from tests.naive import policies as naive
from tests.naive.programs import Meaning
from tests.properties.building import RENDERER, compiled, documents, made_up, rendered
from tests.strategies.universe import connections
from tests.strategies.worlds import Maker

ASKED = 80


def read(text):
    manifests = read_manifests(Source("policies.yaml", text))
    assert not [found for found in manifests.diagnostics if found.severity == "error"]
    return manifests


def imported(manifests, *, apart):
    result = import_manifests(manifests, apart=apart)
    assert result.diagnostics == ()
    return result.files


def built(files, folder):
    """What the files build together, in a folder of their own."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    compilation = compile_program(
        load_files([SourceFile(Path(name), name) for name in files], folder), CompileOptions()
    )
    assert compilation.ok, files
    return documents(RENDERER.render_file(compilation.policies, tuple(files))) if compilation.policies else []


@pytest.mark.search(8, block=8)
def test_building_an_import_allows_what_was_imported_and_both_ways_of_writing_are_proved_and_laid_out(seeds, tmp_path):
    for seed in seeds:
        maker = Maker(Random(seed))
        world = maker.world()
        manifests = read("\n---\n".join(map(json.dumps, world.documents)))
        asked = list(maker.connections(world, ASKED))
        meant = list(map(without_names_for_blocks, world.documents))
        for apart in (False, True):
            files = imported(manifests, apart=apart)
            again = built(files, tmp_path / f"{seed} {apart}")
            for connection in asked:
                assert naive.allows(again, *connection) == naive.allows(meant, *connection), (
                    f"seed {seed}: {connection}\n{''.join(files.values())}"
                )
            for pretty in (True, False):
                proved_and_laid_out(written(manifests, apart=apart, pretty=pretty), manifests)


@pytest.mark.search(3, block=3)
def test_policies_that_keep_their_names_are_no_more_than_there_were(seeds):
    for seed in seeds:
        world = Maker(Random(seed)).world()
        manifests = read("\n---\n".join(map(json.dumps, world.documents)))
        result = import_manifests(manifests, apart=False, keep_names=True)
        again = compilation_of(result.files).policies
        assert {(each.namespace, each.name) for each in again} <= {
            (each.namespace, each.name) for each in manifests.policies
        }, result.files
        proved_and_laid_out(result.files, manifests)


def without_names_for_blocks(document):
    """A policy as the language has it, where blocks hold addresses outside of the cluster, which have no port names."""
    spec = document["spec"]
    if not spec.get("egress"):
        return document
    egress = [part for rule in spec["egress"] for part in _parts(rule or {})]
    types = spec.get("policyTypes") or ["Ingress", "Egress"]
    return document | {"spec": spec | {"policyTypes": types, "egress": egress}}


def _parts(rule):
    blocks = [peer for peer in rule.get("to") or () if "ipBlock" in peer]
    numbered = [item for item in rule.get("ports") or () if not isinstance(item.get("port"), str)]
    if not blocks or numbered == (rule.get("ports") or []):
        return [rule]
    others = [peer for peer in rule["to"] if "ipBlock" not in peer]
    return [rule | {"to": others}] * bool(others) + [{"to": blocks, "ports": numbered}] * bool(numbered)


def proved_and_laid_out(files, manifests):
    fault = fault_of(files, manifests.policies)
    assert fault is None, f"{fault}\n{files}"
    for name, text in files.items():
        formatted = format_source(Source(name, text))
        assert (formatted.changed, formatted.diagnostics) == (False, ()), text


@pytest.mark.search(10, block=10)
def test_importing_a_build_allows_what_the_program_does(seeds, tmp_path):
    count = 0
    for seed in seeds:
        program, text = made_up(seed)
        compilation = compiled(text, program)
        if not compilation.ok or not compilation.policies:
            continue
        count += 1
        yaml = rendered(compilation)
        manifests = read(yaml)
        files = imported(manifests, apart=True)
        assert files == written(manifests, apart=True, pretty=True)
        before, after, meaning = documents(yaml), built(files, tmp_path / str(seed)), Meaning(program)
        for connection in connections(Random(seed), meaning, ASKED):
            assert naive.allows(after, *connection) == naive.allows(before, *connection), (
                f"seed {seed}: {connection}\n{yaml}\n{''.join(files.values())}"
            )
    assert seeds.meet(count, 1 / 4)
