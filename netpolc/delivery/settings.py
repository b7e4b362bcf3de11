"""The configuration of the KRM function: which program it compiles, and for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import msgspec

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import is_null, value_of
from netpolc.policy.names import dns_label
from netpolc.project.model import Platform

if TYPE_CHECKING:
    from netpolc.delivery.resource_list import ResourceList

KEYS = ("source", "paths", "env", "namespace", "platform")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The program, as a text or as paths, or neither; its environment, and the namespace that names the unnamed one.

    `label` is what the text is called. `platform` is what enforces the policies, None being what the project says.
    """

    label: str = "spec.source"
    source: str | None = None
    paths: tuple[str, ...] = ()
    environment: str | None = None
    namespace: str | None = None
    platform: Platform | None = None


def read_settings(given: ResourceList) -> Settings | tuple[Diagnostic, ...]:
    """Read the configuration of a function, or return everything that is wrong with it.

    The keys are in `spec`, or in the `data` of a ConfigMap, as kpt makes it of arguments.
    """
    fields = {} if given.config is None else given.config.fields
    name = "data" if "data" in fields and "spec" not in fields else "spec"
    reading = _SettingsReader(name)
    settings = reading.settings(fields.get(name))
    return tuple(reading.faults) or settings


def misconfigured(message: str, advice: str | None = None) -> Diagnostic:
    """Return an error about the configuration of the function."""
    return Diagnostic(
        code="NP801", severity="error", message=f"the configuration of the function: {message}", help=advice
    )


class _SettingsReader:
    """A reader of the settings below one key, which collects their faults."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Diagnostic] = []

    def settings(self, node: Node | None) -> Settings:
        if node is not None and not isinstance(node, Mapping) and not is_null(node):
            self.fault(f"`{self.name}` is no mapping")
        fields = node.fields if isinstance(node, Mapping) else {}
        for key in fields:
            if key not in KEYS:
                near = closest(key, KEYS)
                self.fault(
                    f"`{self.name}.{key}` is unknown",
                    f"did you mean `{near}`?" if near else f"it takes {', '.join(KEYS)}",
                )
        source, paths = self.text("source", fields.get("source")), self.texts("paths", fields.get("paths"))
        if source is not None and paths:
            self.fault(f"both `{self.name}.source` and `{self.name}.paths` are given", "choose one")
        namespace = self.text("namespace", fields.get("namespace"))
        for why in () if namespace is None else dns_label(namespace):
            self.fault(f"`{self.name}.namespace`: {why}")
        return Settings(
            label=f"{self.name}.source",
            source=source,
            paths=paths,
            environment=self.text("env", fields.get("env")),
            namespace=namespace,
            platform=self.platform(self.text("platform", fields.get("platform"))),
        )

    def platform(self, name: str | None) -> Platform | None:
        known = get_args(Platform)
        if name is None or name in known:
            return name  # type: ignore[return-value]  # one of them
        near = closest(name, known)
        advice = f"did you mean `{near}`?" if near else f"it is one of {', '.join(known)}"
        self.fault(f"`{self.name}.platform` is no platform: `{name}`", advice)
        return None

    def text(self, key: str, node: Node | None) -> str | None:
        if node is None or is_null(node):
            return None
        if isinstance(node, Scalar) and isinstance(value_of(node), str) and (node.text or key == "source"):
            return node.text
        self.fault(f"`{self.name}.{key}` is no text" if not _is_empty(node) else f"`{self.name}.{key}` is empty")
        return None

    def texts(self, key: str, node: Node | None) -> tuple[str, ...]:
        items = node.items if isinstance(node, Sequence) else [node]
        found = [self.text(key, item) for item in items]
        return tuple(text for text in found if text is not None)

    def fault(self, message: str, advice: str | None = None) -> None:
        self.faults.append(misconfigured(message, advice))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text
