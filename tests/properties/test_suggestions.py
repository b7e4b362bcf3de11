"""The line that is said to allow a connection does."""

import random

import msgspec
import pytest

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.engine.verdicts import Address
from netpolc.manifests.combining import combine
from netpolc.manifests.model import Manifests
from netpolc.manifests.reading import read_manifests
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.reading import QueryError
from netpolc.source import Source
from tests.properties.building import HERE, NAME, compiled, made_up
from tests.strategies import clusters, worlds
from tests.strategies.universe import APPS, TIERS

QUESTIONS = 6


def cluster(text, program, manifests=None):
    options = CompileOptions(environment=program.environment, namespace=program.namespace)
    read = Manifests() if manifests is None else combine([read_manifests(Source("world.json", manifests))])
    return cluster_of(Inputs(load_text(Source(NAME, text), HERE), read, ()), options)


def is_named(peer):
    """Whether a peer is called alike in every part of a file."""
    return isinstance(peer.end, Address) or peer.end.namespace is not None


@pytest.mark.search(6, block=6)
def test_the_line_that_is_suggested_allows_it(seeds):
    denied = 0
    for seed in seeds:
        program, text = made_up(seed)
        if not compiled(text, program).ok:
            continue
        source = random.Random(seed)
        before = cluster(text, program)
        known = before.peers()
        peers = [peer for peer in known if is_named(peer)]
        for _ in range(QUESTIONS if len(peers) > 1 else 0):
            one, other = source.sample(peers, 2)
            if isinstance(one.end, Address) and isinstance(other.end, Address):
                continue
            port = source.choice(("80", "53/udp", "{443, 8000-8100}", "*/sctp", "*", '"http"'))
            if isinstance(other.end, Address) and '"' in port:
                continue
            found = answer(before, Endpoints(before, known), one.id, f"{other.id}:{port}")
            lines = "\n".join(found.suggestion.lines)
            if found.allowed or not lines:
                continue
            denied += 1
            changed = f"{text}\n{lines}\n"
            after = cluster(changed, program)
            assert not [each for each in after.diagnostics if each.severity == "error"], f"seed {seed}: {found}"
            ends = Endpoints(after, known)
            assert answer(after, ends, one.id, f"{other.id}:{port}").allowed, f"seed {seed}:\n{changed}\n{found}"
    assert seeds.meet(denied, 1 / 4)


def world(source):
    """Manifests of pods that programs may be about, and policies that close and open some of these on their own."""
    maker = worlds.Maker(source)
    made = maker.world()
    pods = tuple(
        msgspec.structs.replace(pod, labels={"app": source.choice(APPS), "tier": source.choice(TIERS)}, ip=None)
        for pod in made.pods
    )
    few = made.documents[: source.randint(0, 2)]
    return clusters.text_of(worlds.World(few, pods, ())), [f"{pod.namespace}/{pod.name}" for pod in pods]


def question(source, names, ids):
    """Sets of declared names, pods and addresses."""

    def some(*more):
        found = source.sample([*names, *ids, *more], source.choice((1, 1, 2, 3)))
        return found[0] if len(found) == 1 else f"{{{', '.join(found)}}}"

    port = source.choice(("80", "53/udp", "{443, 8000-8100}", "*/sctp", "*", '"http"'))
    return some("10.1.0.0/16", "shop/*"), f"{some('10.2.0.0/16', 'data/*')}:{port}"


def written(text, suggestion):
    """A program with lines that were suggested for it, where they were."""
    lines, advice = "\n".join(suggestion.lines), suggestion.advice or ""
    if advice.endswith("outside of any namespace"):
        return f"{lines}\n{text}"
    _, named, section = advice.partition(" in namespace ")
    return f"{text}\nnamespace {section}\n{lines}\n" if named else f"{text}\n{lines}\n"


@pytest.mark.search(12, block=12)
def test_lines_that_are_suggested_beside_other_policies_allow_all_that_was_asked(seeds):
    suggested = denied = 0
    for seed in seeds:
        program, text = made_up(seed)
        source = random.Random(seed)
        manifests, ids = world(source)
        if not compiled(text, program).ok:
            continue
        before = cluster(text, program, manifests)
        names = list(Endpoints(before).scopes.names())
        for _ in range(QUESTIONS):
            asked = question(source, names, ids)
            try:
                found = answer(before, Endpoints(before), *asked)
            except QueryError:
                continue
            denied += not found.allowed
            if found.allowed or not found.suggestion.lines:
                assert found.allowed or found.suggestion.advice
                continue
            suggested += 1
            changed = written(text, found.suggestion)
            after = cluster(changed, program, manifests)
            assert not [each for each in after.diagnostics if each.severity == "error"], f"seed {seed}: {found}"
            assert answer(after, Endpoints(after), *asked).allowed, f"seed {seed}:\n{changed}\n{asked}\n{found}"
    assert seeds.meet(suggested, 1 / 4)
    assert suggested <= denied
    assert seeds.meet(denied - suggested, 0)
