"""Sections that say the same of their namespaces, as one section of all of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.model import PodsEnd
from netpolc.ir.model import InNamespace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.adopt.importer.model import End, Ends, FlowLine, NamespaceSection

HERE = InNamespace("*")
"""Stands for the namespace of a section, whichever it is; none is called so."""


def folded(sections: Sequence[NamespaceSection]) -> tuple[NamespaceSection, ...]:
    """Return the sections, of those that say the same the first, with the other namespaces."""
    alike: dict[object, list[NamespaceSection]] = {}
    for section in sections:
        alike.setdefault(_said(section), []).append(section)
    return tuple(
        msgspec.structs.replace(first, others=tuple(each.namespace for each in others if each.namespace is not None))
        for first, *others in alike.values()
    )


def _said(section: NamespaceSection) -> object:
    """Return what a section says, its namespace left out; the unnamed one has no names to be listed with."""
    if section.namespace is None:
        return None
    paragraphs = (
        (paragraph.policy, paragraph.comments, tuple(_line(each, section.namespace) for each in paragraph.lines))
        for paragraph in section.paragraphs
    )
    return (
        section.labels,
        section.baselines,
        section.policy_names,
        tuple(sorted(paragraphs, key=lambda paragraph: paragraph[:2])),
    )


def _line(line: FlowLine, namespace: str) -> FlowLine:
    return msgspec.structs.replace(
        line, sources=_ends(line.sources, namespace), destinations=_ends(line.destinations, namespace)
    )


def _ends(ends: Ends, namespace: str) -> Ends:
    return tuple(_end(each, namespace) for each in ends)


def _end(end: End, namespace: str) -> End:
    here = isinstance(end, PodsEnd) and end.namespaces == InNamespace(namespace)
    return msgspec.structs.replace(end, namespaces=HERE) if here else end
