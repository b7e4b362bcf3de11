"""Scopes of a program's files, for text that stands in none: names as any file declares them, or else as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_program import regions_of
from netpolc.engine.peers import endpoint as text_of
from netpolc.engine.regions import PodSet, Region
from netpolc.ir.model import Anything, InNamespace, Net, Pods
from netpolc.language.resolve.declarations import BUILT_IN
from netpolc.language.resolve.endpoints import EndpointContext, EndpointResolver, ResolvedMember
from netpolc.language.resolve.modules import Declared, LoadedFile, Module
from netpolc.language.resolve.names import NameLookup
from netpolc.language.resolve.outline import DEFAULT_KEY, outline
from netpolc.language.resolve.ports import PortResolver
from netpolc.language.resolve.selectors import SelectorResolver
from netpolc.language.syntax import tree
from netpolc.language.syntax.tree import PortRef, Ports, Ref, Scoped, Star, Tree, Word
from netpolc.queries.reading import QueryError, in_several
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from netpolc.cluster.cluster import Cluster
    from netpolc.ir.model import Peer
    from netpolc.language.syntax.tree import Endpoint, PortItem
    from netpolc.source import Source

    DeclaringScope = tuple[Module, str | None]
    """A file that declares a name, and the section in which it does."""

    T = TypeVar("T")


class Meaning(msgspec.Struct, frozen=True):
    """One thing that an endpoint stands for, what it was called, and the same by labels or addresses.

    An undeclared name is `guessed` to be the label of pods. A service brings its `ports`.
    """

    text: str
    literal: str
    regions: tuple[Region, ...]
    guessed: bool = False
    ports: PortSet | None = None


class FilePart(msgspec.Struct, frozen=True):
    """A part of a file in which lines mean the same: what is outside of any namespace, or the section of one."""

    module: Module
    section: str | None


class Scopes:
    """The names of a program's files as one sees them from outside."""

    def __init__(self, cluster: Cluster, exist: Callable[[Iterable[Meaning]], bool] = any) -> None:
        """Collect what the files declare; `exist` tells whether any pods are known that some meanings stand for."""
        self._exist = exist
        self.namespace = cluster.namespace
        self._unnamed = cluster.unnamed
        self.namespaces = cluster.namespaces
        self._environment = cluster.environment
        self._modules = {file.key: Module(file, cluster.environment) for file in cluster.files}
        self._sources = [module for module in self._modules.values() if module.is_source]
        self.keys = sorted({module.outline.key for module in self._sources} or {DEFAULT_KEY})

    @property
    def has_files(self) -> bool:
        """Whether there is a program, so that there are names of its language."""
        return bool(self._sources)

    def names(self) -> Iterator[str]:
        """Yield the declared names of endpoints, with their namespaces."""
        for module in self._sources:
            for section, scope in module.scopes.items():
                for name, declared in scope.items():
                    if declared.kind != "port":
                        yield name if section is None else f"{section}/{name}"

    def has(self, endpoint: Endpoint) -> bool:
        """Tell whether an endpoint is a name in the current namespace: declared, imported or built in."""
        built_in = isinstance(endpoint, Ref) and endpoint.alias is None and endpoint.name == BUILT_IN
        return built_in or next(self.declarations(endpoint), None) is not None

    def declarations(self, endpoint: Endpoint) -> Iterator[Declared]:
        """Yield what declares a name, as seen from the current namespace or the one before its slash."""
        for module in self._sources:
            found: Iterable[Declared | None] = ()
            match endpoint:
                case Ref(str(alias), name):
                    imported = self._modules.get(module.imports.get(alias) or "")
                    found = () if imported is None else imported.in_all_scopes(name)
                case Ref(None, name):
                    found = (module.find(name, self.namespace),)
                case Scoped(Word(place), Ref(None, name)):
                    # Addresses are in no namespace.
                    found = (each for each in (module.find(name, place),) if each is not None and each.kind != "net")
                case _:
                    pass
            yield from (each for each in found if each is not None and each.kind != "port")

    def parts(self) -> Iterator[FilePart]:
        """Yield the parts of the program's files; of sections that declare nothing, one of each file stands for all."""
        for module in self._sources:
            yield FilePart(module, None)
            opened = {each.name.text for each in module.outline.namespaces}
            yield from (FilePart(module, name) for name in sorted(opened & module.scopes.keys()))
            yield from (FilePart(module, name) for name in sorted(opened - module.scopes.keys())[:1])

    def resolver_in(self, source: Source, part: FilePart) -> tuple[EndpointResolver, NameLookup, EndpointContext]:
        """Return what resolves a text as if it stood in a part of a file: a resolver, its names and its context."""
        view = self._viewing_module(source, part.module.outline.key, part.module)
        view.outline = msgspec.structs.replace(view.outline, strict=part.module.outline.strict)
        names = NameLookup(self._modules, self._environment)
        place = self._unnamed if part.section is None else part.section
        return (
            EndpointResolver(names, SelectorResolver(names)),
            names,
            EndpointContext(view, part.section, InNamespace(place)),
        )

    def meanings(self, endpoint: Endpoint, source: Source) -> tuple[Meaning, ...]:
        """Return what an endpoint other than a set stands for."""
        declaring = list(self._declaring(endpoint))
        if declaring:
            found = {self._declared(endpoint, source, scope): None for scope in declaring}
            return _only(found, source.text[endpoint.span.start : endpoint.span.end], declaring)
        here = InNamespace(self._home(endpoint, source))
        contexts = [EndpointContext(self._viewing_module(source, key), None, here) for key in self.keys]
        return self._undeclared(endpoint, contexts)

    def _undeclared(self, endpoint: Endpoint, contexts: Iterable[EndpointContext]) -> tuple[Meaning, ...]:
        # Where files name pods by different labels, a name may stand for any of these.
        meanings = [meaning for context in contexts for meaning in self._resolve(endpoint, context, {})]
        return tuple(msgspec.structs.replace(each, guessed=_is_bare(endpoint)) for each in dict.fromkeys(meanings))

    def places(self, endpoint: Endpoint, source: Source) -> list[str]:
        """List the namespaces in which there are pods that an endpoint without one stands for."""
        views = [self._viewing_module(source, key) for key in self.keys]
        return [
            name
            for name in sorted(each for each in self.namespaces if each is not None)
            if self._exist(
                self._undeclared(endpoint, [EndpointContext(view, None, InNamespace(name)) for view in views])
            )
        ]

    def _home(self, endpoint: Endpoint, source: Source) -> str | None:
        """Return the namespace of an endpoint without one: the current one, or else the only one that has such pods.

        Of a name that nobody has, it is any.

        Raises:
            QueryError: several have some.
        """
        relative = isinstance(endpoint, tree.Selector | Star) or (isinstance(endpoint, Ref) and _is_bare(endpoint))
        if self.namespace is not None or not relative or None in self.namespaces or not self.namespaces:
            return self.namespace
        text = source.text[endpoint.span.start : endpoint.span.end]
        found = self.places(endpoint, source)
        everywhere = sorted(each for each in self.namespaces if each is not None)
        if len(found) > 1 or not (found or isinstance(endpoint, Ref)):
            raise in_several(text, found or everywhere)
        return (found or everywhere)[0]

    def port(self, item: PortItem, source: Source) -> PortSet | None:
        """Return what a port stands for; None for a bare name that no file declares."""
        if not isinstance(item, PortRef):
            return self._port(item, (self._viewing_module(source, DEFAULT_KEY), None), {})
        declaring: list[DeclaringScope] = []
        for module in self._sources:
            if item.alias is not None:
                declaring += [(module, None)] if item.alias in module.imports else []
            else:
                declaring += [(module, each.section) for each in module.in_all_scopes(item.name) if each.kind == "port"]
        if not declaring and item.alias is None:
            return None
        if not declaring:
            raise QueryError(f"no file is imported as `{item.alias}`")
        views = [(self._viewing_module(source, DEFAULT_KEY, module), section) for module, section in declaring]
        return _only({self._port(item, view, self._modules): None for view in views}, item.name, declaring)

    def _declaring(self, endpoint: Endpoint) -> Iterator[DeclaringScope]:
        if self.namespace is not None and isinstance(endpoint, Ref) and endpoint.alias is None:
            here = [(each.module, each.section) for each in self.declarations(endpoint)]
            if here:
                yield from here
                return
        for module in self._sources:
            match endpoint:
                case Ref(str(alias)):
                    if alias in module.imports:
                        yield module, None
                case Ref(None, name) if name != BUILT_IN:
                    yield from ((module, each.section) for each in module.in_all_scopes(name) if each.kind != "port")
                case Scoped(Word(place), Ref(None, name)) if module.find(name, place) is not None:
                    yield module, None
                case Scoped(_, Ref(None, name)) if not isinstance(endpoint.namespace, Word):
                    if module.find(name, None) is not None:
                        yield module, None
                case _:
                    pass

    def _declared(self, endpoint: Endpoint, source: Source, scope: DeclaringScope) -> tuple[Meaning, ...]:
        module, section = scope
        view = self._viewing_module(source, module.outline.key, module)
        context = EndpointContext(view, section, InNamespace(self.namespace if section is None else section))
        return tuple(self._resolve(endpoint, context, self._modules))

    def _viewing_module(self, source: Source, key: str, like: Module | None = None) -> Module:
        """Make a module that sees what another does, and holds nothing but a question."""
        flat = msgspec.structs.replace(outline(source, Tree(())), key=key)
        view = Module(LoadedFile("", flat, {} if like is None else like.imports, is_source=False), self._environment)
        if like is not None:
            view.scopes = like.scopes
        return view

    def _resolve(self, endpoint: Endpoint, context: EndpointContext, modules: dict[str, Module]) -> Iterator[Meaning]:
        names = NameLookup(modules, self._environment)
        members = EndpointResolver(names, SelectorResolver(names)).pods(endpoint, context)
        _refuse(names)
        if not members:
            raise QueryError("no pod can carry these labels")
        text = self._text(endpoint, context, members)
        for member in members:
            yield Meaning(text, _literal(member.peer), regions_of(member.peer), ports=member.ports)

    def _text(self, endpoint: Endpoint, context: EndpointContext, members: tuple[ResolvedMember, ...]) -> str:
        source = context.module.outline.source
        text = source.text[endpoint.span.start : endpoint.span.end]
        place = context.namespaces
        if not isinstance(place, InNamespace) or place.name is None or isinstance(endpoint, Scoped):
            return text
        inside = all(isinstance(member.peer, Pods) and member.peer.namespaces == place for member in members)
        return f"{place.name}/{text}" if inside and not (isinstance(endpoint, Ref) and endpoint.alias) else text

    def _port(self, item: PortItem, scope: DeclaringScope, modules: dict[str, Module]) -> PortSet:
        names = NameLookup(modules, self._environment)
        found = PortResolver(names).resolve(Ports((item,), item.span), *scope)
        _refuse(names)
        return found


def _literal(peer: Peer) -> str:
    match peer:
        case Anything():
            return BUILT_IN
        case Net(cidr, excepts):
            return f"{cidr} except {{{', '.join(excepts)}}}" if excepts else cidr
        case Pods():
            return next((text_of(region) for region in regions_of(peer) if isinstance(region, PodSet)), peer.name)


def _only(found: dict[T, None], text: str, scopes: list[DeclaringScope]) -> T:
    """Return what several files agree that a name means."""
    if len(found) > 1:
        places = " and ".join(
            f"namespace `{section}`" if section else f"`{module.outline.source.name}`" for module, section in scopes
        )
        raise QueryError(f"`{text}` means different things in {places}; name its namespace, or its labels")
    return next(iter(found))


def _is_bare(endpoint: Endpoint) -> bool:
    """Tell whether an undeclared name stands in it."""
    if isinstance(endpoint, Scoped):
        return isinstance(endpoint.pods, Ref)
    return isinstance(endpoint, Ref) and endpoint.name != BUILT_IN


def _refuse(names: NameLookup) -> None:
    for found in names.diagnostics:
        if found.severity == "error":
            raise QueryError(found.message, advice=found.advice)
