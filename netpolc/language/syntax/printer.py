"""The way from tree to text: the one layout of netpol, with every comment in its place."""

from __future__ import annotations

import re
from ipaddress import IPv6Network, ip_network
from typing import TYPE_CHECKING

from netpolc.language.syntax import tree
from netpolc.language.syntax.comments import comments_in
from netpolc.language.syntax.layout import INDENT, BracketedList, LineWriter, ListMember, Piece, bracketed
from netpolc.policy.addresses import leading_zeros, parse
from netpolc.sets.ports import Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEFORE_VALUES = re.compile(r"(?:#[^\n]*+|[^(#]++)*+\(")
_VALUE_OR_COMMENT = re.compile(r'#[^\n]*|(""|[A-Za-z0-9._-]+)')

# What a reader of a string cannot see: controls, line and paragraph separators, and the format characters, among them
# the bidirectional ones. Listed here, not asked of `unicodedata`, so that all Pythons print alike.
_UNPRINTED = re.compile(
    '["\\\\\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e'
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

_Line = (
    tree.Import
    | tree.NamesBy
    | tree.StrictNames
    | tree.Baseline
    | tree.Declaration
    | tree.PolicyName
    | tree.Guardrail
    | tree.Flow
    | tree.Assertion
)


def print_tree(whole: tree.Tree, text: str | None = None) -> str:
    """Print a tree as netpol source.

    `text` is the source that the tree was read from: its comments and the blank lines between its statements are
    kept. Without it, the tree is printed as if it had no comments.
    """
    printer = _Printer(text)
    printer.block(whole.items, 0, len(text or ""))
    lines = printer.layout.lines
    return "\n".join([*lines, ""]) if lines else ""


def quoted(text: str) -> str:
    """Write a string as netpol does: between quotes, with JSON's escapes where they are needed."""
    return f'"{_UNPRINTED.sub(_escaped, text)}"'


def canonical_block(text: str) -> str:
    """Write an address block in its shortest form (RFC 5952), or as it is where it is none to Kubernetes.

    Python reads more: masks in the place of lengths, and leading zeros.
    """
    if parse(text) is None or leading_zeros(text):
        return text
    try:
        network = ip_network(text)
    except ValueError:
        return text
    # Python writes IPv4-mapped addresses in hexadecimal before 3.13, and with dots since.
    if isinstance(network, IPv6Network) and (mapped := network.network_address.ipv4_mapped) is not None:
        return f"::ffff:{mapped}/{network.prefixlen}"
    return str(network)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join([f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)])


class _Printer:
    """The printer of blocks of statements; `_end` is where, in the source, what was printed last ends."""

    def __init__(self, text: str | None) -> None:
        self.layout = LineWriter(() if text is None else tuple(comments_in(text)), text or "")
        self._text = text or ""
        self._end = 0

    def block(self, items: Sequence[tree.Item], indent: int, end: int) -> None:
        """Print the statements of a block that ends at an offset, and the comments at its end."""
        first = True
        for item in items:
            head = isinstance(item.statement, tree.Namespace | tree.Environment)
            if self._above(item.span.start, indent, first=first, head=head):
                self.layout.line("")
            self._item(item, indent)
            self._end = item.span.end
            first = False
        self._above(end, indent, first=first, head=False)

    def _above(self, start: int, indent: int, *, first: bool, head: bool) -> bool:
        """Print the comments above an offset, with blank lines before them; tell whether one belongs below them, too.

        The `head` of a block has a blank line before it, or before the comments that stand directly above it.
        The `first` thing of a block has none.
        """
        if not self.layout.comments.any_before(start):
            return not first and (head or self._text.count("\n", self._end, start) > 1)
        comments = self.layout.comments_before(start)
        spans = [comment.span for comment in comments]
        ends = [self._end, *(span.end for span in spans)]
        starts = [*(span.start for span in spans), start]
        blanks = [self._text.count("\n", end, start) > 1 for end, start in zip(ends, starts, strict=True)]
        if head:
            blanks[max((at for at, blank in enumerate(blanks) if blank), default=0)] = True
        if first:
            blanks[0] = False
        for comment, blank in zip(comments, blanks, strict=False):
            if blank:
                self.layout.line("")
            self.layout.own_line(comment, indent)
        return blanks[-1]

    def _item(self, item: tree.Item, indent: int) -> None:
        for annotation in item.annotations:
            self.layout.own_lines(annotation.span.start, indent)
            self.layout.statement([_annotation(annotation)], indent, annotation.span.end)
        statement = item.statement
        if item.annotations:
            self.layout.own_lines(statement.span.start, indent)
        match statement:
            case tree.Namespace():
                self._namespace(statement, indent)
            case tree.Environment():
                names = ", ".join([name.text for name in statement.names])
                self.layout.statement([f"env {names} {{"], indent, statement.names[-1].span.end)
                self._body(statement.body, statement.span.end, indent)
            case _:
                self.layout.statement(_statement(statement, self._text), indent, statement.span.end)

    def _namespace(self, statement: tree.Namespace, indent: int) -> None:
        opened = statement.opened
        members = [ListMember([name.text], name.span.start) for name in opened.names]
        head: list[Piece] = ["namespace ", bracketed("{}", members, opened.span.end, bare_alone=True)]
        end = opened.span.end
        if statement.labels is not None:
            head += (" ", _selector(statement.labels, self._text))
            end = statement.labels.span.end
        if statement.body is None:
            self.layout.statement(head, indent, end)
        else:
            self.layout.statement([*head, " {"], indent, end)
            self._body(statement.body, statement.span.end, indent)

    def _body(self, items: Sequence[tree.Item], end: int, indent: int) -> None:
        self.block(items, indent + INDENT, end)
        self.layout.line(" " * indent + "}")


