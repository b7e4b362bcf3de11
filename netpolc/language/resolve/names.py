"""The lookup of names: what they mean where they stand, and what is reported of those that mean nothing."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.language.resolve.modules import Declared, Module
from netpolc.language.syntax import tree
from netpolc.sets.port_model import NO_POLICY_FOR_ICMP, PORTLESS
from netpolc.sets.ports import PROTOCOLS
from netpolc.source import SUFFIX, Location

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpolc.language.resolve.outline import PlacedDeclaration

DEEPEST = 100
"""How many names and sets may lie between a name and what it stands for; more is nobody's, and resolution recurses."""

WIDE = frozenset({"all", "any", "every"})
"""What users may write for every port, which is `*`."""

ADDRESSES = frozenset({"api-server", "apiserver", "kube-apiserver", "kubernetes", "nodes"})
"""What no label finds, and a net has to name: the first and the last stand in what `suggest` leaves to its reader."""

SAMPLE, PRIVILEGED = 8080, 1024
"""A port to show, also for protocols whose own is one that hardly any pod listens on."""

ARTICLES = {"pods": "pods", "group": "a group", "net": "a net", "port": "a port", "service": "a service"}


class NameLookup:
    """A lookup over all files of a program; every failure is reported once, in `diagnostics`."""

    def __init__(self, modules: Mapping[str, Module], environment: str | None) -> None:
        """Look up among these files, by key."""
        self._modules = modules
        self._environment = environment
        self.diagnostics: list[Diagnostic] = []
        self._in_namespaces: dict[tuple[str, str], list[Declared]] = {}
        for module in modules.values():
            for section, scope in module.scopes.items():
                if section is not None:
                    for name, declared in scope.items():
                        self._in_namespaces.setdefault((section, name), []).append(declared)

    def imported(self, ref: tree.Ref | tree.PortRef, module: Module) -> Declared | None:
        """Find the declaration of `alias.name`; None after a report."""
        alias = ref.alias or ""
        place = module.at(ref.span)
        if alias not in module.imports:
            from netpolc.language.resolve.slips import not_imported  # most programs have no mistake

            known = ((each, key) for each, key in module.imports.items() if key is not None)
            declaring = [each for each, key in known if self._modules[key].in_all_scopes(ref.name)]
            self.diagnostics.append(not_imported(ref, module, self._namespaces(), declaring))
            return None
        key = module.imports[alias]
        if key is None:
            return None
        found = self._modules[key].in_all_scopes(ref.name)
        if len(found) == 1:
            return found[0]
        if found:
            places = {declared.location.order: declared.location for declared in found}
            labels = tuple(Label(location, "declared here") for location in places.values())
            apart = len(places) > 1
            advice = "give them different names there" if apart else "declare it in a section of one namespace"
            where = "more than one section" if apart else "a section of more than one namespace"
            self.error("NP205", f"`{alias}.{ref.name}` is declared in {where}", place, advice, labels)
            return None
        platforms = self._modules[key].platforms_of(ref.name)
        if platforms:
            self.error("NP203", f"`{alias}` has no `{ref.name}` on this platform", place, _with_platform(platforms))
            return None
        from netpolc.diagnostics.closest import closest  # as above
        from netpolc.language.resolve.slips import LIBRARY

        names = list(self._modules[key].names(ports=isinstance(ref, tree.PortRef)))
        near = closest(ref.name, names)
        name = self._modules[key].outline.source.name
        if near:
            advice = f"use `{alias}.{near}`"
        elif name == LIBRARY and ref.name in ADDRESSES:
            advice = f"each cluster has its own, so declare its addresses: `net {ref.name} = 203.0.113.10/32`"
        elif name == LIBRARY:
            advice = f"it has {', '.join(f'`{each}`' for each in names)}" if names else "it declares no ports"
        else:
            advice = f"declare it in `{name}`"
        self.error("NP203", f"unknown name `{ref.name}` in `{alias}`", place, advice)
        return None

    def _namespaces(self) -> frozenset[str]:
        """Return the namespaces that the program opens."""
        return frozenset(each.name.text for module in self._modules.values() for each in module.outline.namespaces)

    def port(self, ref: tree.PortRef, module: Module, section: str | None) -> Declared | None:
        """Find the declaration of a port; None after a report."""
        place = module.at(ref.span)
        declared = self.imported(ref, module) if ref.alias is not None else module.find(ref.name, section)
        if declared is None:
            if ref.alias is None:
                self._unknown_port(ref, module)
            return None
        if declared.kind != "port":
            self.wrong_kind(declared, place, "a port", "a port is a number, a declared `port`, or a quoted name")
            return None
        return declared

    def shorthand(self, ref: tree.Ref, module: Module, section: str | None, namespace: str | None) -> bool:
        """Tell whether an undeclared bare name may stand for pods by its label; report if not, or if it may mislead."""
        place = module.at(ref.span)
        if module.outline.strict:
            self._unknown(ref, module, section)
            return False
        if namespace is not None and self._declared_elsewhere(ref, module, namespace):
            return False
        elsewhere = module.find_elsewhere(ref.name, section)
        if elsewhere is not None:
            self._only_elsewhere(ref, elsewhere, module)
            return True
        near = module.near(ref.name, section)
        if near is not None and not _is_part_of(ref, near, module):
            self.diagnostics.append(
                Diagnostic(
                    code="NP204",
                    severity="warning",
                    message=f"`{ref.name}` is not declared, but `{near.name}` is",
                    location=place,
                    label=f"means the pods labelled `{module.outline.key}={ref.name}`",
                    labels=(Label(near.location, "a name like it is declared here"),),
                    help=f"use `{near.name}`, or declare `{ref.name}` if it is meant",
                    fixes=(Fix(f"use `{near.name}`", (Edit(place, near.name),)),),
                )
            )
        return True

    def _only_elsewhere(self, ref: tree.Ref, placed: PlacedDeclaration, module: Module) -> None:
        if self._lacks_environment():
            return
        names = " and ".join(f"`{name}`" for name in sorted(placed.placement.environments or ()))
        self.diagnostics.append(
            Diagnostic(
                code="NP204",
                severity="warning",
                message=f"`{ref.name}` is not declared here, but under environment {names} it is",
                location=module.at(ref.span),
                label=f"means the pods labelled `{module.outline.key}={ref.name}`",
                labels=(Label(module.at(placed.statement.name.span), "declared here for some environments only"),),
                help=f"say with `param` that each environment is to bind `{ref.name}`, or declare it for all of them",
            )
        )

    def not_bound(self, declared: Declared, place: Location) -> None:
        """Report the use of a parameter that no active environment binds."""
        if self._lacks_environment():
            return
        under = "without `--env`" if self._environment is None else f"in environment `{self._environment}`"
        kind = declared.kind
        value = {"net": "203.0.113.0/24", "pods": "[app=…]", "port": "443"}[kind]
        named = self._environment or "NAME"
        where = "" if declared.section is None else f" in the section of `{declared.section}`"
        advice = f"bind it{where}: `env {named} {{ {kind} {declared.name} = {value} }}`"
        binding = declared.module.environments_of(declared.name) if self._environment is None else []
        if binding:
            names = ", ".join(f"`{name}`" for name in binding)
            advice = f"choose an environment that binds it ({names}), as in `--env {binding[0]}`"
        self.error(
            "NP212",
            f"the parameter `{declared.name}` is not bound {under}",
            place,
            advice,
            (Label(declared.location, "declared here"),),
        )

    def _lacks_environment(self) -> bool:
        """Tell whether the environment is one that no file knows, which declares nothing, and was reported."""
        return any(diagnostic.code == "NP213" for diagnostic in self.diagnostics)

    def wrong_kind(self, declared: Declared, place: Location, wanted: str, advice: str) -> None:
        """Report a name of one kind where another belongs."""
        label = (Label(declared.location, "declared here"),)
        self.error("NP206", f"`{declared.name}` is {ARTICLES[declared.kind]}, not {wanted}", place, advice, label)

    def enter(self, declared: Declared, place: Location, chain: list[Declared], sets: int = 0) -> bool:
        """Follow a declaration, out of so many sets; False after a report where it leads back to itself or too far."""
        if any(declared.statement is link.statement for link in chain):
            from netpolc.language.resolve.slips import circular  # as above

            labels = tuple(
                Label(link.location, "by way of this") for link in chain if link.statement is not declared.statement
            )
            advice = None if labels else circular(declared.name, declared.kind, declared.module.outline.key)
            self.error("NP215", f"`{declared.name}` is declared by way of itself", declared.location, advice, labels)
            return False
        if len(chain) + sets >= DEEPEST:
            self.error(
                "NP106",
                f"declarations use one another through more than {DEEPEST} names and sets",
                place,
                "name the members directly",
            )
            return False
        chain.append(declared)
        return True

    def error(
        self, code: str, message: str, place: Location, advice: str | None = None, labels: tuple[Label, ...] = ()
    ) -> None:
        """Report an error."""
        self.diagnostics.append(
            Diagnostic(code=code, severity="error", message=message, location=place, labels=labels, help=advice)
        )

    def _unknown(self, ref: tree.Ref, module: Module, section: str | None) -> None:
        place = module.at(ref.span)
        from netpolc.diagnostics.closest import closest  # as above

        like = module.near(ref.name, section)
        near = like.name if like is not None else closest(ref.name, module.names(ports=False, section=section))
        found = None if near is None else module.find(near, section)
        labels = () if found is None else (Label(found.location, "a name like it is declared here"),)
        fixes = () if near is None else (Fix(f"use `{near}`", (Edit(place, near),)),)
        self.diagnostics.append(
            Diagnostic(
                code="NP203",
                severity="error",
                message=f"unknown name `{ref.name}`",
                location=place,
                label="not declared in this file",
                labels=labels,
                help=f"use `{near}`" if near else _declaration(ref, module, section),
                fixes=fixes,
            )
        )

    def _unknown_port(self, ref: tree.PortRef, module: Module) -> None:
        from netpolc.diagnostics.closest import closest  # as above

        near = closest(ref.name, module.names(ports=True))
        self.error("NP304", f"unknown port `{ref.name}`", module.at(ref.span), _port_advice(ref.name, near))

    def _declared_elsewhere(self, ref: tree.Ref, module: Module, namespace: str) -> bool:
        """Report a shorthand for what a section of that namespace declares, unless both mean the same."""
        key = module.outline.key
        known = self._in_namespaces.get((namespace, ref.name), ())
        other = next((d for d in known if d.kind != "port" and not _means(d, namespace, key)), None)
        if other is None:
            return False
        if other.module is module:
            who = f"the section of `{namespace}`"
            advice = f"use `{namespace}/{ref.name}`, or `[{key}={ref.name}]` if the label is meant"
        else:
            who = "another file"
            alone = len(other.module.in_all_scopes(ref.name)) == 1
            labels = f"say it by the labels that are meant, as in `[{key}={ref.name}]`"
            advice = _by_import(ref.name, other.module, module) if alone else labels
        self.error(
            "NP211",
            f"`{ref.name}` would mean `{key}={ref.name}` here, but {who} declares it otherwise",
            module.at(ref.span),
            advice,
            (Label(other.location, f"declared here in namespace `{namespace}`"),),
        )
        return True


