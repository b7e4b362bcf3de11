"""What is reported of ends of flows that can be read, but are not what their authors take them for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.language.syntax import hosts, tree
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from netpolc.language.resolve.modules import Module

BEFORE_ARROW = r"[^\n#]*->"
LIBRARY = "std"
"""The name of the file that comes with netpolc, in which users cannot declare anything."""

HEAD = r"(?:(?:[ \t]*#[^\n]*)?\r?\n)*(?:[ \t]*\r?\n)+"
"""Comments at the top of a file, and a blank line below them."""


def quoted(text: str, location: Location) -> Diagnostic:
    """Report what stands in quotes as an endpoint: a name, an address, a URL, or a domain that no policy knows."""
    bare, split = hosts.without_quotes(text), hosts.with_port(text)
    after, end = location.source.text, location.span.end
    takes_none = after[end : end + 1] == ":" or re.compile(BEFORE_ARROW).match(after, end) is not None
    if bare is not None and (split is None or takes_none):
        what = hosts.BLOCKS if hosts.block_of(text) else hosts.IN_BRACKETS if bare.startswith("[") else hosts.PODS
        return _fixed("NP101", what, location, bare)
    if re.fullmatch(r"[A-Za-z0-9_/-]*\*[A-Za-z0-9_*/-]*", text):
        return _diagnostic("NP101", hosts.NO_PATTERN, location, hosts.INSTEAD_OF_PATTERN)
    pods = hosts.pods_of(text)
    if pods is not None:
        return _fixed("NP311", hosts.SERVICE, location, pods, ", with the port that its pods listen on")
    if split is not None:
        return _fixed("NP101", hosts.PODS, location, split[0] if takes_none else "".join(split))
    url = re.fullmatch(hosts.URL, text)
    host, ports = (text, "") if url is None else (url["host"], hosts.ports_of(url))
    named = None if url is None else hosts.endpoint_of(host)
    if named is not None:
        return _fixed("NP101", hosts.NO_URL, location, named if takes_none else f"{named}{ports}")
    return _diagnostic("NP311", hosts.DOMAIN, location, hosts.advice_for(host))


def not_imported(
    ref: tree.Ref | tree.PortRef, module: Module, namespaces: Collection[str], declaring: Collection[str]
) -> Diagnostic:
    """Report `alias.name` of which no file is imported, and which may be the DNS name of a service: `db.data`.

    `declaring` are the aliases of files that declare such a name.
    """
    alias, place = ref.alias or "", module.at(ref.span)
    message = f"no file is imported as `{alias}`"
    near = closest(alias, module.imports) or next(iter(declaring), None)
    if alias == LIBRARY and any(closest(each.path.text, (LIBRARY,)) for each in module.outline.imports):
        # A second import would be of the same name as the one that is meant for it.
        return _diagnostic("NP210", message, place, f'correct the import to `"{LIBRARY}"`')
    if alias == LIBRARY:
        edit = Edit(*_new_import(module, f'import "{LIBRARY}"\n'))
        fix = Fix(f'add `import "{LIBRARY}"`', (edit,), "safe")
        return _diagnostic("NP210", message, place, fix.message, fix)
    text = f"{alias}.{ref.name}"
    if isinstance(ref, tree.PortRef) or (near is not None and not {alias, ref.name} & set(namespaces)):
        advice = f"use `{near}`" if near else f'import it: `import "…" as {alias}`'
        fixes = () if near is None else (Fix(advice, (Edit(place, f"{near}.{ref.name}"),)),)
        return _diagnostic("NP210", message, place, advice, *fixes)
    if hosts.is_outside(text) and ref.name not in namespaces:
        return _diagnostic("NP311", hosts.DOMAIN, place, hosts.advice_for(text))
    is_reversed = alias in namespaces and ref.name not in namespaces
    right = text.replace(".", "/") if is_reversed else f"{ref.name}/{alias}"
    where, who = right.split("/")
    advice = f"pods `{who}` of namespace `{where}` are `{right}`"
    if not {alias, ref.name} & set(namespaces):
        advice += f'; a name of another file takes an import: `import "…" as {alias}`'
    return _diagnostic("NP210", message, place, advice, Fix(f"use `{right}`", (Edit(place, right),)))


def _new_import(module: Module, text: str) -> tuple[Location, str]:
    """Return where an import is added, and its text: before the first one, or else below the comment of the file."""
    source = module.outline.source
    first = min((each.span.start for each in module.outline.imports), default=None)
    at = 0 if first is None else source.text.rfind("\n", 0, first) + 1
    if first is None:
        head = re.match(HEAD, source.text)
        at, text = 0 if head is None else head.end(), f"{text}\n"
    return Location(source, Span(at, at)), text


def circular(name: str, kind: str, key: str) -> str | None:
    """Advise how to declare a name that was declared as itself, `pods db = db` or `port http = http`."""
    if kind == "port":
        return f'give it a number, as in `port {name} = 8080`; a container port\'s name is quoted: `"{name}"`'
    return f"name the labels: `[{key}={name}]`"


def no_port_name(name: str, faults: Iterable[str], location: Location) -> Diagnostic:
    """Report what cannot be the name of a container port, and is mostly its number in quotes."""
    message = f"`{name}` cannot name a container port: {'; '.join(faults)}"
    right = location.text.replace('"', "")
    if hosts.are_ports(right):
        return _fixed("NP407", message, location, right)
    return _diagnostic("NP407", message, location, 'a port is a number up to 65535, or the name of one, as in `"http"`')


def several_as_pods(name: str, value: tree.SetOf, location: Location) -> Diagnostic:
    """Report a set that is declared as pods, which may be labels in the braces of YAML or JSON: `{app: postgres}`."""
    message = f"`{name}` is declared as pods, but lists several endpoints"
    if all(_as_label(member) for member in value.members):
        return labels_in_braces(value, location)
    return _diagnostic("NP206", message, location, f"declare it with `group {name} = …`")


def labels_in_braces(value: tree.SetOf, location: Location) -> Diagnostic:
    """Report labels that are written as a set."""
    right = f"[{', '.join(filter(None, map(_as_label, value.members)))}]"
    return _fixed("NP206", "labels stand in brackets, joined by `=`", location, right)


def _as_label(member: tree.Target) -> str | None:
    match member:
        case tree.Target(
            tree.Ref(None, key) | tree.Domain(key),
            tree.Ports((tree.PortRef(None, value) | tree.PortName(value, None),)),
        ):
            return f"{key}={value}"
        case _:
            return None


def _fixed(code: str, message: str, location: Location, right: str, more: str = "") -> Diagnostic:
    fix = Fix(f"use `{right}`", (Edit(location, right),))
    return _diagnostic(code, message, location, f"{fix.message}{more}", fix)


def _diagnostic(code: str, message: str, location: Location, advice: str, *fixes: Fix) -> Diagnostic:
    return Diagnostic(code=code, severity="error", message=message, location=location, help=advice, fixes=fixes)
