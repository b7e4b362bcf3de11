"""Programs as checks see them."""

from netpolc.checks.options import CheckOptions
from netpolc.checks.programs.checked_program import CheckedProgram
from netpolc.ir.isolation import IsolatedPods
from tests.unit.language.resolve.sources import program


def context(text, others=None, *, today=None, thorough=False, **circumstances):
    """A program that has no errors, on a day or on none."""
    return seen(program(text, others, **circumstances), today, thorough=thorough)


def seen(found, today=None, *, thorough=False):
    return CheckedProgram(found, IsolatedPods(found), CheckOptions(today=today, thorough=thorough))
