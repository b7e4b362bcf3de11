"""The two judges that every case is put to: the naive model and the engine."""

import functools

from tests.conformance.engine import Evaluator
from tests.naive import policies


def naive(documents, ends):
    """The naive model needs to know nothing of pods beforehand."""
    del ends
    return functools.partial(policies.allows, documents)


def engine(documents, ends):
    """The engine, with everything computed that can be."""
    return Evaluator(documents, ends).allows


JUDGES = (naive, engine)
