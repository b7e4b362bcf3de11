"""The engine's verdicts are those of the naive model, in random worlds."""

import pytest

from tests.conformance.engine import Evaluator
from tests.naive import policies
from tests.strategies.worlds import made_up


def differs(documents, ends, connection):
    """Whether the judges disagree on a connection."""
    return Evaluator(documents, ends).allows(*connection) is not policies.allows(documents, *connection)


def fewest(documents, ends, connection):
    """As few of the policies as the judges still disagree with."""
    for document in documents:
        fewer = [other for other in documents if other is not document]
        if differs(fewer, ends, connection):
            return fewest(fewer, ends, connection)
    return documents


@pytest.mark.search(25, block=25)
def test_the_engine_agrees_with_the_naive_model(seeds):
    for seed in seeds:
        world, connections = made_up(seed)
        judge = Evaluator(world.documents, world.ends)
        for connection in connections:
            expected = policies.allows(world.documents, *connection)
            if judge.allows(*connection) is not expected:
                reduced = fewest(world.documents, world.ends, connection)
                pytest.fail(f"seed {seed}: {connection} ought to be {expected} by\n{reduced}")
