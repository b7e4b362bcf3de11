"""The annotations that the language knows, and what they take."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Edit, Fix

if TYPE_CHECKING:
    from netpolc.language.syntax import tree
    from netpolc.source import Location

TAKES_DATE = {"owner": False, "reason": False, "ticket": False, "expires": True, "annotation": False}


def problem_of(annotation: tree.Annotation, whole: Location, name: Location, value: Location) -> Diagnostic | None:
    """Return what is wrong with an annotation, given the places of the whole, its name and its value."""
    takes_date = TAKES_DATE.get(annotation.name)
    if takes_date is None:
        return _unknown(annotation, name)
    if takes_date != annotation.date:
        right = _retyped(annotation.value, takes_date=takes_date)
        return Diagnostic(
            code="NP109",
            severity="error",
            message=f"`@{annotation.name}` takes {'a date' if takes_date else 'a quoted string'}",
            location=value,
            help=f"use `{right}`" if right else f"write it as in `@{annotation.name}(2027-01-31)`",
            fixes=() if right is None else (Fix(f"use `{right}`", (Edit(value, right),)),),
        )
    if takes_date:
        return _bad_date(annotation, value)
    if not annotation.value.strip():
        return Diagnostic(
            code="NP109",
            severity="error",
            message=f"`@{annotation.name}` says nothing",
            location=whole,
            help="give it a text, or leave it out",
        )
    if annotation.name == "annotation" and annotation.of_policy is None:
        return _without_value(value)
    return None


def _without_value(value: Location) -> Diagnostic:
    """Report what is no key with a value, or has these joined as YAML does."""
    right = re.sub(r'\A"([A-Za-z0-9._/-]+):[ \t]*', r'"\1=', value.text)
    found = right != value.text
    return Diagnostic(
        code="NP109",
        severity="error",
        message="`@annotation` takes a key and a value, joined by `=`",
        location=value,
        help=f"use `{right}`" if found else 'write it as in `@annotation("example.com/contact=the shop")`',
        fixes=(Fix(f"use `{right}`", (Edit(value, right),)),) if found else (),
    )


def _retyped(value: str, *, takes_date: bool) -> str | None:
    """Return a date without its quotes, or a text with them; None for a text that is no date."""
    if not takes_date:
        return f'"{value}"'
    try:
        return datetime.date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        return None


def _unknown(annotation: tree.Annotation, name: Location) -> Diagnostic:
    near = closest(annotation.name, tuple(TAKES_DATE))
    return Diagnostic(
        code="NP109",
        severity="error",
        message=f"unknown annotation `@{annotation.name}`",
        location=name,
        help=f"use `@{near}`" if near else "there are `@owner`, `@reason`, `@ticket`, `@expires` and `@annotation`",
        fixes=(Fix(f"use `@{near}`", (Edit(name, near),)),) if near else (),
    )


def _bad_date(annotation: tree.Annotation, value: Location) -> Diagnostic | None:
    try:
        datetime.date.fromisoformat(annotation.value)
    except ValueError:
        return Diagnostic(
            code="NP109",
            severity="error",
            message=f"there is no day `{annotation.value}`",
            location=value,
            help="a date is written year-month-day, as in `2027-01-31`",
        )
    return None
