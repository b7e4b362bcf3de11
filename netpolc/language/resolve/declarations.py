"""Checks of the declarations of a file against each other, whatever the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.language.syntax import tree
from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.language.resolve.outline import Outline, PlacedDeclaration
    from netpolc.source import Source

BUILT_IN = "any"


def kind_of(statement: tree.Declaration) -> str:
    """Return the keyword that declares a name; for a parameter, the one that binds it."""
    if isinstance(statement, tree.ParamDeclaration):
        return statement.kind
    return type(statement).__name__.removesuffix("Declaration").lower()


def check_declarations(outline: Outline) -> Iterator[Diagnostic]:
    """Report names that are built in or declared twice in a scope, and parameters bound as something else."""
    scopes: dict[tuple[str | None, str], list[PlacedDeclaration]] = {}
    for placed in outline.declarations:
        name = placed.statement.name
        if name.text == BUILT_IN:
            message = f"`{BUILT_IN}` is built in and cannot be declared"
            yield _error(outline.source, "NP202", message, name, "choose another name")
        else:
            scopes.setdefault((placed.placement.section, name.text), []).append(placed)
    said: set[object] = set()
    for same in scopes.values():
        if len(same) > 1:
            for found in (*_duplicates(outline.source, same), *_bindings(outline.source, same)):
                place = found.code, found.location and found.location.order
                if place not in said:  # of a section of several namespaces, once for all of these
                    said.add(place)
                    yield found


def _duplicates(source: Source, same: Iterable[PlacedDeclaration]) -> Iterator[Diagnostic]:
    known = _InForce()
    for placed in same:
        first = known.clash_with(placed)
        if first is None:
            known.add(placed)
            continue
        section = placed.placement.section
        where = "" if section is None else f" in namespace `{section}`"
        yield _error(
            source,
            "NP201",
            f"`{placed.statement.name.text}` is declared twice{where}",
            placed.statement.name,
            "rename one of them, or write a `group` of both"
            if _is_param(first) is _is_param(placed)
            else "bind a parameter inside of `env`",
            Label(Location(source, first.statement.name.span), "first declared here"),
        )


def _bindings(source: Source, same: list[PlacedDeclaration]) -> Iterator[Diagnostic]:
    """Report what binds a parameter, but is declared by another keyword."""
    everywhere = (placed.statement for placed in same if _is_param(placed) and placed.placement.environments is None)
    param = next(everywhere, None)
    if param is None:
        return
    kind = kind_of(param)
    for placed in same:
        bound = kind_of(placed.statement)
        if bound != kind and placed.placement.environments is not None:
            yield _error(
                source,
                "NP206",
                f"the parameter `{param.name.text}` is {kind}, and is bound here as {bound}",
                placed.statement.name,
                f"bind it with `{kind} {param.name.text} = …`",
                Label(Location(source, param.name.span), "declared here"),
            )


def _error(source: Source, code: str, message: str, name: tree.Word, advice: str, *labels: Label) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity="error",
        message=message,
        location=Location(source, name.span),
        labels=labels,
        help=advice,
    )


class _InForce:
    """Declarations of one name of which no two can be in force together, a parameter and its binding aside."""

    def __init__(self) -> None:
        # Each by whether it is a parameter: what holds in all environments, the first of any, and what holds in one.
        self._everywhere: dict[bool, PlacedDeclaration] = {}
        self._anywhere: dict[bool, PlacedDeclaration] = {}
        self._under: dict[tuple[bool, str | frozenset[str]], PlacedDeclaration] = {}

    def add(self, placed: PlacedDeclaration) -> None:
        param, environments = _is_param(placed), placed.placement.environments
        self._anywhere.setdefault(param, placed)
        if environments is None:
            self._everywhere[param] = placed
        else:
            # Under the set itself, too: what stands in one block is then found at once.
            self._under[param, environments] = placed
            self._under |= {(param, name): placed for name in environments}

    def clash_with(self, placed: PlacedDeclaration) -> PlacedDeclaration | None:
        param, environments = _is_param(placed), placed.placement.environments
        if environments is None:
            return self._anywhere.get(param) or (self._everywhere if param else self._anywhere).get(not param)
        found = self._everywhere.get(param) or self._under.get((param, environments))
        if found is None:
            found = next(
                (self._under[param, name] for name in sorted(environments) if (param, name) in self._under), None
            )
        return found or (self._everywhere.get(False) if param else None)


def _is_param(placed: PlacedDeclaration) -> bool:
    return isinstance(placed.statement, tree.ParamDeclaration)