def _annotation(annotation: tree.Annotation) -> str:
    value = annotation.value if annotation.date else quoted(annotation.value)
    return f"@{annotation.name}({value})"


def _statement(statement: _Line, text: str) -> list[Piece]:
    match statement:
        case tree.Flow(source=source, both=both, destination=destination, half=half):
            arrow = " <-> " if both else " -> "
            ending = [f" {half}"] if half else []
            return [*_endpoint(source, text), arrow, *_target(destination, text), *ending]
        case tree.Guardrail(tier=tier, action=action, source=reduced, destination=to, ports=ports, half=half):
            given: list[Piece] = [] if ports is None else [":", _ports(ports)]
            ending = [f" {half}"] if half else []
            return [f"{tier} {action} ", *_reduced(reduced, text), " -> ", *_reduced(to, text), *given, *ending]
        case tree.Assertion(quantifier=quantifier, source=source, destination=destination):
            return [f"assert {quantifier} ", *_endpoint(source, text), " -> ", *_target(destination, text)]
        case tree.Baseline(assume=assume, direction=direction, on=on):
            words = f"baseline assume deny {direction}" if assume else f"baseline deny {direction}"
            return [words] if on is None else [f"{words} on ", *_endpoint(on, text)]
        case tree.PolicyName(name=name, labels=labels, pods=pods):
            carried: list[Piece] = [] if labels is None else [_selector(labels, text), " "]
            return [f"policy {name.text} ", *carried, "= ", *_endpoint(pods, text)]
        case tree.Import() | tree.NamesBy() | tree.StrictNames():
            return [_of_file(statement)]
        case _:
            return _declaration(statement, text)


def _of_file(statement: tree.Import | tree.NamesBy | tree.StrictNames) -> str:
    match statement:
        case tree.Import(path=path, alias=alias):
            return f"import {quoted(path.text)}{f' as {alias.text}' if alias else ''}"
        case tree.NamesBy(key=key):
            return f"names by {key}"
        case tree.StrictNames():
            return "strict names"


def _declaration(declaration: tree.Declaration, text: str) -> list[Piece]:
    name = declaration.name.text
    match declaration:
        case tree.PodsDeclaration(value=value):
            return [f"pods {name} = ", *_endpoint(value, text)]
        case tree.GroupDeclaration(value=value):
            return [f"group {name} = ", *_endpoint(value, text)]
        case tree.NetDeclaration(value=value):
            return [f"net {name} = ", *_endpoint(value, text)]
        case tree.PortDeclaration(value=ports):
            return [f"port {name} = ", _ports(ports)]
        case tree.ServiceDeclaration(value=target):
            return [f"service {name} = ", *_target(target, text)]
        case tree.ParamDeclaration(kind=kind):
            return [f"param {kind} {name}"]


