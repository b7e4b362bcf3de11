"""Endpoints and ports as users write them outside of files, as trees of the language."""

from __future__ import annotations

import re
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.usage import UsageError
from netpolc.language.syntax import tree
from netpolc.language.syntax.parser import parse
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


LONGEST = 100_000
"""The characters of a question; nobody types more."""
_OUTSIDE = frozenset(("internet", "world", "outside", "external"))
"""What people call everybody who is not in the cluster."""
_NODE = "ask about a node by its address"
_SPACE = "all pods of a namespace are `name/*`"
_SERVICE = "ask about the Service, as `svc/name`"
_NO_ENDS = {
    **dict.fromkeys(("no", "node", "nodes"), _NODE),
    **dict.fromkeys(("ns", "namespace", "namespaces"), _SPACE),
    **dict.fromkeys(("ep", "endpoints", "endpointslice", "endpointslices"), _SERVICE),
    **dict.fromkeys(("ing", "ingress", "ingresses", "route", "routes", "httproute", "httproutes"), _SERVICE),
}
"""Kinds that kubectl knows and that have no pods, and whom to ask about in their place."""
_PLAIN = r"(?:[-a-z0-9]+/)?[a-z0-9][-a-z0-9.]*[a-z0-9]"
"""What objects are called; sets of pods and blocks of addresses have other characters."""
MOST_PLACES = 5
"""How many of several namespaces are named."""


class QueryError(UsageError):
    """A question that makes no sense; `about` names the part that is wrong, as its user knows it.

    Its `code` is that of a name that nobody has, of one that several have, or of a question that cannot be asked so.
    """

    def __init__(self, message: str, *, code: str = "NP316", advice: str | None = None) -> None:
        """Say what is wrong, and the way out."""
        super().__init__(message, code=code, advice=advice)


def in_several(name: str, places: Iterable[str | None]) -> QueryError:
    """Return the error about a name that several namespaces have."""
    listed = sorted(f"`{place}/{name}`" for place in places if place is not None)
    more = f" and {len(listed) - MOST_PLACES} more" if len(listed) > MOST_PLACES else ""
    shown = listed[:MOST_PLACES] if more else listed[:-1]
    last = "" if more else f" and {listed[-1]}"
    return QueryError(
        f"`{name}` could be in several namespaces: {', '.join(shown)}{more or last}",
        code="NP315",
        advice=f"name one, as in {listed[0]}",
    )


def not_known(text: str, names: Collection[str], what: str = "nothing is known of") -> QueryError:
    """Return the error about something that nobody has heard of, with the nearest of some names.

    One without a namespace is compared with names in all of them.
    """
    near = closest(text, names)
    if text.rpartition("/")[2] in _OUTSIDE:
        return QueryError(f"{what} `{text}`", code="NP314", advice="write `any`, or addresses, as `0.0.0.0/0`")
    if "/" not in text:
        bare: dict[str, str] = {}
        for name in sorted(names):
            bare.setdefault(name.rpartition("/")[2], name)
        near = bare.get(closest(text, bare) or "", near)
    near = near or _elsewhere(text, names)
    advice = _of_kind(text, names) or (f"did you mean `{near}`?" if near else _known(text, names))
    return QueryError(f"{what} `{text}`", code="NP314", advice=advice)


def _of_kind(text: str, names: Collection[str]) -> str | None:
    """Return whom to ask about in the place of something that has no pods, by the kind that is written before it."""
    kind, slash, _ = text.partition("/")
    if not slash or any(name.startswith(f"{kind}/") for name in names):
        return None
    return _NO_ENDS.get(kind.lower())


def _elsewhere(text: str, names: Collection[str]) -> str | None:
    """Return what has the same name in another namespace."""
    called = text.rpartition("/")[2]
    return min((name for name in names if name.rpartition("/")[2] == called), default=None)


def _known(text: str, names: Collection[str]) -> str | None:
    """Return the first of the names that there are, of those in the same namespace if there is any.

    Those that have what was written in them stand before the others.
    """
    namespace, _, word = text.rpartition("/")
    near = [name for name in names if name.startswith(f"{namespace}/")] if namespace else []
    plain = (name for name in near or names if re.fullmatch(_PLAIN, name))
    known = sorted(plain, key=lambda name: (word not in name, name))
    if not known:
        return "the inputs show none"
    more = f" and {len(known) - MOST_PLACES} more" if len(known) > MOST_PLACES else ""
    return f"known here: {', '.join(f'`{name}`' for name in known[:MOST_PLACES])}{more}"


@contextmanager
def about(part: str) -> Iterator[None]:
    """Name the part of a question that is read meanwhile, as its user knows it."""
    try:
        yield
    except QueryError as error:
        error.about = part
        raise


class WrittenEndpoint(msgspec.Struct, frozen=True):
    """An endpoint, with its ports if it is a destination, and the text that its spans are of."""

    endpoint: tree.Endpoint
    ports: tree.Ports | None
    source: Source


def read_endpoint(text: str) -> WrittenEndpoint:
    """Read an endpoint; an address alone stands for the block that holds only it."""
    text = text.strip()
    text = _whole_address(text) or text
    flow, source = _flow(text, text, " -> any:*")
    if flow.source.span.start != 0 or flow.source.span.end != len(text) or flow.half is not None or flow.both:
        raise QueryError(f"`{text}` is no endpoint")
    return WrittenEndpoint(flow.source, None, source)


def read_destination(text: str) -> WrittenEndpoint:
    """Read a destination, with ports if it has any."""
    text = text.strip()
    address, colon, ports = text.rpartition(":")
    if colon and "/" not in address:
        text = f"{_whole_address(address) or address}:{ports}"
    target, source = _target(text, text)
    return WrittenEndpoint(target.endpoint, target.ports, source)


def read_ports(text: str) -> tuple[tree.Ports, Source]:
    """Read ports, as after the colon of a destination; a list may stand without its braces."""
    text = text.strip()
    written = text if "{" in text else f"{{{text}}}" if "," in text else text
    target, source = _target(text, f"any:{written}")
    if target.ports is None:
        raise QueryError(f"`{text}` is no port")
    return target.ports, source


def read_flow(text: str) -> tuple[tree.Flow, Source]:
    """Read a flow, as on a line of a file."""
    return _flow(text, text, "")


def _whole_address(text: str) -> str | None:
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not inner[:1].isalnum() and not inner.startswith(":"):
        return None
    try:
        address = ip_address(inner)
    except ValueError:
        return None
    return f"{address}/{address.max_prefixlen}"


def _target(text: str, written: str) -> tuple[tree.Target, Source]:
    before = "any -> "
    flow, source = _flow(text, before + written, "")
    target = flow.destination
    start, end = target.span.start - len(before), target.span.end - len(before)
    if (start, end) != (0, len(written)) or flow.half is not None or flow.both:
        raise QueryError(f"`{text}` is no destination")
    return target, source


def _flow(asked: str, written: str, rest: str) -> tuple[tree.Flow, Source]:
    if not asked or len(asked) > LONGEST:
        raise QueryError("it is empty" if not asked else "it is too long")
    source = Source("<question>", written + rest)
    parsed = parse(source)
    for found in parsed.diagnostics:
        raise QueryError(f"`{asked}` cannot be read: {found.message}", advice=found.advice)
    statements = [item.statement for item in parsed.tree.items]
    if len(statements) != 1 or not isinstance(statements[0], tree.Flow) or parsed.tree.items[0].annotations:
        raise QueryError(f"`{asked}` is no endpoint")
    return statements[0], source
