"""The names that `import "std"` gives, by what they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.model import ANYTHING, BlockEnd, PodsEnd
from netpolc.compiler.loading import LIBRARY, USUAL, load_text
from netpolc.ir.model import Anything, Net
from netpolc.language.resolve.outline import outline, outline_on
from netpolc.language.resolve.programs import resolve
from netpolc.language.syntax.parser import parse
from netpolc.language.syntax.tree import NetDeclaration, PodsDeclaration, ServiceDeclaration
from netpolc.source import Source

if TYPE_CHECKING:
    from netpolc.adopt.importer.model import End
    from netpolc.ir.model import Peer
    from netpolc.sets.ports import PortSet

ALIAS = "std"


class LibraryNames(msgspec.Struct, frozen=True):
    """The names of the library, as a file that imports it writes them."""

    services: dict[tuple[frozenset[End], PortSet], str] = {}
    ends: dict[frozenset[End], str] = {}


def standard_library(platform: str = USUAL) -> LibraryNames:
    """Return the names in the library's own file, of those that depend on the platform such as mean the same on most.

    So what is imported means the same, wherever it is built.
    """
    usual = _names_on(USUAL)
    if platform == USUAL:
        return usual
    here = _names_on(platform)
    return LibraryNames(
        {end: name for end, name in usual.services.items() if here.services.get(end) is not None},
        {end: name for end, name in usual.ends.items() if here.ends.get(end) is not None},
    )


def _names_on(platform: str) -> LibraryNames:
    path = LIBRARY / f"{ALIAS}.netpol"
    source = Source(path.name, path.read_text("utf-8"))
    names: dict[str, bool] = {}
    for placed in outline_on(outline(source, parse(source).tree), platform).declarations:
        match placed.statement:
            case ServiceDeclaration(name):
                names[name.text] = True
            case PodsDeclaration(name) | NetDeclaration(name):
                names[name.text] = False
            case _:
                pass
    lines = [f"* -> {ALIAS}.{name}{'' if brings_ports else ':1'}\n" for name, brings_ports in names.items()]
    source = Source("<library>", f'import "{ALIAS}"\n{"".join(lines)}')
    program = resolve(load_text(source, Path(), platform=platform).files, None, None).program
    library = LibraryNames({}, {})
    for declared, flow in zip(names, program.flows, strict=True):
        ends = frozenset(end_of(destination.peer) for destination in flow.destinations)
        if names[declared]:
            library.services[ends, flow.destinations[0].ports] = f"{ALIAS}.{declared}"
        else:
            library.ends[ends] = f"{ALIAS}.{declared}"
    return library


def end_of(peer: Peer) -> End:
    """Return a peer of a program as an end."""
    match peer:
        case Anything():
            return ANYTHING
        case Net():
            return BlockEnd(peer.cidr, peer.excepts)
        case _:
            return PodsEnd(peer.namespaces, peer.selector)
