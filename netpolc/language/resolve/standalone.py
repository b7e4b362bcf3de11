"""Endpoints that mean the same wherever they are written: pods by their labels and namespaces, and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ir.model import InNamespace
from netpolc.language.resolve.endpoints import EndpointContext, EndpointResolver
from netpolc.language.resolve.modules import LoadedFile, Module
from netpolc.language.resolve.names import NameLookup
from netpolc.language.resolve.outline import outline
from netpolc.language.resolve.selectors import SelectorResolver
from netpolc.language.syntax import tree
from netpolc.language.syntax.parser import parse
from netpolc.source import Source

if TYPE_CHECKING:
    from netpolc.ir.model import Peer

REST = " -> any:*"
"""What makes a flow of an endpoint."""
ADVICE = "write pods as `edge/[app=proxy]`, or blocks of addresses as `10.1.0.0/24`; of several, `{one, other}`"


class StandaloneError(Exception):
    """A text that is no endpoint, or one that means something only in a file; `advice` is what to do."""

    def __init__(self, message: str, advice: str | None = ADVICE) -> None:
        """Take what is wrong, as the end of a sentence about the text."""
        super().__init__(message)
        self.advice = advice


def standalone_peers(text: str) -> tuple[Peer, ...]:
    """Resolve an endpoint that stands in no file.

    Raises:
        StandaloneError: it cannot be read, or holds names, which only files declare.
    """
    source = Source("<endpoint>", text.strip() + REST)
    parsed = parse(source)
    statements = [item.statement for item in parsed.tree.items]
    flow = statements[0] if len(statements) == 1 else None
    if parsed.diagnostics or not isinstance(flow, tree.Flow) or parsed.tree.items[0].annotations:
        raise StandaloneError("is no endpoint")
    whole = (flow.source.span.start, flow.source.span.end) == (0, len(source.text) - len(REST))
    if not whole or flow.both or flow.half is not None:
        raise StandaloneError("is no endpoint")
    if not _is_standalone(flow.source):
        raise StandaloneError("is not said in labels with a namespace, nor in addresses")
    module = Module(LoadedFile("", outline(source, tree.Tree(())), {}, is_source=False), None)
    names = NameLookup({}, None)
    peers = EndpointResolver(names, SelectorResolver(names)).sources(
        flow.source, EndpointContext(module, None, InNamespace(None))
    )
    for found in names.diagnostics:
        if found.severity == "error":
            raise StandaloneError(f"cannot be meant: {found.message}", found.advice)
    if not peers:
        raise StandaloneError("is carried by no pod")
    return peers


def _is_standalone(endpoint: tree.Endpoint) -> bool:
    match endpoint:
        case tree.SetOf():
            return all(member.ports is None and _is_standalone(member.endpoint) for member in endpoint.members)
        case tree.Scoped():
            return not isinstance(endpoint.pods, tree.Ref)
        case _:
            return isinstance(endpoint, tree.Cidr)
