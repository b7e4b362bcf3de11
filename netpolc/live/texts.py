"""Objects of a cluster as texts that are read like any manifests: YAML for files, and JSON in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.live.kinds import POLICIES
from netpolc.source import CLUSTER, Source
from netpolc.targets.quoting import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.live.pulling import Pulled

_OF_POLICIES = frozenset(kind.resource for kind in POLICIES)


def in_yaml(items: Iterable[Mapping[str, Any]]) -> str:
    """Write objects as documents of YAML, in their order, so that equal objects are equal texts."""
    return "".join(f"---\n{_document(item)}" for item in items)


def in_json(items: Iterable[Mapping[str, Any]]) -> str:
    """Write objects as one List in JSON, a field a line, so that a place in it is one in an object."""
    return object_in_json({"apiVersion": "v1", "kind": "List", "items": list(items)})


def sources(pulled: Pulled) -> tuple[Source, ...]:
    """Return what was pulled as texts that are called as in `cluster:prod/shop/networkpolicy/web`.

    Each policy has a text of its own, since findings are about these, and all others of one kind and namespace one.
    """
    top = f"{CLUSTER}{pulled.context}"
    found: list[Source] = []
    for group in pulled.groups:
        if group.resource not in _OF_POLICIES:
            found.append(Source(f"{top}/{group.name}", in_json(group.items)))
            continue
        below = f"{top}/{group.namespace}" if group.namespace else top
        for item in group.items:
            name = f"{below}/{item['kind'].lower()}/{item['metadata'].get('name')}"
            found.append(Source(name, object_in_json(item)))
    return tuple(found)


def object_in_json(value: Mapping[str, Any]) -> str:
    """Write one object in JSON, a field a line."""
    return json_in_lines(msgspec.json.encode(value))


def json_in_lines(text: bytes) -> str:
    """Write JSON, a field a line."""
    return msgspec.json.format(text, indent=1).decode()


def _document(item: Mapping[str, Any]) -> str:
    return "\n".join(_lines(item)) + "\n"


def _lines(value: Mapping[str, Any] | list[Any]) -> Iterator[str]:
    """Yield the lines of an object or a list that is not empty."""
    for head, inner in _parts(value):
        if isinstance(inner, (dict, list)) and inner:
            lines = _lines(inner)
            if head == "-":
                yield f"- {next(lines)}"
                yield from (f"  {line}" for line in lines)
            else:
                yield head
                # The items of a list stand right below its key, as kubectl writes them.
                indent = "" if isinstance(inner, list) else "  "
                yield from (f"{indent}{line}" for line in lines)
        else:
            yield f"{head} {_scalar(inner)}"


def _parts(value: Mapping[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from (("-", inner) for inner in value)
    else:
        yield from ((f"{quote(key)}:", inner) for key, inner in value.items())


def _scalar(value: Any) -> str:
    """Write what has nothing inside it: a text in quotes where any reader could take it for something else."""
    if isinstance(value, str):
        return quote(value)
    return msgspec.json.encode(value).decode()
