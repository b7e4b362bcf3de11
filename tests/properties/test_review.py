"""What is said of a change: nothing of one in form, the reverse of its reverse, and a line for each connection."""

import random
from pathlib import Path

import pytest

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.manifests.model import Manifests
from netpolc.queries.review import review
from netpolc.source import Source
from tests.models.pairwise import changed
from tests.naive.programs import Section
from tests.properties.test_changes import varied
from tests.strategies.programs import Author
from tests.strategies.writing import Writer


def cluster(text, program):
    loaded = load_text(Source("shop.netpol", text), Path("/nowhere"))
    options = CompileOptions(environment=program.environment, namespace=program.namespace)
    return cluster_of(Inputs(loaded, Manifests(), ()), options)


def clusters(seed):
    """A program written in two ways, and a variation of it; None where one of them is wrong."""
    source = random.Random(f"review {seed}")
    program = Author(source).program()
    if not any(isinstance(statement, Section) for statement in program.statements):
        return None
    other = varied(source, program)
    if program.library:
        return None
    found = [
        cluster(Writer(random.Random(number), plain=True).text(each), each)
        for number, each in ((seed, program), (seed + 1, program), (seed, other))
    ]
    if any(diagnostic.severity == "error" for each in found for diagnostic in each.diagnostics):
        return None
    return found


def facts(found, *, turned=False):
    return {
        (source, destination, each.change.widened is not turned, each.change.ports)
        for each, source, destination in changed(found)
    }


def denials(found, *, turned=False):
    return {(each.lost is not turned, each.pods, each.direction) for each in found.denials}


@pytest.mark.search(15, block=15)
def test_a_review_is_the_same_from_either_side(seeds):
    told = 0
    for seed in seeds:
        made = clusters(seed)
        if made is None:
            continue
        one, again, other = made
        same = review(one, again)
        assert (same.findings, same.denials, same.dropped, same.promised) == ((), (), (), ()), seed
        there, back = review(one, other), review(again, other)
        assert facts(there) == facts(back), seed
        back = review(other, one)
        assert facts(there) == facts(back, turned=True), seed
        assert denials(there) == denials(back, turned=True), seed
        assert [line.text for line in there.dropped] == [line.text for line in back.promised], seed
        assert all(each.lines for found in (there, back) for each in found.findings), seed
        told += bool(there.findings)
    assert seeds.meet(told, 1 / 10)
