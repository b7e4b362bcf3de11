"""A project as its netpolc.toml describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from netpolc.diagnostics.standards import Level

Layout = Literal["object", "namespace", "single"]
Target = Literal["networkpolicy", "cluster-network-policy"]
ApiVersion = Literal["v1alpha2", "v1beta1"]
Platform = Literal["kubernetes", "cilium", "calico", "openshift", "eks", "gke", "kube-network-policies"]
"""What enforces policies, each a row of `ecosystem.platforms`."""
Finality = Literal["pod", "direction"]
"""Where NetworkPolicies that isolate a pod are final, so that no Baseline judges it: in both directions, or in one."""
FILE_SUFFIXES = frozenset({".yaml", ".yml"})
"""By which an output is one file, and no folder."""


class EnvironmentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of `[env.NAME]`; None where it leaves one out."""

    output: str | None = None
    namespace: str | None = None


class ClusterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of `[cluster]`: what the project is called in clusters, and the contexts that it is applied to.

    The `known_policies` are those of others that are meant to be there.
    """

    name: str | None = None
    contexts: tuple[str, ...] = ()
    known_policies: tuple[str, ...] = ()


class RuleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The level of a rule in a project, and the reason."""

    level: Level
    reason: str


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project file. Paths and patterns are relative to `root`, written with `/`, and stay below it.

    `rules` are by the codes of what they find, however these are named in the file.
    """

    root: Path
    file: Path
    required_version: str | None = None
    sources: tuple[str, ...] = ("**/*.netpol",)
    output: str | None = None
    target: Target | None = None
    api_version: ApiVersion = "v1alpha2"
    layout: Layout = "object"
    manifests: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    templates: str | None = None
    namespace: str | None = None
    platform: Platform = "kubernetes"
    pod_addresses: tuple[str, ...] | None = None
    finality: Finality | None = None
    ingress_controllers: dict[str, str] = {}
    known_pods: tuple[str, ...] = ()
    baseline: str | None = None
    rules: dict[str, RuleSettings] = {}
    cluster: ClusterSettings = ClusterSettings()
    guard: bool = False
    environments: dict[str, EnvironmentSettings] = {}

    @property
    def levels(self) -> dict[str, Level]:
        """The levels of rules that are not their own, by code."""
        return {code: settings.level for code, settings in self.rules.items()}

    def output_of(self, environment: str | None) -> Path | None:
        """Return an environment's output: its own, else a folder of the project's output named after it."""
        settings = self.environments.get(environment or "")
        if settings is not None and settings.output is not None:
            return self.root / settings.output
        if self.output is None:
            return None
        return self.root / self.output / (environment if environment and self.environments else "")

    def namespace_of(self, environment: str | None) -> str | None:
        """Return the name that the unnamed namespace has in an environment."""
        settings = self.environments.get(environment or "")
        return self.namespace if settings is None or settings.namespace is None else settings.namespace
