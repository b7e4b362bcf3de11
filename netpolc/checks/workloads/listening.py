"""The ports on which the pods of a workload are seen to listen, whether their containers declare them or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.model import ConfigText, Workload

_ANY_HOST = r"(?:0\.0\.0\.0|\[::\]|\*)?"
_ADDRESS = rf"(?:^|[=\s]){_ANY_HOST}:([0-9]{{1,5}})(?![0-9.:])"
"""An address without a host, which is one to listen at: `--metrics-bind-address=:8443`."""

_PORT = r"(?i:^-{1,2}(?:[a-z-]*-)?port)[=\s]([0-9]{1,5})$"
OWN_PORT = "PORT"
"""The variable that says where to listen, by the custom of platforms."""


def listening(workload: Workload) -> frozenset[tuple[str, int]]:
    """Return the ports of probes, of metrics, and of addresses that are listened at, with their protocol."""
    return frozenset(("TCP", number) for number in _numbers(workload))


def _numbers(workload: Workload) -> Iterator[int]:
    yield from (probe.port for probe in workload.probes if isinstance(probe.port, int))
    if workload.scrape is not None and workload.scrape.port is not None:
        yield workload.scrape.port
    for text in workload.texts:
        yield from _of_text(text)


def _of_text(text: ConfigText) -> Iterator[int]:
    if text.kind == "env" and text.name == OWN_PORT and re.fullmatch("[0-9]{1,5}", text.value):
        yield int(text.value)
    pattern = f"{_ADDRESS}|{_PORT}" if text.kind == "argument" else _ADDRESS
    for found in re.finditer(pattern, text.value):
        yield int(found[found.lastindex or 0])
