"""What names mean where they stand, and what is said of those that mean nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.resolve.modules import BUILT_IN, Declared, Module
from netpolc.source import Location
from netpolc.syntax.tree import ParamDeclaration, PortRef, Ref, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 100
"""How long a chain of declarations that use each other may be; a longer one is nobody's, and stages recurse."""

WIDE = frozenset({"all", "any", "every"})
"""What users may write for every port, which is `*`."""

ARTICLES = {"pods": "pods", "group": "a group", "net": "a net", "port": "a port", "service": "a service"}


class Names:
    """Lookups over all files of a program; every failure is reported once, in `diagnostics`."""

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

    def bare(self, ref: Ref | PortRef, module: Module, section: str | None) -> Declared | None:
        """The declaration of a name without an alias, or None where nothing declares it."""
        return module.find(ref.name, section)

    def imported(self, ref: Ref | PortRef, module: Module) -> Declared | None:
        """The declaration of `alias.name`; None after a report."""
        alias = ref.alias or ""
        place = module.at(ref.span)
        if alias not in module.imports:
            near = closest(alias, module.imports)
            advice = f"use `{near}`" if near else f'import it: `import "…" as {alias}`'
            self.error("NP210", f"no file is imported as `{alias}`", place, advice)
            return None
        key = module.imports[alias]
        if key is None:
            return None
        found = self._modules[key].everywhere(ref.name)
        if len(found) == 1:
            return found[0]
        if found:
            labels = tuple(Label(declared.location, "declared here") for declared in found)
            self.error("NP205", f"`{alias}.{ref.name}` is declared in more than one section", place, None, labels)
            return None
        near = closest(ref.name, self._modules[key].names())
        self.error(
            "NP203",
            f"unknown name `{ref.name}` in `{alias}`",
            place,
            f"use `{alias}.{near}`" if near else f"declare it in `{self._modules[key].outline.source.name}`",
        )
        return None

    def port(self, ref: PortRef, module: Module, section: str | None) -> Declared | None:
        """The declaration of a port; None after a report."""
        place = module.at(ref.span)
        declared = self.imported(ref, module) if ref.alias is not None else self.bare(ref, module, section)
        if declared is None:
            if ref.alias is None:
                self._unknown_port(ref, module)
            return None
        if declared.kind != "port":
            label = (Label(declared.location, "declared here"),)
            self.error("NP206", f"`{ref.name}` is {ARTICLES[declared.kind]}, not a port", place, None, label)
            return None
        return declared

    def shorthand(self, ref: Ref, module: Module, namespace: str | None) -> bool:
        """Whether an undeclared bare name may stand for pods by its label; reports where it may not, or may mislead."""
        place = module.at(ref.span)
        near = module.neighbours.of(ref.name)
        if module.outline.strict:
            close = near or closest(ref.name, module.names())
            self._unknown(ref, module, close)
            return False
        if namespace is not None and self._declared_elsewhere(ref, module, namespace):
            return False
        if near is not None:
            labels = tuple(Label(d.location, "a name like it is declared here") for d in module.everywhere(near)[:1])
            self.diagnostics.append(
                Diagnostic(
                    code="NP204",
                    severity="warning",
                    message=f"`{ref.name}` is not declared, but `{near}` is",
                    location=place,
                    label=f"means the pods labelled `{module.outline.key}={ref.name}`",
                    labels=labels,
                    help=f"use `{near}`, or declare `{ref.name}` if it is meant",
                    fixes=(Fix(f"use `{near}`", (Edit(place, near),)),),
                )
            )
        return True

    def not_bound(self, declared: Declared, place: Location) -> None:
        """Report the use of a parameter that no active environment binds."""
        under = "without `--env`" if self._environment is None else f"in environment `{self._environment}`"
        kind = declared.kind
        value = {"net": "203.0.113.0/24", "pods": "[app=…]", "port": "443"}[kind]
        named = self._environment or "NAME"
        self.error(
            "NP212",
            f"the parameter `{declared.name}` is not bound {under}",
            place,
            f"bind it: `env {named} {{ {kind} {declared.name} = {value} }}`",
            (Label(declared.location, "declared here"),),
        )

    def wrong_kind(self, declared: Declared, place: Location, wanted: str, advice: str | None = None) -> None:
        """Report a name of one kind where another belongs."""
        label = (Label(declared.location, "declared here"),)
        self.error("NP206", f"`{declared.name}` is {ARTICLES[declared.kind]}, not {wanted}", place, advice, label)

    def enter(self, declared: Declared, place: Location, chain: list[Declared]) -> bool:
        """Follow a declaration; False after a report where it leads back to itself or too far."""
        if any(declared.statement is link.statement for link in chain):
            labels = tuple(
                Label(link.location, "by way of this") for link in chain if link.statement is not declared.statement
            )
            advice = None
            if not labels:
                advice = f"name the labels: `[{declared.module.outline.key}={declared.name}]`"
            self.error("NP215", f"`{declared.name}` is declared by way of itself", declared.location, advice, labels)
            return False
        if len(chain) >= DEEPEST:
            self.error(
                "NP106",
                f"more than {DEEPEST} declarations use one another in a chain",
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

    def _unknown(self, ref: Ref | PortRef, module: Module, near: str | None) -> None:
        place = module.at(ref.span)
        labels: tuple[Label, ...] = ()
        fixes: tuple[Fix, ...] = ()
        if near is not None:
            labels = tuple(Label(d.location, "a name like it is declared here") for d in module.everywhere(near)[:1])
            fixes = (Fix(f"use `{near}`", (Edit(place, near),)),)
        self.diagnostics.append(
            Diagnostic(
                code="NP203",
                severity="error",
                message=f"unknown name `{ref.name}`",
                location=place,
                label="not declared in this file",
                labels=labels,
                help=f"use `{near}`" if near else f"declare it: `pods {ref.name} = [{module.outline.key}={ref.name}]`",
                fixes=fixes,
            )
        )

    def _unknown_port(self, ref: PortRef, module: Module) -> None:
        ports = {d.name for scope in module.scopes.values() for d in scope.values() if d.kind == "port"}
        near = closest(ref.name, ports)
        advice = (
            "every port is `*`"
            if ref.name in WIDE
            else f'use `{near}`, or `"{ref.name}"` for a container port of that name'
            if near
            else (f'declare it: `port {ref.name} = 8080`; a container port\'s name is quoted: `"{ref.name}"`')
        )
        self.error("NP304", f"unknown port `{ref.name}`", module.at(ref.span), advice)

    def _declared_elsewhere(self, ref: Ref, module: Module, namespace: str) -> bool:
        """Report a shorthand for what another file declares in that namespace, unless both mean the same."""
        others = [d for d in self._in_namespaces.get((namespace, ref.name), ()) if d.module is not module]
        other = next((d for d in others if not is_shorthand_for(d, module.outline.key)), None)
        if other is None:
            return False
        alias = next((alias for alias, key in module.imports.items() if key == other.module.key), None)
        name = other.module.outline.source.name
        stem = name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".netpol")
        advice = (
            f"use `{alias}.{ref.name}`" if alias else f'add `import "{name}" as {stem}` and use `{stem}.{ref.name}`'
        )
        self.error(
            "NP211",
            f"`{ref.name}` would mean `{module.outline.key}={ref.name}` here, but another file declares it otherwise",
            module.at(ref.span),
            advice,
            (Label(other.location, f"declared here in namespace `{namespace}`"),),
        )
        return True


def is_shorthand_for(declared: Declared, key: str) -> bool:
    """Whether a declaration says no more than what its bare name would mean by itself."""
    from netpolc.syntax.tree import PodsDeclaration, Selector  # noqa: PLC0415 -- rarely asked

    statement = declared.statement
    if not isinstance(statement, PodsDeclaration) or not isinstance(statement.value, Selector):
        return False
    requirements = statement.value.requirements
    return (
        len(requirements) == 1
        and requirements[0].key == key
        and requirements[0].values == (declared.name,)
        and (requirements[0].operator in {"=", "in"})
    )


def check_built_in(name: Ref | Word) -> bool:
    """Whether a name is `any`."""
    return isinstance(name, Ref) and name.alias is None and name.name == BUILT_IN


__all__ = ["Names", "ParamDeclaration", "check_built_in", "is_shorthand_for"]
