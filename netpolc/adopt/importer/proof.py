"""Source that was written from policies, compiled and held against them, over every pod that could exist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.compiler.loading import Loaded, load_text
from netpolc.compiler.memory import Memory
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.engine import words
from netpolc.engine.boxes import TooComplexError
from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_tier_policies import with_tiers
from netpolc.engine.regions import Namespaces
from netpolc.engine.witness import witness
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netpolc.compiler.model import Compilation
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy


def fault_of(
    files: Mapping[str, str], policies: Sequence[Policy], tier_policies: Sequence[TierPolicy] = ()
) -> str | None:
    """Return a difference between source and policies, or None where both are proved to allow the same.

    The labels of namespaces are left open, so that the proof holds in every cluster; and tiers count in each direction
    by itself, where more of them is seen.
    """
    compilation = compilation_of(files)
    if not compilation.ok:
        error = next(found for found in compilation.diagnostics if found.severity == "error")
        position = "" if error.location is None else f"{error.location!r}: "
        return f"{position}{error.message}"
    given, built = (
        with_tiers(rules_of_policies(of_namespaces, {}), of_tiers, (), final_for_pod=False)
        for of_namespaces, of_tiers in (
            (policies, tier_policies),
            (compilation.policies, compilation.tier_policies),
        )
    )
    try:
        difference = next(differences(given, built), None)
    except TooComplexError:
        return "it takes too long to tell whether it allows what the policies do"
    if difference is None:
        return None
    allowing, denying = ("policies", "source") if difference.allowed_by == "one" else ("source", "policies")
    connection = words.connection(witness(difference.box, Namespaces({})))
    return f"the {allowing} would let {connection}, and the {denying} would not"


def compilation_of(files: Mapping[str, str], memory: Memory | None = None) -> Compilation:
    """Return what the files are compiled to."""
    return compile_program(in_one_folder(files, memory), CompileOptions())


def in_one_folder(files: Mapping[str, str], memory: Memory | None = None) -> Loaded:
    """Return the files as if they were in one folder; the only import that they have is the library, parsed once."""
    memory = memory or Memory()
    parts = [load_text(Source(name, text), Path(), memory=memory) for name, text in files.items()]
    return Loaded(
        tuple({file.key: file for part in parts for file in part.files}.values()),
        {source: comments for part in parts for source, comments in part.comments.items()},
        {source: path for part in parts for source, path in part.paths.items()},
        tuple(diagnostic for part in parts for diagnostic in part.diagnostics),
    )
