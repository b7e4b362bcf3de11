"""From Lark's reductions to the tree: one method for each rule of the grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from lark import Token, Transformer

from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.sets.ports import Protocol
from netpolc.source import Location, Span
from netpolc.syntax import notes
from netpolc.syntax.strings import read_string
from netpolc.syntax.tree import (
    Annotation,
    Assertion,
    Baseline,
    Block,
    Cidr,
    Direction,
    Domain,
    Endpoint,
    Environment,
    EveryPort,
    Flow,
    GroupDeclaration,
    Half,
    Import,
    Item,
    NamesBy,
    Namespace,
    NetDeclaration,
    Operator,
    ParamDeclaration,
    ParamKind,
    PodsDeclaration,
    PortDeclaration,
    PortItem,
    PortName,
    PortRange,
    PortRef,
    Ports,
    Quantifier,
    Ref,
    Requirement,
    Scoped,
    Selector,
    ServiceDeclaration,
    SetOf,
    Star,
    StrictNames,
    Target,
    Text,
    Word,
)

if TYPE_CHECKING:
    from netpolc.source import Source

PROTOCOLS: dict[str, Protocol] = {"tcp": "TCP", "udp": "UDP", "sctp": "SCTP"}
HIGHEST_PORT = 65535


class Builder(Transformer[Token, Any]):
    """Builds nodes as the parser reduces; what a token cannot mean becomes a diagnostic.

    One builder serves one parser, and `begin` gives it the source of the next run.
    """

    def __init__(self) -> None:
        """Make a builder without a source yet."""
        super().__init__()
        self.diagnostics: list[Diagnostic] = []
        self._source: Source

    def begin(self, source: Source) -> None:
        """Start on a source: forget the diagnostics of the one before."""
        self._source = source
        self.diagnostics = []

    def start(self, children: list[Item]) -> tuple[Item, ...]:  # noqa: D102 -- named by its rule, as all below
        return tuple(children)

    def item(self, children: list[Any]) -> Item:  # noqa: D102
        statement = children[-1]
        return Item(tuple(children[:-1]), statement, children[0].span.to(statement.span))

    def annotation(self, children: list[Token]) -> Annotation:  # noqa: D102
        at, name, value, closing = children
        span = Span(_start(at), _end(closing))
        known = len(self.diagnostics)
        date = value.type == "DATE"
        text = str(value) if date else self._string(value).text
        annotation = Annotation(str(name), text, date, span)
        problem = notes.problem_of(annotation, Location(self._source, span), self._at(name), self._at(value))
        if problem is not None and known == len(self.diagnostics):
            self.diagnostics.append(problem)
        return annotation

    # Statements.

    def import_file(self, children: list[Any]) -> Import:  # noqa: D102
        keyword, path, alias = children
        word = None if alias is None else _word(alias)
        return Import(self._string(path), word, Span(_start(keyword), _end(alias or path)))

    def names_by(self, children: list[Token]) -> NamesBy:  # noqa: D102
        keyword, key = children
        return NamesBy(str(key), Span(_start(keyword), _end(key)))

    def strict_names(self, children: list[Token]) -> StrictNames:  # noqa: D102
        return StrictNames(_span(children[0]))

    def namespace(self, children: list[Any]) -> Namespace:  # noqa: D102
        keyword, name, labels, block = children
        last = _end(name)
        if labels is not None:
            last = labels.span.end
        body = None
        if block is not None:
            body, last = block
        return Namespace(_word(name), labels, body, Span(_start(keyword), last))

    def environment(self, children: list[Any]) -> Environment:  # noqa: D102
        keyword, *names, (body, last) = children
        return Environment(tuple(map(_word, names)), body, Span(_start(keyword), last))

    def block(self, children: list[Any]) -> tuple[tuple[Item, ...], int]:  # noqa: D102
        return tuple(children[1:-1]), _end(children[-1])

    def baseline(self, children: list[Any]) -> Baseline:  # noqa: D102
        keyword, assume, direction, on = children
        last = _end(direction) if on is None else on.span.end
        return Baseline(assume is not None, cast("Direction", str(direction)), on, Span(_start(keyword), last))

    def pods_declaration(self, children: list[Any]) -> PodsDeclaration:  # noqa: D102
        keyword, name, value = children
        return PodsDeclaration(_word(name), value, Span(_start(keyword), value.span.end))

    def group_declaration(self, children: list[Any]) -> GroupDeclaration:  # noqa: D102
        keyword, name, value = children
        return GroupDeclaration(_word(name), value, Span(_start(keyword), value.span.end))

    def net_declaration(self, children: list[Any]) -> NetDeclaration:  # noqa: D102
        keyword, name, value = children
        return NetDeclaration(_word(name), value, Span(_start(keyword), value.span.end))

    def port_declaration(self, children: list[Any]) -> PortDeclaration:  # noqa: D102
        keyword, name, value = children
        return PortDeclaration(_word(name), value, Span(_start(keyword), value.span.end))

    def service_declaration(self, children: list[Any]) -> ServiceDeclaration:  # noqa: D102
        keyword, name, value = children
        return ServiceDeclaration(_word(name), value, Span(_start(keyword), value.span.end))

    def param_declaration(self, children: list[Token]) -> ParamDeclaration:  # noqa: D102
        keyword, kind, name = children
        return ParamDeclaration(cast("ParamKind", str(kind).strip()), _word(name), Span(_start(keyword), _end(name)))

    def flow(self, children: list[Any]) -> Flow:  # noqa: D102
        source, arrow, destination, half = children
        last = destination.span.end if half is None else _end(half)
        which = None if half is None else cast("Half", half.strip())
        return Flow(source, arrow.type == "BOTH", destination, which, Span(source.span.start, last))

    def assertion(self, children: list[Any]) -> Assertion:  # noqa: D102
        keyword, quantifier, source, _, destination = children
        span = Span(_start(keyword), destination.span.end)
        return Assertion(cast("Quantifier", quantifier.strip()), source, destination, span)

    # Endpoints.

    def target(self, children: list[Any]) -> Target:  # noqa: D102
        endpoint, ports = children
        return Target(endpoint, ports, endpoint.span if ports is None else endpoint.span.to(ports.span))

    def name(self, children: list[Any]) -> Ref:  # noqa: D102
        first, second = children
        if second is None:
            return Ref(None, str(first), _span(first))
        return Ref(str(first), str(second), Span(_start(first), _end(second)))

    def star(self, children: list[Token]) -> Star:  # noqa: D102
        return Star(_span(children[0]))

    def scoped(self, children: list[Any]) -> Scoped:  # noqa: D102
        namespace, pods = map(_part, children)
        if isinstance(pods, Word):
            pods = Ref(None, pods.text, pods.span)
        return Scoped(namespace, pods, namespace.span.to(pods.span))

    def domain(self, children: list[Token]) -> Domain:  # noqa: D102
        text = self._string(children[0])
        return Domain(text.text, text.span)

    def cidr(self, children: list[Any]) -> Cidr:  # noqa: D102
        address, excepts = children
        block = _block(address)
        if excepts is None:
            return Cidr(block, (), block.span)
        blocks, last = excepts
        return Cidr(block, blocks, Span(block.span.start, last))

    def excepts(self, children: list[Token]) -> tuple[tuple[Block, ...], int]:  # noqa: D102
        blocks = tuple(_block(child) for child in children if child.type == "ADDRESS")
        return blocks, _end(children[-1])

    def set(self, children: list[Any]) -> SetOf:  # noqa: D102
        return SetOf(tuple(children[1:-1]), Span(_start(children[0]), _end(children[-1])))

    def selector(self, children: list[Any]) -> Selector:  # noqa: D102
        return Selector(tuple(children[1:-1]), Span(_start(children[0]), _end(children[-1])))

    def requirement(self, children: list[Any]) -> Requirement:  # noqa: D102
        first, second, *rest = children
        if first.type == "NOT":
            return Requirement(str(second), "absent", (), Span(_start(first), _end(second)))
        if second is None:
            return Requirement(str(first), "exists", (), _span(first))
        if second.type == "EQUAL":
            (value,) = rest
            operator: Operator = "!=" if "!" in second else "="
            last = second if value is None else value
            return Requirement(str(first), operator, (_value(value),), Span(_start(first), _end(last)))
        *values, closing = rest
        operator = "in" if second.type == "IN" else "notin"
        return Requirement(str(first), operator, tuple(map(_value, values)), Span(_start(first), _end(closing)))

    # Ports.

    def ports(self, children: list[Any]) -> Ports:  # noqa: D102
        if not isinstance(children[0], Token):
            return Ports(tuple(children), children[0].span)
        items = cast("tuple[PortItem, ...]", tuple(children[1:-1]))
        return Ports(items, Span(_start(children[0]), _end(children[-1])))

    def port_range(self, children: list[Any]) -> PortRange:  # noqa: D102
        number, protocol = children
        span = _span(number)
        if number.type == "RANGE":
            first, _, last = number.partition("-")
            low, high = self._port(first, number), self._port(last, number)
            if low > high:
                self._reversed_range(number, high, low)
        else:
            low = high = self._port(number, number)
        return PortRange(low, high, self._protocol(protocol), span if protocol is None else span.to(_span(protocol)))

    def port_name(self, children: list[Any]) -> PortName:  # noqa: D102
        name, protocol = children
        text = self._string(name)
        span = text.span if protocol is None else text.span.to(_span(protocol))
        return PortName(text.text, self._protocol(protocol), span)

    def port_ref(self, children: list[Any]) -> PortRef:  # noqa: D102
        first, second = children
        if second is None:
            return PortRef(None, str(first), _span(first))
        return PortRef(str(first), str(second), Span(_start(first), _end(second)))

    def every_port(self, children: list[Any]) -> EveryPort:  # noqa: D102
        star, protocol = children
        return EveryPort(self._protocol(protocol), Span(_start(star), _end(protocol or star)))

    # What tokens mean.

    def _string(self, token: Token) -> Text:
        text, problem = read_string(str(token), self._at(token))
        if problem is not None:
            self.diagnostics.append(problem)
        return Text(text, _span(token))

    def _protocol(self, token: Token | None) -> Protocol | None:
        if token is None:
            return None
        protocol = PROTOCOLS.get(token.lower())
        if protocol is None:
            self._error("NP101", f"unknown protocol `{token}`", token, "use `tcp`, `udp` or `sctp`")
            return "TCP"
        return protocol

    def _port(self, digits: str, token: Token) -> int:
        port = int(digits) if len(digits) <= len(str(HIGHEST_PORT)) else HIGHEST_PORT + 1
        if not 1 <= port <= HIGHEST_PORT:
            shown = digits if len(digits) <= len("2147483648") else f"{digits[:10]}…"
            self._error("NP302", f"there is no port {shown}", token, "ports go from 1 to 65535; `*` is every port")
            return 1
        if digits.startswith("0"):
            place = self._at(token)
            right = "-".join(part.lstrip("0") or "0" for part in token.split("-"))
            self.diagnostics.append(
                Diagnostic(
                    code="NP302",
                    severity="error",
                    message=f"the port {digits} has a leading zero, which some readers take for octal",
                    location=place,
                    help=f"use `{right}`",
                    fixes=(Fix(f"use `{right}`", (Edit(place, right),)),),
                )
            )
        return port

    def _reversed_range(self, token: Token, low: int, high: int) -> None:
        place = self._at(token)
        fix = Fix(f"write `{low}-{high}`", (Edit(place, f"{low}-{high}"),))
        message = f"the range `{token}` ends before it begins"
        self.diagnostics.append(
            Diagnostic(
                code="NP303",
                severity="error",
                message=message,
                location=place,
                help=fix.message,
                fixes=(fix,),
            )
        )

    def _error(self, code: str, message: str, token: Token, advice: str) -> None:
        self.diagnostics.append(
            Diagnostic(code=code, severity="error", message=message, location=self._at(token), help=advice)
        )

    def _at(self, token: Token) -> Location:
        return Location(self._source, _span(token))


# The lexer fills in positions on every token; Lark's types leave them optional.


def _start(token: Token) -> int:
    return cast("int", token.start_pos)


def _end(token: Token) -> int:
    return cast("int", token.end_pos)


def _span(token: Token) -> Span:
    return Span(_start(token), _end(token))


def _word(token: Token) -> Word:
    return Word(str(token), _span(token))


def _block(token: Token) -> Block:
    return Block(str(token), _span(token))


def _value(token: Token | None) -> str:
    return "" if token is None or token == '""' else str(token)


def _part(child: Endpoint | Token) -> Any:
    """A side of a slash: selectors are built already, names and stars are still tokens."""
    if not isinstance(child, Token):
        return child
    return Star(_span(child)) if child.type == "STAR" else _word(child)
