"""What charts among the inputs are rendered with, as Helm's own options have it."""

from __future__ import annotations

import msgspec


class ChartSettings(msgspec.Struct, frozen=True):
    """The values of Helm's `--namespace`, `--values`, which are absolute paths, `--set` and `--kube-version`.

    They are `demanded` where each set of inputs has to have a chart, and not only one of several.
    """

    namespace: str | None = None
    values: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    kube_version: str | None = None
    demanded: bool = True

    @property
    def options(self) -> tuple[str, ...]:
        """The words that follow the chart on Helm's command line."""
        pairs = (("--namespace", (self.namespace,)), *self._of_charts)
        return tuple(word for option, texts in pairs for text in texts if text for word in (option, text))

    @property
    def idle_option(self) -> str | None:
        """The first option that says nothing without a chart, if it has to have one."""
        given = (option for option, texts in self._of_charts if any(texts))
        return next(given, None) if self.demanded else None

    @property
    def _of_charts(self) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
        return ("--kube-version", (self.kube_version,)), ("--values", self.values), ("--set", self.sets)


NO_SETTINGS = ChartSettings()
