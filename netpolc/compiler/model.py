"""The types that the stages of the compiler take and return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.options import CheckOptions
from netpolc.diagnostics.model import errors_in
from netpolc.project.model import ApiVersion, Target

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from netpolc.compiler.footprints import Footprints
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.verification import VerificationCache
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.ir.isolation import IsolatedPods
    from netpolc.ir.model import Program
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy
    from netpolc.targets.kinds import TargetSettings
    from netpolc.targets.layout import Document
    from netpolc.targets.render import Renderer

    Known = Container[Document]
    """Objects that are known to be valid."""


class CompileOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a run, beside its files; `checks.today` is left out of builds.

    `environment` is the one whose `env` blocks count, of all `environments` that the project knows; `namespace` is that
    of statements that stand in none; `labels` are put on each policy. `ingress_controllers` are endpoints by the
    classes of what they serve, `*` being any other. Without a `target`, each line becomes what can
    say it; `api_version` is that of ClusterNetworkPolicies. With a `guard`, empty lists are written as null.
    """

    environment: str | None = None
    environments: frozenset[str] = frozenset()
    namespace: str | None = None
    labels: dict[str, str] = {}
    ingress_controllers: dict[str, str] = {}
    target: Target | None = None
    api_version: ApiVersion = "v1alpha2"
    guard: bool = False
    checks: CheckOptions = CheckOptions()

    @property
    def target_settings(self) -> TargetSettings:
        """What is asked of the objects that are written."""
        from netpolc.targets.kinds import TargetSettings  # questions write none

        return TargetSettings(
            self.labels,
            self.target,
            self.api_version,
            exceptions_deny=self.checks.platform.denies_exceptions,
            guard=self.guard,
        )


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One output to make of sources: by which options, in which layout, and by whose template.

    `layout` is `object`, `namespace` or `single`, and `single` the name of the only file of the last. Much work is
    shared out to at most so many `processes`, which are forked: not for a caller with threads. Where it is
    `remembered`, its outcome has the footprints by which the next build can compile a part. `read_back` has what was
    read of texts that other builds wrote.
    """

    options: CompileOptions
    layout: str
    renderer: Renderer
    single: str | None = None
    processes: int = 1
    remembered: bool = False
    read_back: VerificationCache | None = None

    @property
    def known(self) -> Known:
        """The policies that the API server would take, because another build has written them."""
        return self.renderer.texts or ()


class Part(msgspec.Struct, frozen=True):
    """Some of a program's namespaces, and all flows that make rules in them, as `resolve` takes them."""

    flows: Mapping[str, frozenset[int]]
    namespaces: frozenset[str | None]


class Analysis(msgspec.Struct, frozen=True):
    """The program that files are, or a `part` of it, and what is wrong with it before any policy is made.

    Policies can be made where it is `sound`: where all of it could be resolved.
    """

    program: Program
    isolations: IsolatedPods
    found: tuple[Diagnostic, ...]
    sound: bool
    part: Part | None


class Compilation(msgspec.Struct, frozen=True):
    """The policies of files, or of a `part` of them, none where there is an error, and what is to be said of them.

    `found` is what there is to say before ignore comments and the standards of the project are heeded, `diagnostics`
    what is left to say.
    """

    program: Program
    isolations: IsolatedPods
    policies: tuple[Policy, ...]
    diagnostics: tuple[Diagnostic, ...]
    found: tuple[Diagnostic, ...]
    part: Part | None
    tier_policies: tuple[TierPolicy, ...] = ()

    @property
    def documents(self) -> tuple[Document, ...]:
        """The policies of all kinds."""
        return (*self.policies, *self.tier_policies)

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not errors_in(self.diagnostics)

    @property
    def clean(self) -> bool:
        """Whether there is nothing to say but notes, not even in silence."""
        return all(finding.severity == "note" for finding in (*self.found, *self.diagnostics))


class Output(msgspec.Struct, frozen=True):
    """The text of each file by its relative name, and what is wrong with it: then it is not to be written."""

    files: dict[str, str]
    faults: tuple[Diagnostic, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """The result of one run: its compilation, its files, and the footprints, if it is remembered and has them.

    There are no files where there is an error in the compilation.
    """

    compilation: Compilation
    output: Output
    footprints: Footprints | None


class Build(msgspec.Struct, frozen=True):
    """The sources as they were loaded, and the outcome of each run."""

    loaded: Loaded
    outcomes: tuple[Outcome, ...]
