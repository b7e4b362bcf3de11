"""The objects of one kind in a cluster, page by page, all of one moment, or an error: never a part of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from netpolc.live.refusals import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.live.kinds import Kind
    from netpolc.live.kubectl import Kubectl

PAGE = 500
"""How many objects one request asks for, as kubectl itself does."""

ATTEMPTS = 3
"""How often a list is begun anew, once the server has forgotten its moment (410 Expired)."""


class Listed(msgspec.Struct, frozen=True):
    """All objects of a kind, as the server has them, and the version of the list."""

    items: tuple[dict[str, Any], ...]
    version: str


class _Metadata(msgspec.Struct):
    resource_version: str = msgspec.field(name="resourceVersion", default="")
    going_on: str = msgspec.field(name="continue", default="")


class _ListPage(msgspec.Struct):
    items: list[dict[str, Any]] | None
    metadata: _Metadata
    kind: str = ""


_DECODER = msgspec.json.Decoder(_ListPage)


def pages(kubectl: Kubectl, kind: Kind, namespace: str | None = None) -> Iterator[list[dict[str, Any]] | None]:
    """Yield the objects of a kind a page at a time; None where what came before is void, and all comes again.

    Raises:
        ClusterError: the server does not say them all.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            yield from _pages(kubectl, kind, namespace)
        except ClusterError as error:
            if error.cause != "expired" or attempt == ATTEMPTS:
                raise _explained(error, kind, namespace) from error
            yield None
        else:
            return


def version_of(kubectl: Kubectl, kind: Kind) -> str:
    """Return the version of the list of a kind as it is: what a watch goes on from.

    Raises:
        ClusterError: the server does not say it.
    """
    try:
        return _read(kubectl.get(f"{kind.path()}?limit=1"), kubectl, kind).metadata.resource_version
    except ClusterError as error:
        raise _explained(error, kind, None) from error


def _pages(kubectl: Kubectl, kind: Kind, namespace: str | None) -> Iterator[list[dict[str, Any]]]:
    base = f"{kind.path(namespace)}?limit={PAGE}" + (f"&{kind.query}" if kind.query else "")
    going_on = ""
    while True:
        asked = f"{base}&continue={quote(going_on, safe='')}" if going_on else base
        page = _read(kubectl.get(asked), kubectl, kind)
        yield page.items or []
        if not page.metadata.going_on:
            return
        if page.metadata.going_on == going_on:
            raise _cut(kubectl, kind, "its pages do not end")
        going_on = page.metadata.going_on


def _read(answer: bytes, kubectl: Kubectl, kind: Kind) -> _ListPage:
    """Read one page; anything but a list of the kind is an error."""
    try:
        page = _DECODER.decode(answer)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _cut(kubectl, kind, "the answer is no whole list") from error
    if page.kind != f"{kind.name}List":
        raise _cut(kubectl, kind, "the answer is no list of these")
    return page


def _cut(kubectl: Kubectl, kind: Kind, said: str) -> ClusterError:
    return ClusterError("cut off", said, asked=f"cannot list {kind.resource}", context=kubectl.context)


def _explained(error: ClusterError, kind: Kind, namespace: str | None) -> ClusterError:
    """Return an error that says what was listed."""
    where = f" in namespace `{namespace}`" if namespace else ""
    asked = f"cannot list {kind.resource}{where}"
    found = ClusterError(error.cause, error.said, asked=asked, context=error.context)
    if error.cause == "forbidden":
        found.advice = f"ask for the rule `{kind.rule}`; `netpolc pull --rbac` prints a ClusterRole with all of them"
    return found
