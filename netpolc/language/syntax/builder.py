"""From reductions to the tree: one method for each rule of the grammar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, cast

from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.language.syntax import tree
from netpolc.language.syntax.strings import read_string
from netpolc.language.syntax.tokens import Token
from netpolc.sets.port_model import NO_POLICY_FOR_ICMP, PORTLESS
from netpolc.sets.ports import PROTOCOLS, Protocol
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.source import Source

    Body = tuple[tuple[tree.Item, ...], Span]
    """The items of a block, and its closing brace."""

    Excepts = tuple[tuple[tree.Block, ...], Span]
    """Blocks, and where they end."""

T = TypeVar("T")

_PROTOCOLS: dict[str, Protocol] = {protocol.lower(): protocol for protocol in PROTOCOLS}
HIGHEST_PORT = 65535
VALUE_BELOW = r"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)++[ \t]*+[A-Za-z0-9._-]"


class TreeBuilder:
    """The builder of a source's nodes, as a parser reduces; what a token cannot mean becomes a diagnostic.

    Each rule has a method of its name, which is given what the rule keeps. An optional part that is not there is None,
    and may be left out at the end.
    """

    def __init__(self, source: Source) -> None:
        """Start with a source and no diagnostics."""
        self.diagnostics: list[Diagnostic] = []
        self._source = source

    def start(self, *items: tree.Item) -> tuple[tree.Item, ...]:
        return items

    def item(self, *children: Any) -> tree.Item:
        statement = children[-1]
        return tree.Item(children[:-1], statement, children[0].span.to(statement.span))

    def annotation(self, at: Token, name: Token, value: Token, closing: Token) -> tree.Annotation:
        known = len(self.diagnostics)
        date = value.kind == "DATE"
        text = value.text if date else self._string(value).text
        annotation = tree.Annotation(name.text, text, date, at.span.to(closing.span))
        from netpolc.language.syntax.annotations import problem_of  # many programs have none

        problem = problem_of(annotation, self._at(annotation), self._at(name), self._at(value))
        if problem is not None and known == len(self.diagnostics):
            self.diagnostics.append(problem)
        return annotation

    # Statements.

    def import_file(self, keyword: Token, path: Token, alias: Token | None = None) -> tree.Import:
        word = None if alias is None else _word(alias)
        return tree.Import(self._string(path), word, keyword.span.to((alias or path).span))

    def names_by(self, keyword: Token, key: Token) -> tree.NamesBy:
        return tree.NamesBy(key.text, keyword.span.to(key.span))

    def strict_names(self, keyword: Token) -> tree.StrictNames:
        return tree.StrictNames(keyword.span)

    def namespace(
        self,
        keyword: Token,
        opened: tree.NamespaceNames,
        labels: tree.Selector | None = None,
        block: Body | None = None,
    ) -> tree.Namespace:
        body, last = block or (None, (labels or opened).span)
        return tree.Namespace(opened, labels, body, keyword.span.to(last))

    def namespaces(self, *children: Token) -> tree.NamespaceNames:
        names = tuple(_word(child) for child in children if child.kind == "NAME")
        return tree.NamespaceNames(names, children[0].span.to(children[-1].span))

    def environment(self, keyword: Token, *children: Any) -> tree.Environment:
        *names, (body, last) = children
        return tree.Environment(tuple(map(_word, names)), body, keyword.span.to(last))

    def block(self, *children: Any) -> Body:
        return children[1:-1], children[-1].span

    def baseline(
        self, keyword: Token, assume: Token | None, direction: Token, on: tree.Endpoint | None = None
    ) -> tree.Baseline:
        span = keyword.span.to((on or direction).span)
        return tree.Baseline(assume is not None, cast("tree.Direction", direction.text), on, span)

    def pods_declaration(self, keyword: Token, name: Token, value: tree.Endpoint) -> tree.PodsDeclaration:
        return tree.PodsDeclaration(_word(name), value, keyword.span.to(value.span))

    def group_declaration(self, keyword: Token, name: Token, value: tree.Endpoint) -> tree.GroupDeclaration:
        return tree.GroupDeclaration(_word(name), value, keyword.span.to(value.span))

    def net_declaration(self, keyword: Token, name: Token, value: tree.Endpoint) -> tree.NetDeclaration:
        return tree.NetDeclaration(_word(name), value, keyword.span.to(value.span))

    def port_declaration(self, keyword: Token, name: Token, value: tree.Ports) -> tree.PortDeclaration:
        return tree.PortDeclaration(_word(name), value, keyword.span.to(value.span))

    def service_declaration(self, keyword: Token, name: Token, value: tree.Target) -> tree.ServiceDeclaration:
        return tree.ServiceDeclaration(_word(name), value, keyword.span.to(value.span))

    def param_declaration(self, keyword: Token, kind: Token, name: Token) -> tree.ParamDeclaration:
        return tree.ParamDeclaration(cast("tree.ParamKind", kind.text.strip()), _word(name), keyword.span.to(name.span))

    def policy_name(
        self, keyword: Token, name: Token, labels: tree.Selector | None, pods: tree.Endpoint
    ) -> tree.PolicyName:
        return tree.PolicyName(_word(name), labels, pods, keyword.span.to(pods.span))

    def flow(
        self, source: tree.Endpoint, arrow: Token, destination: tree.Target, half: Token | None = None
    ) -> tree.Flow:
        which = None if half is None else cast("tree.Half", half.text.strip())
        return tree.Flow(source, arrow.kind == "BOTH", destination, which, source.span.to((half or destination).span))

    def guardrail(
        self,
        tier: Token,
        action: Token,
        source: tree.Reduced,
        _: Token,
        destination: tree.Reduced,
        ports: tree.Ports | None = None,
        half: Token | None = None,
    ) -> tree.Guardrail:
        return tree.Guardrail(
            cast("tree.Tier", tier.text.strip()),
            cast("tree.Action", action.text.strip()),
            source,
            destination,
            ports,
            None if half is None else cast("tree.Half", half.text.strip()),
            tier.span.to((half or ports or destination).span),
        )

    def reduced(self, endpoint: tree.Endpoint, excepts: tree.Endpoint | None = None) -> tree.Reduced:
        return tree.Reduced(endpoint, excepts, endpoint.span.to((excepts or endpoint).span))

    def assertion(
        self, keyword: Token, quantifier: Token, source: tree.Endpoint, _: Token, destination: tree.Target
    ) -> tree.Assertion:
        span = keyword.span.to(destination.span)
        return tree.Assertion(cast("tree.Quantifier", quantifier.text.strip()), source, destination, span)

    # Endpoints.

    def target(self, endpoint: tree.Endpoint, ports: tree.Ports | None = None) -> tree.Target:
        return tree.Target(endpoint, ports, endpoint.span if ports is None else endpoint.span.to(ports.span))

    def name(self, first: Token, second: Token | None = None) -> tree.Ref:
        if second is None:
            return tree.Ref(None, first.text, first.span)
        return tree.Ref(first.text, second.text, first.span.to(second.span))

    def star(self, star: Token) -> tree.Star:
        return tree.Star(star.span)

    def scoped(self, namespace: tree.Selector | Token, pods: tree.Selector | Token) -> tree.Scoped:
        return tree.Scoped(_part(namespace, _word), _part(pods, self.name), namespace.span.to(pods.span))

    def domain(self, name: Token) -> tree.Domain:
        return tree.Domain(self._string(name).text, name.span)

    def cidr(self, address: Token, excepts: Excepts | None = None) -> tree.Cidr:
        blocks, last = excepts or ((), address.span)
        return tree.Cidr(_block(address), blocks, address.span.to(last))

    def excepts(self, *children: Token) -> Excepts:
        return tuple(_block(child) for child in children if child.kind == "ADDRESS"), children[-1].span

    def set(self, *children: Any) -> tree.SetOf:
        return tree.SetOf(children[1:-1], children[0].span.to(children[-1].span))

    def selector(self, *children: Any) -> tree.Selector:
        return tree.Selector(children[1:-1], children[0].span.to(children[-1].span))

    def requirement(self, first: Token, second: Token | None = None, *rest: Token | None) -> tree.Requirement:
        if second is None:
            return tree.Requirement(first.text, "exists", (), first.span)
        if first.kind == "NOT":
            return tree.Requirement(second.text, "absent", (), first.span.to(second.span))
        last = (rest[-1] if rest else None) or second
        span = first.span.to(last.span)
        if second.kind == "EQUAL":
            # Comments may stand before it.
            operator: tree.Operator = "!=" if second.text.rstrip().endswith("!=") else "="
            if last is second:
                self._value_below(first, second)
            return tree.Requirement(first.text, operator, ("" if last is second else _value(last),), span)
        operator = "in" if second.kind == "IN" else "notin"
        values = tuple(_value(token) for token in rest[:-1] if token is not None)
        return tree.Requirement(first.text, operator, values, span)

    def _value_below(self, key: Token, sign: Token) -> None:
        """Report a value on the line below its `=`: to netpol, another requirement; to kubectl, the value."""
        if re.compile(VALUE_BELOW).match(self._source.text, sign.span.end) is not None:
            sign_alone = "!=" if sign.text.rstrip().endswith("!=") else "="
            advice = f'write it behind the `{sign_alone}`; the empty value is `{key.text}{sign_alone}""`'
            self._error("NP101", f"the value of `{key.text}` is on another line", key, advice)

    # Ports.

    def ports(self, *children: Any) -> tree.Ports:
        items = children[1:-1] if isinstance(children[0], Token) else children
        return tree.Ports(items, children[0].span.to(children[-1].span))

    def port_range(self, number: Token, protocol: Token | None = None) -> tree.PortRange:
        if number.kind == "RANGE":
            first, _, last = number.text.partition("-")
            low, high = self._port(first, number), self._port(last, number)
            if low > high:
                self._reversed_range(number, high, low)
        else:
            low = high = self._port(number.text, number)
        return tree.PortRange(low, high, self._protocol(protocol), number.span.to((protocol or number).span))

    def port_name(self, name: Token, protocol: Token | None = None) -> tree.PortName:
        text = self._string(name).text
        return tree.PortName(text, self._protocol(protocol), name.span.to((protocol or name).span))

    def port_ref(self, first: Token, second: Token | None = None) -> tree.PortRef:
        if second is None:
            return tree.PortRef(None, first.text, first.span)
        return tree.PortRef(first.text, second.text, first.span.to(second.span))

    def every_port(self, star: Token, protocol: Token | None = None) -> tree.EveryPort:
        return tree.EveryPort(self._protocol(protocol), star.span.to((protocol or star).span))

    # What tokens mean.

    def _string(self, token: Token) -> tree.Text:
        text, problem = read_string(token.text, self._at(token))
        if problem is not None:
            self.diagnostics.append(problem)
        return tree.Text(text, token.span)

    def _protocol(self, token: Token | None) -> Protocol | None:
        if token is None:
            return None
        protocol = _PROTOCOLS.get(token.text.lower())
        if protocol is None:
            advice = NO_POLICY_FOR_ICMP if token.text.lower() in PORTLESS else "use `tcp`, `udp` or `sctp`"
            self._error("NP101", f"unknown protocol `{token.text}`", token, advice)
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
            right = "-".join(part.lstrip("0") or "0" for part in token.text.split("-"))
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
        message = f"the range `{token.text}` ends before it begins"
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

    def _at(self, place: Token | tree.Annotation) -> Location:
        return Location(self._source, place.span)


def _word(token: Token) -> tree.Word:
    return tree.Word(token.text, token.span)


def _block(token: Token) -> tree.Block:
    return tree.Block(token.text, token.span)


def _value(token: Token) -> str:
    return "" if token.text == '""' else token.text


def _part(child: tree.Selector | Token, name: Callable[[Token], T]) -> tree.Selector | tree.Star | T:
    """Build a side of a slash: selectors are built already, names and stars are still tokens."""
    if not isinstance(child, Token):
        return child
    return tree.Star(child.span) if child.kind == "STAR" else name(child)
