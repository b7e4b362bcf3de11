"""Programs as checks see them."""

from tests.unit.resolve.sources import program

from netpolc.checks.programs.context import Context, Setting
from netpolc.ir.isolation import Closures


def context(text, others=None, *, today=None, thorough=False, **circumstances):
    """A program that has no errors, on a day or on none."""
    return seen(program(text, others, **circumstances), today, thorough=thorough)


def seen(found, today=None, *, thorough=False):
    return Context(found, Closures(found), Setting(today=today, thorough=thorough))
