"""Programs of several files, without any disk."""

from netpolc.language.resolve.modules import LoadedFile
from netpolc.language.resolve.outline import outline
from netpolc.language.resolve.programs import resolve
from netpolc.language.syntax.parser import parse
from netpolc.source import Source

MAIN = "shop.netpol"


def load(text, others=None, sources=()):
    """The files of a program: a text, and others by name, which are only imported unless they are among the sources.

    An import of a name that is not there could not be loaded.
    """
    texts = {MAIN: text, **(others or {})}
    return [_load(name, each, texts, is_source=name in (MAIN, *sources)) for name, each in texts.items()]


def _load(name, text, texts, *, is_source):
    source = Source(name, text)
    parsed = parse(source)
    assert parsed.diagnostics == (), text
    flat = outline(source, parsed.tree)
    imports = {
        (each.alias.text if each.alias else each.path.text.removesuffix(".netpol")): (
            each.path.text if each.path.text in texts else None
        )
        for each in flat.imports
    }
    return LoadedFile(name, flat, imports, is_source)


def resolved(text, others=None, *, sources=(), env=None, namespace=None, declared=()):
    return resolve(load(text, others, sources), env, namespace, frozenset(declared))


def program(text, others=None, **circumstances):
    """A program that has no errors."""
    found = resolved(text, others, **circumstances)
    assert [d for d in found.diagnostics if d.severity == "error"] == []
    return found.program


def said(text, others=None, **circumstances):
    """What is said of a program: each code, and the text that it points at."""
    return sorted({spot(d) for d in resolved(text, others, **circumstances).diagnostics})


def spot(diagnostic):
    return diagnostic.code, "" if diagnostic.location is None else diagnostic.location.text


def helps(text, others=None, **circumstances):
    return [d.help for d in resolved(text, others, **circumstances).diagnostics]


def peers(text, others=None, **circumstances):
    """The sources of the last flow, as text."""
    return [shown(peer) for peer in program(text, others, **circumstances).flows[-1].sources]


def shown(peer):
    if type(peer).__name__ == "Anything":
        return "any"
    if type(peer).__name__ == "Net":
        return " ".join([peer.cidr, *(f"-{each}" for each in peer.excepts)])
    where = getattr(peer.namespaces, "name", None)
    if hasattr(peer.namespaces, "selector"):
        where = f"[{selector(peer.namespaces.selector)}]"
    return f"{where or ''}/{selector(peer.selector)}"


def selector(labels):
    signs = {"In": "=", "NotIn": "!=", "Exists": "?", "DoesNotExist": "!"}
    return ",".join(f"{r.key}{signs[r.operator]}{'|'.join(r.values)}" for r in labels.requirements)


def ports(destination):
    intervals = [f"{i.protocol}{i.first}-{i.last}" for i in destination.ports.intervals]
    return " ".join(intervals + [f"{n.protocol}:{n.name}" for n in destination.ports.names])
