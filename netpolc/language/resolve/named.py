"""What sources have names for: pods, whether anything uses the names or not, and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ir.model import InNamespace, Net, Pods
from netpolc.language.resolve.endpoints import EndpointResolver
from netpolc.language.resolve.modules import LoadedFile, Module
from netpolc.language.resolve.names import NameLookup
from netpolc.language.resolve.selectors import SelectorResolver

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def named_pods(
    files: Sequence[LoadedFile], environment: str | None, namespace: str | None
) -> Iterator[tuple[Pods, ...]]:
    """Yield the pods of each name that a source declares, for a file's name once for each of its namespaces.

    Names of files that are only imported are theirs to use: only what a source makes of them counts.
    """
    modules = {file.key: Module(file, environment) for file in files}
    names = NameLookup(modules, environment)  # what is wrong was said when the program was resolved
    endpoints = EndpointResolver(names, SelectorResolver(names))
    for module in modules.values():
        for section, scope in module.scopes.items() if module.is_source else ():
            places = _namespaces_of(module, environment, namespace) if section is None else (InNamespace(section),)
            for declared in scope.values():
                by_selector: dict[object, list[Pods]] = {}
                for place in places:
                    for member in endpoints.declaration(declared, place):
                        if isinstance(member.peer, Pods):
                            by_selector.setdefault(member.peer.selector, []).append(member.peer)
                yield from map(tuple, by_selector.values())


def named_nets(files: Sequence[LoadedFile], environment: str | None) -> Iterator[tuple[str, tuple[Net, ...]]]:
    """Yield each name of addresses that a source declares or imports, and what it stands for."""
    modules = {file.key: Module(file, environment) for file in files}
    names = NameLookup(modules, environment)
    endpoints = EndpointResolver(names, SelectorResolver(names))
    aliases = {key: f"{alias}." for module in modules.values() for alias, key in module.imports.items()}
    for module in modules.values():
        prefix = "" if module.is_source else aliases.get(module.key, "")
        for section, scope in module.scopes.items():
            for name, declared in scope.items():
                members = endpoints.declaration(declared, InNamespace(section)) if declared.kind == "net" else ()
                nets = tuple(member.peer for member in members if isinstance(member.peer, Net))
                if nets:
                    yield f"{prefix}{name}", nets


def _namespaces_of(module: Module, environment: str | None, namespace: str | None) -> tuple[InNamespace, ...]:
    """Return the namespaces that a file opens, or else the unnamed one."""
    opened = (each for each in module.outline.namespaces if each.placement.applies_in(environment))
    return tuple(dict.fromkeys(InNamespace(each.name.text) for each in opened)) or (InNamespace(namespace),)
