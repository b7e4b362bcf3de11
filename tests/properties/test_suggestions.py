"""The line that is said to allow a connection does."""

import random

import pytest

from netpolc.cluster import cluster_of
from netpolc.inputs import Inputs
from netpolc.loading import load_text
from netpolc.manifests.model import Manifests
from netpolc.pipeline import Options
from netpolc.queries.answers import answer
from netpolc.queries.ends import Ends
from netpolc.reach.verdicts import Address
from netpolc.source import Source
from tests.properties.building import HERE, NAME, compiled, made_up

PROGRAMS = 200
BLOCK = 50
QUESTIONS = 6


def cluster(text, program):
    options = Options(environment=program.environment, namespace=program.namespace)
    return cluster_of(Inputs(load_text(Source(NAME, text), HERE), Manifests(), ()), options)


def is_named(peer):
    """Whether a peer is called alike in every part of a file."""
    return isinstance(peer.end, Address) or peer.end.namespace is not None


@pytest.mark.parametrize("first", range(0, PROGRAMS, BLOCK))
def test_the_line_that_is_suggested_allows_it(first):
    denied = 0
    for seed in range(first, first + BLOCK):
        program, text = made_up(seed)
        if not compiled(text, program).ok:
            continue
        source = random.Random(seed)
        before = cluster(text, program)
        peers = [peer for peer in before.peers() if is_named(peer)]
        for _ in range(QUESTIONS if len(peers) > 1 else 0):
            one, other = source.sample(peers, 2)
            if isinstance(one.end, Address) and isinstance(other.end, Address):
                continue
            port = source.choice(("80", "53/udp", "{443, 8000-8100}", "*/sctp", "*", '"http"'))
            if isinstance(other.end, Address) and '"' in port:
                continue
            found = answer(before, Ends(before, before.peers()), one.id, f"{other.id}:{port}")
            if found.suggestion is None or found.allowed:
                continue
            denied += 1
            changed = f"{text}\n{found.suggestion}\n"
            after = cluster(changed, program)
            assert not [each for each in after.diagnostics if each.severity == "error"], f"seed {seed}: {found}"
            ends = Ends(after, before.peers())
            assert answer(after, ends, one.id, f"{other.id}:{port}").allowed, f"seed {seed}:\n{changed}\n{found}"
    assert denied > BLOCK / 4
