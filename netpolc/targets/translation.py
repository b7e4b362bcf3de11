"""netpolc's own template as Python: Jinja reads it, and what runs is plain code, which needs no Jinja.

It is a fast path beside Jinja, which takes long to import: without it, a build of one policy takes 1.4 times the CPU
time, a first one of 1,500 services 1.1 times. That both write the same is held by
`tests/unit/targets/test_translation.py`. Translated is the part of Jinja that netpolc's template uses; anything else
in it is refused, and fails the first test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

LAYOUT: dict[str, Any] = {
    "undefined": StrictUndefined,
    "autoescape": False,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
"""How templates are read, whoever wrote them."""

_INDENT = "    "
_OPERATORS: dict[type[nodes.Node], str] = {nodes.And: "and", nodes.Or: "or", nodes.Add: "+"}


class UntranslatableError(Exception):
    """A part of a template that has no translation."""


def translate(text: str, argument: str) -> str:
    """Return a module whose `bind(filters, tests)` is a function from the one argument of a template to its text.

    Names are never bound twice in sight of each other, so that Python's scopes do for Jinja's.

    Raises:
        UntranslatableError: the template uses more of Jinja than is translated.
    """
    body = Environment(**LAYOUT).parse(text).body  # noqa: S701 -- YAML is no HTML
    macros = [node for node in body if isinstance(node, nodes.Macro)]
    rest = [node for node in body if not isinstance(node, nodes.Macro)]
    functions = [(f"macro_{macro.name}", [argument.name for argument in macro.args], macro.body) for macro in macros]
    lines = ["def bind(filters, tests):"]
    for kind in (nodes.Filter, nodes.Test):
        lines += _bound(kind, sorted({found.name for node in body for found in node.find_all(kind)} - {"none"}))
    for name, arguments, statements in (*functions, ("render", [argument], rest)):
        lines.append(f"{_INDENT}def {name}({', '.join(map(_variable, arguments))}):")
        lines.append(f"{_INDENT * 2}parts = []")
        lines.append(f"{_INDENT * 2}write = parts.append")
        lines += _Scope(frozenset(arguments)).lines(statements, _INDENT * 2)
        lines.append(f"{_INDENT * 2}return ''.join(parts)")
    return "\n".join((*lines, f"{_INDENT}return render", ""))


def _bound(kind: type[nodes.Node], names: Iterable[str]) -> Iterator[str]:
    word = "filter" if kind is nodes.Filter else "test"
    for name in names:
        yield f"{_INDENT}{word}_{name} = {word}s[{name!r}]"


class _Scope:
    """A scope of names, and the translation of the statements in it."""

    def __init__(self, names: AbstractSet[str]) -> None:
        self._names = set(names)

    def lines(self, statements: Iterable[nodes.Node], margin: str) -> Iterator[str]:
        for node in statements:
            match node:
                case nodes.Output(nodes=parts):
                    yield f"{margin}write({self._text(parts)})"
                case nodes.Assign(target=nodes.Name(name=name), node=value):
                    expression = self._expression(value)
                    self._bind(name)
                    yield f"{margin}{_variable(name)} = {expression}"
                case nodes.If(elif_=others, else_=otherwise):
                    for word, branch in (("if", node), *(("elif", other) for other in others)):
                        yield f"{margin}{word} {self._expression(branch.test)}:"
                        yield from self._inner(branch.body, margin)
                    if otherwise:
                        yield f"{margin}else:"
                        yield from self._inner(otherwise, margin)
                case nodes.For(target=target, iter=items, body=body, else_=[], test=None, recursive=False):
                    names = [
                        name.name for name in (target, *target.find_all(nodes.Name)) if isinstance(name, nodes.Name)
                    ]
                    yield f"{margin}for {', '.join(map(_variable, names))} in {self._expression(items)}:"
                    yield from self._inner(body, margin, names)
                case _:
                    raise _untranslatable(node)

    def _inner(self, statements: Sequence[nodes.Node], margin: str, names: Iterable[str] = ()) -> Iterator[str]:
        """Translate a body, whose names are not seen after it, since it may not have run."""
        block = _Scope(self._names)
        for name in names:
            block._bind(name)
        yield from block.lines(statements, margin + _INDENT)
        if not statements:
            yield f"{margin}{_INDENT}pass"

    def _bind(self, name: str) -> None:
        if name in self._names:
            raise UntranslatableError(f"`{name}` is bound twice")
        self._names.add(name)

    def _text(self, parts: Iterable[nodes.Node]) -> str:
        """Join what is written at once: Python makes one string of such a `%` without calling anything."""
        form, values = "", ""
        for part in parts:
            if isinstance(part, nodes.TemplateData):
                form += part.data.replace("%", "%%")
            else:
                form += "%s"
                values += f"{self._expression(part)}, "
        return f"{form!r} % ({values})"

    def _expression(self, node: nodes.Node) -> str:  # noqa: C901 -- a table
        of = self._expression
        match node:
            case nodes.Name(name=name) if name in self._names:
                return _variable(name)
            case nodes.Const(value=value):
                return repr(value)
            case nodes.Getattr(node=owner, attr=name):
                return f"{of(owner)}.{name}"
            case nodes.Filter(
                node=nodes.Expr() as value, name=name, args=more, kwargs=[], dyn_args=None, dyn_kwargs=None
            ):
                return f"filter_{name}({', '.join(map(of, (value, *more)))})"
            case nodes.Test(node=value, name="none", args=[]):
                return f"({of(value)} is None)"
            case nodes.Test(node=value, name=name, args=[], kwargs=[], dyn_args=None, dyn_kwargs=None):
                return f"test_{name}({of(value)})"
            case nodes.Call(node=nodes.Name(name=name), args=given, kwargs=[], dyn_args=None, dyn_kwargs=None):
                return f"macro_{name}({', '.join(map(of, given))})"
            case nodes.CondExpr(test=test, expr1=one, expr2=nodes.Expr() as other):
                return f"({of(one)} if {of(test)} else {of(other)})"
            case nodes.Not(node=value):
                return f"(not {of(value)})"
            case nodes.BinExpr(left=one, right=other) if type(node) in _OPERATORS:
                return f"({of(one)} {_OPERATORS[type(node)]} {of(other)})"
            case _:
                raise _untranslatable(node)


def _variable(name: str) -> str:
    """Return a name that is none of Python's, nor of the code around it."""
    return f"{name}_"


def _untranslatable(node: nodes.Node) -> UntranslatableError:
    return UntranslatableError(f"line {node.lineno}: this {type(node).__name__} cannot be translated")