def _reduced(reduced: tree.Reduced, text: str) -> list[Piece]:
    pieces = _endpoint(reduced.endpoint, text)
    return pieces if reduced.excepts is None else [*pieces, " except ", *_endpoint(reduced.excepts, text)]


def _target(target: tree.Target, text: str) -> list[Piece]:
    pieces = _endpoint(target.endpoint, text)
    return pieces if target.ports is None else [*pieces, ":", _ports(target.ports)]


def _endpoint(endpoint: tree.Endpoint, text: str) -> list[Piece]:
    match endpoint:
        case tree.Ref(alias=alias, name=name):
            return [f"{alias}.{name}" if alias else name]
        case tree.Selector():
            return [_selector(endpoint, text)]
        case tree.Star():
            return ["*"]
        case tree.Scoped(namespace=namespace, pods=pods):
            scope: list[Piece] = [namespace.text] if isinstance(namespace, tree.Word) else _endpoint(namespace, text)
            return [*scope, "/", *_endpoint(pods, text)]
        case tree.Cidr(block=block, excepts=excepts, span=span):
            return _cidr(block, excepts, span.end)
        case tree.Domain(name=name):
            return [quoted(name)]
        case tree.SetOf(members=members, span=span):
            return [bracketed("{}", [ListMember(_target(each, text), each.span.start) for each in members], span.end)]


def _cidr(block: tree.Block, excepts: Sequence[tree.Block], end: int) -> list[Piece]:
    written = canonical_block(block.text)
    if not excepts:
        return [written]
    members = [ListMember([canonical_block(each.text)], each.span.start) for each in excepts]
    return [f"{written} except ", bracketed("{}", members, end, bare_alone=True)]


def _selector(selector: tree.Selector, text: str) -> BracketedList:
    members = [ListMember(_requirement(each, text), each.span.start) for each in selector.requirements]
    return bracketed("[]", members, selector.span.end)


def _requirement(requirement: tree.Requirement, text: str) -> list[Piece]:
    key, operator = requirement.key, requirement.operator
    values = [value or '""' for value in requirement.values]
    match operator:
        case "=" | "!=":
            return [f"{key}{operator}{values[0]}"]
        case "exists":
            return [key]
        case "absent":
            return [f"!{key}"]
        case "in" | "notin":
            starts = _value_starts(requirement, text)
            members = [ListMember([value], start) for value, start in zip(values, starts, strict=True)]
            # To kubectl, `(a, )` holds an empty value: no comma after the last.
            return [f"{key} {operator} ", bracketed("()", members, requirement.span.end, ending="")]


def _value_starts(requirement: tree.Requirement, text: str) -> list[int]:
    """Return where the values of a requirement stand, which matters only for comments between them."""
    start, end = requirement.span.start, requirement.span.end
    if text.find("#", start, end) < 0:
        return [start] * len(requirement.values)
    opener = _BEFORE_VALUES.match(text, start, end)
    matches = _VALUE_OR_COMMENT.finditer(text, start if opener is None else opener.end(), end)
    return [match.start() for match in matches if match[1]]


def _ports(ports: tree.Ports) -> BracketedList:
    members = [ListMember([_port(item)], item.span.start) for item in ports.items]
    return bracketed("{}", members, ports.span.end, bare_alone=True)


def _port(item: tree.PortItem) -> str:
    match item:
        case tree.PortRange(first=first, last=last, protocol=protocol):
            number = str(first) if first == last else f"{first}-{last}"
            return number + _protocol(protocol)
        case tree.PortName(name=name, protocol=protocol):
            return quoted(name) + _protocol(protocol)
        case tree.PortRef(alias=alias, name=name):
            return f"{alias}.{name}" if alias else name
        case tree.EveryPort(protocol=protocol):
            return "*" + _protocol(protocol)


def _protocol(protocol: Protocol | None) -> str:
    return f"/{protocol.lower()}" if protocol else ""
