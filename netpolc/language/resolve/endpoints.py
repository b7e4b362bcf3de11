"""The resolution of endpoints: from what is written to peers of the program."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from netpolc.identity import IdentityCache
from netpolc.ir.model import Anything, InNamespace, InNamespaces, NamespaceSet, Net, Peer, Pods
from netpolc.language.resolve.addresses import resolve_cidr
from netpolc.language.resolve.declarations import BUILT_IN
from netpolc.language.resolve.modules import Declared, Module
from netpolc.language.resolve.ports import PortResolver
from netpolc.language.syntax import tree
from netpolc.policy.names import label_value
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from netpolc.language.resolve.names import NameLookup
    from netpolc.language.resolve.selectors import SelectorResolver
    from netpolc.sets.ports import PortSet
    from netpolc.source import Location, Span

MOST_CONNECTIONS = 20_000
"""How many pairs of a source and a destination one flow may stand for; sets on both sides multiply."""


class EndpointContext(msgspec.Struct, frozen=True):
    """The place of an endpoint: its file, the section whose names it sees, and the namespaces of its relative pods."""

    module: Module
    section: str | None
    namespaces: NamespaceSet


class ResolvedMember(msgspec.Struct, frozen=True):
    """A peer of an endpoint, and the ports that its service or its place in a set gives it."""

    peer: Peer
    ports: PortSet | None
    span: Span


class EndpointResolver:
    """The resolver of endpoints; every problem goes to the names' report, and leaves its member out."""

    def __init__(self, names: NameLookup, selectors: SelectorResolver) -> None:
        """Use the scopes of a program."""
        self._names = names
        self._selectors = selectors
        self._ports = PortResolver(names)
        self._open: list[Declared] = []
        self._known: defaultdict[NamespaceSet, IdentityCache[tree.Declaration, tuple[ResolvedMember, ...]]] = (
            defaultdict(IdentityCache)
        )
        self._shorthands: dict[tuple[str, str | None, str, NamespaceSet], Pods] = {}
        self._sets = 0

    def sources(self, endpoint: tree.Endpoint, context: EndpointContext) -> tuple[Peer, ...]:
        """Return the peers that a connection may come from."""
        self._refuse_ports(endpoint, context)
        return tuple(member.peer for member in self._members(endpoint, context))

    def destinations(self, target: tree.Target, context: EndpointContext) -> tuple[ResolvedMember, ...]:
        """Return the peers that a connection may go to, each with its ports."""
        found = self._target(target, context)
        missing = [member.span for member in found if member.ports is None]
        if not missing:
            return found
        if len(missing) == len(found):
            missing = [target.endpoint.span]
        for span in {(span.start, span.end): span for span in missing}.values():
            self._names.error(
                "NP301",
                f"no port is given for `{_text(context, span)}`",
                context.module.at(span),
                "write the port, as in `:443`, or `:*` for every port",
            )
        return tuple(member for member in found if member.ports is not None)

    def pods(self, endpoint: tree.Endpoint, context: EndpointContext) -> tuple[ResolvedMember, ...]:
        """Return the members of an endpoint, of whatever kind, without ports."""
        refused = self._refuse_ports(endpoint, context)
        found = self._members(endpoint, context)
        return () if refused else found  # else every use would have to do with those ports

    def declaration(self, declared: Declared, namespaces: NamespaceSet) -> tuple[ResolvedMember, ...]:
        """Resolve a name by itself, if it is an endpoint's; report what is wrong with its declaration."""
        statement = declared.statement
        if isinstance(statement, tree.PortDeclaration):
            self._ports.resolve(statement.value, declared.module, declared.section)
            return ()
        if isinstance(statement, tree.ParamDeclaration):
            return ()
        return self._use(declared, namespaces, statement.name.span, declared.module)

    def _target(self, target: tree.Target, context: EndpointContext) -> tuple[ResolvedMember, ...]:
        members = self._members(target.endpoint, context)
        if target.ports is None:
            return members
        ports = self._ports.resolve(target.ports, context.module, context.section)
        carrying = next((member for member in members if member.ports is not None), None)
        if carrying is not None:
            self._names.error(
                "NP310",
                f"`{_text(context, carrying.span)}` brings its own ports",
                context.module.at(target.ports.span),
                "leave one of the two out",
            )
        return tuple(ResolvedMember(member.peer, ports, member.span) for member in members)

    def _members(self, endpoint: tree.Endpoint, context: EndpointContext) -> tuple[ResolvedMember, ...]:
        match endpoint:
            case tree.Ref():
                return self._ref(endpoint, context)
            case tree.SetOf() if self._holds_labels(endpoint, context):
                from netpolc.language.resolve.slips import labels_in_braces  # most programs have no mistake

                self._names.diagnostics.append(labels_in_braces(endpoint, context.module.at(endpoint.span)))
                return ()
            case tree.SetOf():
                self._sets += 1
                found = _distinct([found for member in endpoint.members for found in self._target(member, context)])
                self._sets -= 1
                return found
            case tree.Selector():
                return self._by_labels(endpoint, context.namespaces, context.module, endpoint.span)
            case tree.Star():
                return (self._all_pods(context.namespaces, context.module, endpoint.span),)
            case tree.Scoped():
                return self._scoped(endpoint, context)
            case tree.Cidr():
                return self._cidr(endpoint, context.module)
            case tree.Domain():
                from netpolc.language.resolve.slips import quoted  # as above

                self._names.diagnostics.append(quoted(endpoint.name, context.module.at(endpoint.span)))
                return ()

    def _ref(self, ref: tree.Ref, context: EndpointContext) -> tuple[ResolvedMember, ...]:
        if ref.alias is not None:
            declared = self._names.imported(ref, context.module)
            if declared is None:
                return ()
        elif ref.name == BUILT_IN:
            return (ResolvedMember(Anything(context.module.at(ref.span)), None, ref.span),)
        else:
            declared = context.module.find(ref.name, context.section)
            if declared is None:
                return self._shorthand(ref, context, ref.span)
        return self._use(declared, context.namespaces, ref.span, context.module)

    def _use(
        self, declared: Declared, namespaces: NamespaceSet, span: Span, module: Module
    ) -> tuple[ResolvedMember, ...]:
        """Return the members of a declared name, as seen from where it is used."""
        statement = declared.statement
        if isinstance(statement, tree.PortDeclaration) or declared.kind == "port":
            self._names.wrong_kind(
                declared, module.at(span), "an endpoint", "ports stand after the `:` of a destination"
            )
            return ()
        if isinstance(statement, tree.ParamDeclaration):
            self._names.not_bound(declared, module.at(span))
            return ()
        if declared.section is not None:
            namespaces = InNamespace(declared.section)
        cache = self._known[namespaces]
        found = cache.get(statement)
        if found is None:
            if not self._names.enter(declared, module.at(span), self._open, self._sets):
                return ()
            found = self._declared(statement, EndpointContext(declared.module, declared.section, namespaces))
            self._open.pop()
            cache.add(statement, found)
        return tuple(ResolvedMember(member.peer, member.ports, span) for member in found)

    def _declared(
        self,
        statement: tree.PodsDeclaration | tree.GroupDeclaration | tree.NetDeclaration | tree.ServiceDeclaration,
        inner: EndpointContext,
    ) -> tuple[ResolvedMember, ...]:
        name = statement.name.text
        match statement:
            case tree.PodsDeclaration(_, tree.SetOf() as value):
                from netpolc.language.resolve.slips import several_as_pods  # as above

                self._names.diagnostics.append(several_as_pods(name, value, inner.module.at(value.span)))
                return ()
            case tree.PodsDeclaration():
                members = self.pods(statement.value, inner)
                return self._all_are(Pods, "pods", members, statement, inner, name)
            case tree.GroupDeclaration():
                return self.pods(statement.value, inner)
            case tree.NetDeclaration():
                return self._all_are(Net, "addresses", self.pods(statement.value, inner), statement, inner, None)
            case tree.ServiceDeclaration():
                found = self.destinations(statement.value, inner)
                # Of several endpoints, each is better known by its own name.
                alone = len({_meant(member.peer) for member in found}) == 1
                return tuple(_renamed(member, name) for member in found) if alone else found

    def _all_are(
        self,
        kind: type[Pods | Net],
        wanted: str,
        members: tuple[ResolvedMember, ...],
        statement: tree.PodsDeclaration | tree.NetDeclaration,
        inner: EndpointContext,
        name: str | None,
    ) -> tuple[ResolvedMember, ...]:
        sound: list[ResolvedMember] = []
        for member in members:
            if isinstance(member.peer, kind):
                sound.append(member if name is None else _renamed(member, name))
            else:
                self._names.error(
                    "NP206",
                    f"`{_text(inner, member.span)}` does not stand for {wanted}",
                    inner.module.at(member.span),
                    f"`group {statement.name.text} = …` may hold endpoints of any kind",
                )
        return tuple(sound)

    def _shorthand(self, ref: tree.Ref, context: EndpointContext, span: Span) -> tuple[ResolvedMember, ...]:
        """Return the pods that an undeclared bare name stands for."""
        key = context.module.key, context.section, ref.name, context.namespaces
        pods = self._shorthands.get(key)
        if pods is None:
            said = len(self._names.diagnostics)
            pods = self._labelled(ref, context, span)
            if pods is None:
                return ()
            if said == len(self._names.diagnostics):  # what there is to say is said at every use
                self._shorthands[key] = pods
        return (ResolvedMember(pods, None, span),)

    def _labelled(self, ref: tree.Ref, context: EndpointContext, span: Span) -> Pods | None:
        namespace = context.namespaces.name if isinstance(context.namespaces, InNamespace) else None
        if not self._names.shorthand(ref, context.module, context.section, namespace):
            return None
        for fault in label_value(ref.name):
            self._names.error("NP404", f"`{ref.name}` is no label value: {fault}", context.module.at(ref.span))
            return None
        selector = LabelSelector((LabelRequirement(context.module.outline.key, "In", (ref.name,)),))
        return Pods(context.namespaces, selector, ref.name, declared=False, location=context.module.at(span))

    def _scoped(self, scoped: tree.Scoped, context: EndpointContext) -> tuple[ResolvedMember, ...]:
        namespaces, section = self._namespaces(scoped.namespace, context.module)
        if namespaces is None:
            return ()
        match scoped.pods:
            case tree.Star():
                return (self._all_pods(namespaces, context.module, scoped.span),)
            case tree.Selector():
                return self._by_labels(scoped.pods, namespaces, context.module, scoped.span)
            case tree.Ref(None, name) if name == BUILT_IN:
                self._names.error(
                    "NP206",
                    "`any` is everything, in no namespace",
                    context.module.at(scoped.pods.span),
                    "every pod of a namespace is `*`",
                )
                return ()
            case tree.Ref():
                return self._scoped_name(scoped, scoped.pods, EndpointContext(context.module, section, namespaces))

    def _scoped_name(self, scoped: tree.Scoped, ref: tree.Ref, there: EndpointContext) -> tuple[ResolvedMember, ...]:
        declared = there.module.find(ref.name, there.section)
        if declared is None:
            return self._shorthand(ref, there, scoped.span)
        members = self._use(declared, there.namespaces, scoped.span, there.module)
        # Pods that a group names in other namespaces may come along; addresses, or `any`, are in none.
        inside = any(isinstance(m.peer, Pods) and m.peer.namespaces == there.namespaces for m in members)
        if members and not (inside and all(isinstance(m.peer, Pods) for m in members)):
            self._names.error(
                "NP216",
                f"`{ref.name}` does not belong to {_namespace_text(there)}",
                there.module.at(scoped.span),
                f"write `{ref.name}` alone",
            )
            return ()
        return members

    def _namespaces(
        self, part: tree.Word | tree.Selector | tree.Star, module: Module
    ) -> tuple[NamespaceSet | None, str | None]:
        """Return the namespaces before a slash, and the section whose names are seen there."""
        match part:
            case tree.Word():
                valid = self._selectors.namespace_is_valid(part, module)
                return (InNamespace(part.text) if valid else None), part.text
            case tree.Star():
                return InNamespaces(EVERYTHING), None
            case tree.Selector():
                selector = self._selectors.resolve(part, module)
                return (None if selector is None else InNamespaces(selector)), None

    def _by_labels(
        self, selector: tree.Selector, namespaces: NamespaceSet, module: Module, span: Span
    ) -> tuple[ResolvedMember, ...]:
        labels = self._selectors.resolve(selector, module)
        if labels is None:
            return ()
        text = module.outline.source.text[selector.span.start : selector.span.end]
        pods = Pods(namespaces, labels, text, declared=False, location=module.at(span))
        return (ResolvedMember(pods, None, span),)

    def _all_pods(self, namespaces: NamespaceSet, module: Module, span: Span) -> ResolvedMember:
        pods = Pods(namespaces, EVERYTHING, "*", declared=False, location=module.at(span))
        return ResolvedMember(pods, None, span)

    def _cidr(self, cidr: tree.Cidr, module: Module) -> tuple[ResolvedMember, ...]:
        def at(block: tree.Block) -> Location:
            return module.at(block.span)

        found = resolve_cidr(cidr, at, self._names.diagnostics.append)
        if found is None:
            return ()
        return (ResolvedMember(Net(found[0], found[1], module.at(cidr.span)), None, cidr.span),)

    def _holds_labels(self, endpoint: tree.SetOf, context: EndpointContext) -> bool:
        """Tell whether a set is a selector in the braces of YAML, `{app: web}`: the ports of its names are unknown.

        In those of JSON, `{"app": "web"}`, keys are no domains.
        """
        for member in endpoint.members:
            match member:
                case tree.Target(tree.Ref(None), tree.Ports((tree.PortRef(None, port),))):
                    if context.module.find(port, context.section) is not None:
                        return False
                case tree.Target(tree.Domain(key), tree.Ports((tree.PortName(),))) if "/" in key or "." not in key:
                    pass
                case _:
                    return False
        return True

    def _refuse_ports(self, endpoint: tree.Endpoint, context: EndpointContext) -> bool:
        """Report ports that are written where no destination is; tell whether there are any."""
        if not isinstance(endpoint, tree.SetOf) or self._holds_labels(endpoint, context):
            return False
        refused = False
        for member in endpoint.members:
            if member.ports is not None:
                self._names.error(
                    "NP309",
                    "ports belong to a destination",
                    context.module.at(member.ports.span),
                    "leave them out here, or declare a `service`",
                )
                refused = True
            refused |= self._refuse_ports(member.endpoint, context)
        return refused


def _meant(peer: Peer) -> object:
    """Return what tells two peers apart, however they are written."""
    return (peer.namespaces, peer.selector) if isinstance(peer, Pods) else peer


def _renamed(member: ResolvedMember, name: str) -> ResolvedMember:
    """Return the same pods under the name that declares them."""
    if not isinstance(member.peer, Pods):
        return member
    peer = member.peer
    pods = Pods(peer.namespaces, peer.selector, name, declared=True, location=peer.location)
    return ResolvedMember(pods, member.ports, member.span)


def _distinct(members: list[ResolvedMember]) -> tuple[ResolvedMember, ...]:
    """Drop repeated members, so that groups of groups stay as large as what they hold."""
    return tuple({(member.peer, member.ports): member for member in reversed(members)}.values())[::-1]


def _text(context: EndpointContext, span: Span) -> str:
    return " ".join(context.module.outline.source.text[span.start : span.end].split())


def _namespace_text(context: EndpointContext) -> str:
    if isinstance(context.namespaces, InNamespace):
        return f"namespace `{context.namespaces.name}`"
    return "those namespaces"
