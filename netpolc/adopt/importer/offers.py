"""What an owner may prefer to what an import writes: other words, which say more for pods to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.adopt.importer.model import Facts
    from netpolc.ir.model import Direction
    from netpolc.manifests.model import Workload
    from netpolc.sets.labels import LabelSelector


def offers(facts: Facts, workloads: Sequence[Workload]) -> Iterator[str]:
    """Yield a line for each namespace of which all workloads that manifests show are closed one by one."""
    closed: dict[str | None, dict[Direction, list[LabelSelector]]] = {}
    for each in facts.isolations:
        closed.setdefault(each.namespace, {}).setdefault(each.direction, []).append(each.selector)
    for namespace, directions in closed.items():
        pods = [each.labels for each in workloads if each.namespace == namespace and not each.host_network]
        whole = [
            direction
            for direction, selectors in directions.items()
            if EVERYTHING not in selectors and all(any(each.matches(labels) for each in selectors) for labels in pods)
        ]
        if pods and whole:
            word = "all" if len(whole) > 1 else whole[0]
            where = "" if namespace is None else f" of `{namespace}`"
            said = f"every workload{where} among the manifests is closed by name"
            yield f"{said}; `baseline deny {word}` would close pods that come later, too"
