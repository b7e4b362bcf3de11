"""A program compiled beside the objects of others, and its policies as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.compiler.model import Compilation, CompileOptions
from netpolc.compiler.output import emit
from netpolc.compiler.pipeline import compile_program
from netpolc.delivery.redaction import redact
from netpolc.delivery.unmatched import misfits
from netpolc.diagnostics.model import Diagnostic, collect, errors_in
from netpolc.manifests.combining import combine
from netpolc.manifests.namespace_default import in_namespace
from netpolc.policy.names import MANAGED_BY
from netpolc.source import STREAM
from netpolc.targets.render import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.compiler.loading import Loaded
    from netpolc.manifests.model import Manifests

BEYOND_TARGET = "NP450"
"""A line that the target of a build cannot say."""


class Delivery(msgspec.Struct, frozen=True):
    """A compilation, and all diagnostics of it beside the objects of others."""

    compilation: Compilation
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """True if there are no errors."""
        return not errors_in(self.diagnostics)

    def having(self, *found: Iterable[Diagnostic]) -> Delivery:
        """Return the delivery with more to say, if it could be compiled."""
        more = [each for part in found for each in part] if self.compilation.ok else []
        return Delivery(self.compilation, collect((*self.diagnostics, *more)))


def compile_beside(loaded: Loaded, options: CompileOptions, manifests: Manifests, *, replaced: bool) -> Delivery:
    """Compile a program beside manifests, in which objects without a namespace are in that of the options.

    Policies that netpolc wrote in namespaces of the program are left out where they are to be `replaced`.
    """
    combined = in_namespace(combine([manifests]), options.namespace)
    # What belongs to no namespace is for no release and no kustomization, which others may have as well.
    compilation = compile_program(loaded, msgspec.structs.replace(options, target="networkpolicy"))
    owned = {namespace.name for namespace in compilation.program.namespaces}
    others = [
        policy for policy in combined.policies if not (replaced and is_replaced(policy.namespace, policy.labels, owned))
    ]
    found = [*map(_of_no_release, compilation.diagnostics), *redact(combined.diagnostics)]
    if compilation.ok:
        found += options.checks.standards.applied(misfits(compilation, loaded, others, combined.workloads))
    return Delivery(compilation, collect(found))


def _of_no_release(found: Diagnostic) -> Diagnostic:
    """Return what is said of a guardrail here, where nobody chose a target."""
    if found.code != BEYOND_TARGET:
        return found
    return msgspec.structs.replace(
        found,
        message="what holds for the whole cluster belongs to no release and no kustomization",
        help="move it to a program of its own, which `netpolc build` writes",
    )


def is_replaced(namespace: str | None, labels: tuple[tuple[str, str], ...], owned: set[str | None]) -> bool:
    """Tell whether a policy was written by netpolc, in a namespace whose policies a program writes."""
    return MANAGED_BY in labels and namespace in owned


def rendered(compilation: Compilation, renderer: Renderer) -> str | tuple[Diagnostic, ...]:
    """Return the policies of a compilation as one stream, verified against the program, or the errors in it."""
    output = emit(compilation, "single", renderer, single=STREAM)
    return output.faults or output.files[STREAM]
