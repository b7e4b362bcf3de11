"""Programs as checks see them."""

from netpolc.checks.programs.context import CheckOptions, Context
from netpolc.ir.isolation import IsolatedPods
from tests.unit.language.resolve.sources import program


def context(text, others=None, *, today=None, thorough=False, **circumstances):
    """A program that has no errors, on a day or on none."""
    return seen(program(text, others, **circumstances), today, thorough=thorough)


def seen(found, today=None, *, thorough=False):
    return Context(found, IsolatedPods(found), CheckOptions(today=today, thorough=thorough))
