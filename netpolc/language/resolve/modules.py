"""The files of a program and what each of them declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.language.resolve.declarations import kind_of
from netpolc.language.resolve.outline import Outline, PlacedDeclaration
from netpolc.language.syntax import tree
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netpolc.diagnostics.closest import Neighbours


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

    statement: tree.Declaration
    module: Module
    section: str | None

    @property
    def name(self) -> str:
        """The declared name."""
        return self.statement.name.text

    @property
    def kind(self) -> str:
        """The keyword that declares it; for a parameter, the one that binds it."""
        return kind_of(self.statement)

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
        self._neighbours: dict[str | None, Neighbours] = {}
        self._elsewhere: dict[tuple[str | None, str], PlacedDeclaration] = {}
        for placed in file.outline.declarations:
            if placed.placement.applies_in(environment):
                self._declare(placed)
            else:
                self._elsewhere.setdefault((placed.placement.section, placed.statement.name.text), placed)

    def at(self, span: Span) -> Location:
        """Return the location of a span in this file."""
        return Location(self.outline.source, span)

    def find(self, name: str, section: str | None) -> Declared | None:
        """Find a name as seen from a section: among its own declarations first, then among the file's."""
        if section is not None:
            found = self.scopes.get(section, {}).get(name)
            if found is not None:
                return found
        return self.scopes.get(None, {}).get(name)

    def find_elsewhere(self, name: str, section: str | None) -> PlacedDeclaration | None:
        """Find a declaration of a name that a section would see if it applied in the environment."""
        return self._elsewhere.get((section, name)) or self._elsewhere.get((None, name))

    def platforms_of(self, name: str) -> list[str]:
        """Return the other platforms on which the library declares a name, sorted."""
        of_name = (each for each in self.outline.elsewhere if each.statement.name.text == name)
        return sorted({platform for each in of_name for platform in each.placement.environments or ()})

    def environments_of(self, name: str) -> list[str]:
        """Return the environments under which this file declares a name, sorted."""
        of_name = (each for each in self.outline.declarations if each.statement.name.text == name)
        return sorted({environment for each in of_name for environment in each.placement.environments or ()})

    def in_all_scopes(self, name: str) -> list[Declared]:
        """Return the declarations of a name in all scopes."""
        return [scope[name] for scope in self.scopes.values() if name in scope]

    def names(self, *, ports: bool, section: str | None = None) -> Iterator[str]:
        """Yield the declared names of ports or of endpoints that a section sees; without one, all of the file's."""
        for scope, names in self.scopes.items():
            if section is None or scope in (section, None):
                yield from (name for name, declared in names.items() if (declared.kind == "port") is ports)

    def near(self, name: str, section: str | None) -> Declared | None:
        """Find the endpoint declared under almost the same name, as seen from a section."""
        for scope in dict.fromkeys((section, None)):
            declared = self.scopes.get(scope)
            found = None if declared is None else self._neighbours_in(scope, declared).of(name)
            if declared is not None and found is not None:
                return declared[found]
        return None

    def _neighbours_in(self, scope: str | None, declared: Mapping[str, Declared]) -> Neighbours:
        known = self._neighbours.get(scope)
        if known is None:
            from netpolc.diagnostics.closest import Neighbours  # many programs declare no names

            known = Neighbours(name for name, found in declared.items() if found.kind != "port")
            self._neighbours[scope] = known
        return known

    def _declare(self, placed: PlacedDeclaration) -> None:
        scope = self.scopes.setdefault(placed.placement.section, {})
        declared = Declared(placed.statement, self, placed.placement.section)
        known = scope.get(declared.name)
        # A binding takes the place of its parameter; that nothing else does is checked for the whole file.
        if known is None or isinstance(known.statement, tree.ParamDeclaration):
            scope[declared.name] = declared
