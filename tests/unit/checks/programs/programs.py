"""Programs as checks see them."""

from netpolc.checks.options import CheckOptions
from netpolc.checks.programs.checked_program import CheckedProgram
from netpolc.ir.isolation import IsolatedPods
from tests.unit.language.resolve.sources import program


def context(text, others=None, *, today=None, thorough=False, pods=(), **circumstances):
    """A program that has no errors, on a day or on none, beside pods by their namespace and labels."""
    return seen(program(text, others, **circumstances), today, thorough=thorough, pods=pods)


def seen(found, today=None, *, thorough=False, pods=()):
    return CheckedProgram(found, IsolatedPods(found), CheckOptions(today=today, thorough=thorough, pods=pods))
