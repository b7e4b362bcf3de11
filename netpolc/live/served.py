"""Which of the kinds that not every cluster has a server serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from netpolc.live.refusals import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.live.kinds import Kind
    from netpolc.live.kubectl import Kubectl

Answer = TypeVar("Answer")


class _Version(msgspec.Struct):
    group_version: str = msgspec.field(name="groupVersion")


class _Group(msgspec.Struct):
    name: str
    versions: list[_Version]


class _Groups(msgspec.Struct):
    groups: list[_Group]


class _Resource(msgspec.Struct):
    name: str


class _Resources(msgspec.Struct):
    resources: list[_Resource]


def served(kubectl: Kubectl, kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Return the kinds that are served, of two versions the first that is listed; what every cluster has is not asked.

    Raises:
        ClusterError: the server does not say it.
    """
    kinds = tuple(kinds)
    groups = _decoded(kubectl, "/apis", _Groups).groups
    versions = {version.group_version for group in groups for version in group.versions}
    names = {
        api: {each.name for each in _decoded(kubectl, f"/apis/{api}", _Resources).resources}
        for api in dict.fromkeys(kind.api for kind in kinds if not kind.core)
        if api in versions
    }
    found: dict[tuple[str, str], Kind] = {}
    for kind in kinds:
        if kind.core or kind.resource in names.get(kind.api, ()):
            found.setdefault((kind.group, kind.name), kind)
    return tuple(found.values())


def _decoded(kubectl: Kubectl, path: str, form: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(kubectl.get(path), type=form)
    except msgspec.DecodeError as error:
        said = "the answer is not what an API server says there"
        raise ClusterError("cut off", said, asked=f"cannot get `{path}`", context=kubectl.context) from error
