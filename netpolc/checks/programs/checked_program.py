"""The argument that each check of programs takes."""

from __future__ import annotations

import msgspec

from netpolc.checks.options import CheckOptions
from netpolc.ir.isolation import IsolatedPods
from netpolc.ir.model import Program


class CheckedProgram(msgspec.Struct, frozen=True):
    """A program, which of its pods are isolated, and the options of the run."""

    program: Program
    isolations: IsolatedPods
    options: CheckOptions = CheckOptions()