def _port_advice(name: str, near: str | None) -> str:
    """Advise what to write for an unknown port, given a declared one that is close to it."""
    if name in WIDE:
        return "every port is `*`"
    if name.upper() in PROTOCOLS:
        return f"a protocol follows its port, as in `443/{name}`; every port of it is `*/{name}`"
    if name in PORTLESS:
        return NO_POLICY_FOR_ICMP
    if near is not None:
        return f'use `{near}`, or `"{name}"` for a container port of that name'
    from netpolc.ecosystem.url_schemes import USUAL_PORTS  # as above

    usual = USUAL_PORTS.get(name, SAMPLE)
    number = SAMPLE if usual < PRIVILEGED else usual
    return f'declare it: `port {name} = {number}`; a container port\'s name is quoted: `"{name}"`'


def _by_import(name: str, other: Module, module: Module) -> str:
    """Advise how a file can use a name of another."""
    alias = next((alias for alias, key in module.imports.items() if key == other.key), None)
    if alias is not None:
        return f"use `{alias}.{name}`"
    path = _as_imported(other.outline.source.name, module.outline.source.name)
    stem = posixpath.basename(path).removesuffix(SUFFIX)
    return f'add `import "{path}" as {stem}` and use `{stem}.{name}`'


def _is_part_of(ref: tree.Ref, declared: Declared, module: Module) -> bool:
    """Tell whether a name stands in a declaration's own value, as in `pods workers = worker`."""
    statement = declared.statement.span
    return declared.module is module and statement.start <= ref.span.start < statement.end


