"""netpolc compiles `webapp -> database:5000` to Kubernetes NetworkPolicies.

    >>> import netpolc
    >>> result = netpolc.compile_text("webapp -> database:5000")
    >>> result.ok
    True

`compile_text` and `compile_paths` give a `Result`: its diagnostics, its policies, and its YAML. Nothing is written.
"""

from netpolc.api import Result, compile_paths, compile_text

__all__ = ["Result", "compile_paths", "compile_text"]
