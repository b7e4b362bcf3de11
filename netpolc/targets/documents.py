"""The spread of policies over files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from netpolc.policy.tier_model import TierPolicy
from netpolc.project.filenames import file_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.targets.layout import Document
    from netpolc.targets.render import Renderer

D = TypeVar("D", bound="Document")

SINGLE_FILE = "networkpolicies.yaml"
CLUSTER = "_cluster"
"""The folder or file of what belongs to no namespace, whose name no namespace can have."""


def by_file(policies: Sequence[D], layout: str, single: str | None = None) -> dict[str, list[D]]:
    """Return the policies of each file by its relative name, in the layout `object`, `namespace` or `single`.

    A `single` name puts everything into that one file, whatever the layout. In the others, a file is of one
    namespace, but for a file `unnamed` that the unnamed namespace may share.
    """
    if single is not None or layout == "single":
        return {single or SINGLE_FILE: list(policies)}
    files: dict[str, list[D]] = {}
    for policy in policies:
        files.setdefault(_name(policy, layout), []).append(policy)
    return files


def lay_out(files: Mapping[str, Sequence[Document]], renderer: Renderer) -> dict[str, str]:
    """Render each file to its text."""
    return {name: renderer.render_file(held, _sources(held)) for name, held in files.items()}


def updated(known: Mapping[str, str], fresh: Mapping[str, str], namespaces: Iterable[str | None]) -> dict[str, str]:
    """Return the files of an earlier build with those of some named namespaces replaced.

    `fresh` has all files of these namespaces.
    """
    stems = {file_name(namespace, suffix="") for namespace in namespaces if namespace is not None}
    kept = {name: text for name, text in known.items() if name.removesuffix(".yaml").partition("/")[0] not in stems}
    return kept | dict(fresh)


def _name(policy: Document, layout: str) -> str:
    if isinstance(policy, TierPolicy):
        return f"{CLUSTER}.yaml" if layout == "namespace" else f"{CLUSTER}/{file_name(policy.name)}"
    if layout == "namespace":
        return file_name(policy.namespace or "unnamed")
    return file_name(policy.name) if policy.namespace is None else file_name(policy.namespace, policy.name)


def _sources(policies: Sequence[Document]) -> tuple[str, ...]:
    return tuple(sorted({source for policy in policies for source in policy.sources}))
