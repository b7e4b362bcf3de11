"""The files of a program and what each of them declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import Neighbours
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.resolve.outline import Outline, Placed
from netpolc.source import Location, Span
from netpolc.syntax.tree import Declaration, ParamDeclaration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BUILT_IN = "any"


class LoadedFile(msgspec.Struct, frozen=True):
    """A file as it enters resolution.

    `imports` leads from an alias to the key of the imported file, or to None where it could not be loaded, which was
    reported then. `is_source` tells files that are compiled from those that are only imported.
    """

    key: str
    outline: Outline
    imports: Mapping[str, str | None]
    is_source: bool


class Declared(msgspec.Struct, frozen=True):
    """A declaration in force, and the file and section that it belongs to."""

    statement: Declaration
    module: Module
    section: str | None

    @property
    def name(self) -> str:
        """The declared name."""
        return self.statement.name.text

    @property
    def kind(self) -> str:
        """The keyword that declares it."""
        if isinstance(self.statement, ParamDeclaration):
            return self.statement.kind
        return type(self.statement).__name__.removesuffix("Declaration").lower()

    @property
    def location(self) -> Location:
        """Where its name is declared."""
        return Location(self.module.outline.source, self.statement.name.span)


class Module:
    """A file with its scopes: one for each section, and one, under None, for what stands outside of any."""

    def __init__(self, file: LoadedFile, environment: str | None) -> None:
        """Collect the declarations that count under an environment."""
        self.key = file.key
        self.outline = file.outline
        self.imports = file.imports
        self.is_source = file.is_source
        self.scopes: dict[str | None, dict[str, Declared]] = {}
        self.diagnostics: list[Diagnostic] = []
        self._neighbours: Neighbours | None = None
        for placed in file.outline.declarations:
            self._declare(placed, environment)
        self._find_duplicates()

    def at(self, span: Span) -> Location:
        """A place in this file."""
        return Location(self.outline.source, span)

    def find(self, name: str, section: str | None) -> Declared | None:
        """A name as seen from a section: its own declarations first, then the file's."""
        if section is not None:
            found = self.scopes.get(section, {}).get(name)
            if found is not None:
                return found
        return self.scopes.get(None, {}).get(name)

    def everywhere(self, name: str) -> list[Declared]:
        """The declarations of a name in all scopes."""
        return [scope[name] for scope in self.scopes.values() if name in scope]

    def names(self) -> Iterator[str]:
        """All declared names."""
        for scope in self.scopes.values():
            yield from scope

    @property
    def neighbours(self) -> Neighbours:
        """The declared names, by spelling."""
        if self._neighbours is None:
            self._neighbours = Neighbours(self.names())
        return self._neighbours

    def _declare(self, placed: Placed, environment: str | None) -> None:
        statement = placed.statement
        if not isinstance(statement, Declaration) or not placed.standing.counts_under(environment):
            return
        scope = self.scopes.setdefault(placed.standing.section, {})
        declared = Declared(statement, self, placed.standing.section)
        known = scope.get(declared.name)
        # A binding takes the place of its parameter; duplicates are reported from the whole file, below.
        if known is None or isinstance(known.statement, ParamDeclaration):
            scope[declared.name] = declared

    def _find_duplicates(self) -> None:
        seen: dict[tuple[str | None, str], list[Placed]] = {}
        for placed in self.outline.declarations:
            statement = placed.statement
            if not isinstance(statement, Declaration):
                continue
            if statement.name.text == BUILT_IN:
                self._error(
                    statement.name.span,
                    "NP202",
                    f"`{BUILT_IN}` is built in and cannot be declared",
                    "choose another name",
                )
                continue
            others = seen.setdefault((placed.standing.section, statement.name.text), [])
            first = next((other for other in others if _clash(other, placed)), None)
            if first is not None:
                self._duplicate(first, placed)
            others.append(placed)

    def _duplicate(self, first: Placed, second: Placed) -> None:
        one, other = first.statement, second.statement
        if not isinstance(one, Declaration) or not isinstance(other, Declaration):
            return
        where = "" if second.standing.section is None else f" in namespace `{second.standing.section}`"
        self._error(
            other.name.span,
            "NP201",
            f"`{other.name.text}` is declared twice{where}",
            "rename one of them, or write a `group` of both",
            Label(self.at(one.name.span), "first declared here"),
        )

    def _error(self, span: Span, code: str, message: str, advice: str, *labels: Label) -> None:
        self.diagnostics.append(
            Diagnostic(code=code, severity="error", message=message, location=self.at(span), labels=labels, help=advice)
        )


def _clash(first: Placed, second: Placed) -> bool:
    """Whether two declarations of one name can be in force together, a parameter and its binding aside."""
    one, other = first.standing.environments, second.standing.environments
    params = [isinstance(placed.statement, ParamDeclaration) for placed in (first, second)]
    if any(params) and not all(params):
        binding = second if params[0] else first
        if binding.standing.environments is not None:
            return False
    return one is None or other is None or bool(one & other)
