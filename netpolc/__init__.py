"""netpolc compiles `webapp -> database:5000` to Kubernetes NetworkPolicies.

    >>> import netpolc
    >>> result = netpolc.compile_text("webapp -> database:5000")
    >>> result.ok
    True

`netpolc.api` describes all functions; their results are data, and nothing is written. Importing the package alone loads
none of them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # whoever only loads the package need not load `typing`
if TYPE_CHECKING:
    from netpolc.adopt.importer.importing import Imported
    from netpolc.adopt.starting.beginning import Beginning
    from netpolc.adopt.suggest.suggesting import Suggested
    from netpolc.api import (
        begin,
        can,
        check,
        compile,  # noqa: A004 -- as in `re.compile`
        compile_paths,
        compile_text,
        diff,
        explain,
        format,  # noqa: A004 -- what the command is called
        graph,
        import_policies,
        reach,
        suggest,
        workspace,
    )
    from netpolc.cluster.check import Checked
    from netpolc.compiler.workspace import Workspace
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.diagnostics.usage import InputError, UsageError
    from netpolc.language.formatting import Formatted
    from netpolc.policy.model import Policy
    from netpolc.results import Difference, Page, Picture, Relation, Result, Verdict

_PLACES = {
    "Beginning": "adopt.starting.beginning",
    "Checked": "cluster.check",
    "Diagnostic": "diagnostics.model",
    "Difference": "results",
    "Formatted": "language.formatting",
    "Imported": "adopt.importer.importing",
    "InputError": "diagnostics.usage",
    "Page": "results",
    "Picture": "results",
    "Policy": "policy.model",
    "Relation": "results",
    "Result": "results",
    "Suggested": "adopt.suggest.suggesting",
    "UsageError": "diagnostics.usage",
    "Verdict": "results",
    "Workspace": "compiler.workspace",
}
"""The modules of what is not defined in `api`."""

__all__ = [
    "Beginning",
    "Checked",
    "Diagnostic",
    "Difference",
    "Formatted",
    "Imported",
    "InputError",
    "Page",
    "Picture",
    "Policy",
    "Relation",
    "Result",
    "Suggested",
    "UsageError",
    "Verdict",
    "Workspace",
    "begin",
    "can",
    "check",
    "compile",
    "compile_paths",
    "compile_text",
    "diff",
    "explain",
    "format",
    "graph",
    "import_policies",
    "reach",
    "suggest",
    "workspace",
]


def __getattr__(name: str) -> object:
    """Load what is asked for: most callers need little of it, and the command line starts faster."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # see above

    return getattr(import_module(f"netpolc.{_PLACES.get(name, 'api')}"), name)


def __dir__() -> list[str]:
    return __all__