def _as_imported(name: str, importer: str) -> str:
    """Write a file's name as an import in another file would."""
    there, here = (path.replace("\\", "/") for path in (name, importer))
    return posixpath.relpath(there, posixpath.dirname(here) or ".")


def _means(declared: Declared, namespace: str, key: str) -> bool:
    """Tell whether a declaration in a namespace selects just what its bare name would mean there."""
    match declared.statement:
        case tree.PodsDeclaration(_, value) | tree.ServiceDeclaration(_, tree.Target(value)):
            pass
        case _:
            return False
    match value:
        case tree.Scoped(tree.Word(text), tree.Selector() as inner) if text == namespace:
            selector = inner
        case tree.Selector():
            selector = value
        case _:
            return False
    match selector.requirements:
        case (tree.Requirement(of, "=" | "in", (label,)),):
            return of == key and label == declared.name
        case _:
            return False


def _declaration(ref: tree.Ref, module: Module, section: str | None) -> str:
    """Advise where and how to declare a name."""
    if ref.name in ADDRESSES:
        return f"declare its addresses: `net {ref.name} = 203.0.113.10/32`"
    file = module.outline
    is_of_other = file.source.text[ref.span.start - 1 : ref.span.start] == "/"
    is_opened = any(each.name.text == section for each in file.namespaces)
    where = f" in the section of `{section}`" if is_of_other and is_opened else ""
    return f"declare it{where}: `pods {ref.name} = [{file.key}={ref.name}]`"


def _with_platform(platforms: list[str]) -> str:
    """Advise to name one of the platforms on which the library has a name."""
    settings = " or ".join(f'`platform = "{each}"`' for each in platforms)
    return f"say {settings} in netpolc.toml if that is yours, or declare a name of your own"
