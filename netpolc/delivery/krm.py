"""The KRM function: a ResourceList in, the same with the policies of a program instead of earlier ones out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.delivery.compiling import is_replaced, rendered
from netpolc.delivery.resource_list import identity, write_document
from netpolc.delivery.settled_peers import settled
from netpolc.delivery.writing import write_item
from netpolc.manifests.reading import POLICY_API
from netpolc.manifests.scalars import is_null
from netpolc.manifests.stream import read_documents

if TYPE_CHECKING:
    from netpolc.compiler.model import Compilation
    from netpolc.delivery.resource_list import Identity, ResourceList
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.targets.render import Renderer

Key = tuple[str | None, str]


def replaced_items(
    given: ResourceList, compilation: Compilation, namespace: str | None, renderer: Renderer
) -> list[str] | tuple[Diagnostic, ...]:
    """Return the items of a list as text, with the policies of a compilation, or the errors in these.

    A policy replaces the one of its name that an earlier run wrote, and keeps its orchestrator's annotations, by which
    that finds the file again. Other policies that netpolc wrote in namespaces of the program are removed because the
    program does not contain them any more. Objects without a namespace are in the one given. Peers
    are written so that Kustomize leaves them alone.

    Raises:
        UnwritableError: an item cannot be written.
    """
    owned = {namespace.name for namespace in compilation.program.namespaces}
    identities = [identity(item) for item in given.items]
    earlier = {number: _key(one, namespace) for number, one in enumerate(identities) if _is_ours(one, owned, namespace)}
    annotations = {key: identities[number].orchestration for number, key in earlier.items()}
    policies = tuple(
        msgspec.structs.replace(
            settled(policy),
            annotations=tuple(
                sorted(dict((*policy.annotations, *annotations.get((policy.namespace, policy.name), ()))).items())
            ),
        )
        for policy in compilation.policies
    )
    text = rendered(msgspec.structs.replace(compilation, policies=policies), renderer)
    if not isinstance(text, str):
        return text
    fresh = {_key(one, namespace): document for one, document in _documents(text)}
    written: list[str] = []
    for number, item in enumerate(given.items):
        if number not in earlier:
            written.append(write_item(item))
        elif earlier[number] in fresh:
            written.append(write_document(fresh.pop(earlier[number])))
    return [*written, *map(write_document, fresh.values())]


def _is_ours(one: Identity, owned: set[str | None], namespace: str | None) -> bool:
    is_policy = one.api == POLICY_API and one.kind == "NetworkPolicy"
    return is_policy and is_replaced(one.namespace or namespace, one.labels, owned)


def _key(one: Identity, namespace: str | None) -> Key:
    return one.namespace or namespace, one.name


def _documents(text: str) -> list[tuple[Identity, str]]:
    return [
        (identity(document.roots[0]), text[document.start : document.end])
        for document in read_documents(text)
        if document.roots and not is_null(document.roots[0])
    ]
