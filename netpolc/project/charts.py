"""What charts among the inputs are rendered with, as Helm's own options have it."""

from __future__ import annotations

import msgspec


class ChartSettings(msgspec.Struct, frozen=True):
    """Helm's `--namespace`, `--values`, which are absolute paths, `--set` and `--kube-version`."""

    namespace: str | None = None
    values: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    kube_version: str | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """The words that follow the chart on Helm's command line."""
        pairs = (
            ("--namespace", (self.namespace,)),
            ("--kube-version", (self.kube_version,)),
            ("--values", self.values),
            ("--set", self.sets),
        )
        return tuple(word for option, texts in pairs for text in texts if text for word in (option, text))


NO_SETTINGS = ChartSettings()
