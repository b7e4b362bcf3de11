"""One text of manifests, whatever it holds, as policies, workloads, namespaces and services."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

import msgspec

from netpolc import fast_paths
from netpolc.identity import IdentityCache
from netpolc.manifests.fields import Object
from netpolc.manifests.lines import LineCache
from netpolc.manifests.model import (
    BasicObject,
    Binding,
    ClusterNode,
    ConfigMap,
    EndpointSlice,
    Gateway,
    Manifests,
    Monitor,
    Namespace,
    PodMaker,
    Route,
    Service,
    Webhook,
    WideObject,
    Workload,
)
from netpolc.manifests.nodes import Mapping, Node, Scalar, UnreadableError
from netpolc.manifests.objects import TextObjects
from netpolc.manifests.policies import read_policy
from netpolc.manifests.stream import Document, read_documents, repeated_keys
from netpolc.manifests.untracked import NodeCache
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import GROUP as TIER_GROUP
from netpolc.policy.tier_model import KINDS as TIER_KINDS
from netpolc.policy.tier_model import TierPolicy
from netpolc.source import NOWHERE, Location, Source

LONGEST = 32 * 1024 * 1024
"""The most characters that are read of one text."""

POLICY_API = "networking.k8s.io/v1"

_WORKLOADS = {
    "": frozenset(("Pod", "ReplicationController")),
    "apps": frozenset(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
    "batch": frozenset(("Job", "CronJob")),
    # Gone since 1.16, but their templates are the same.
    "extensions": frozenset(("Deployment", "DaemonSet", "ReplicaSet")),
}
_POLICY_GROUPS = frozenset(("", "networking.k8s.io", "extensions", "apps", "networking"))

_BUILT_IN = frozenset(("", "apps", "batch", "extensions"))

_CORE = frozenset(("Namespace", "Service"))
_AROUND_SERVICES = frozenset((("v1", "Endpoints"), ("v1", "Node"), ("discovery.k8s.io/v1", "EndpointSlice")))

_LEADING_GROUPS = frozenset(
    ("networking.k8s.io", "gateway.networking.k8s.io", "route.openshift.io", "networking.istio.io")
)
"""Where the kinds are that lead traffic to services."""


UNPLACED = Location(Source("", ""), NOWHERE)
"""The location of what was read without positions; it keeps no text."""


class CheckingReaders(msgspec.Struct, frozen=True):
    """Readers that also run the checks of YAML, which report what Kubernetes takes but hardly anybody means.

    The first takes whether fixes may edit its object; they may not where keys are repeated in the document.
    """

    policy: Callable[[Object, bool], Policy | None]
    namespace: Callable[[Object], Namespace | None]


MOST_REPEATED = 20_000
"""The lines, and the parts, beyond which those of texts before are not kept for the next one."""


class Repeated:
    """Lines and parts of objects that were read before, of which texts of one cluster have many in common."""

    __slots__ = ("lines", "parts")

    def __init__(self) -> None:
        """Begin without any."""
        self.lines: LineCache = {}
        self.parts: dict[tuple[str, Hashable], Any] = {}

    def begin(self) -> None:
        """Make ready for a text: of many others that have little in common, not all is kept."""
        if len(self.lines) > MOST_REPEATED:
            self.lines.clear()
        if len(self.parts) > MOST_REPEATED:
            self.parts.clear()


def read_manifests(
    source: Source,
    *,
    checking: CheckingReaders | None = None,
    wide: bool = False,
    named: bool = True,
    repeated: Repeated | None = None,
) -> Manifests:
    """Read all objects in a text of YAML or JSON, and report what Kubernetes would not take; raises no errors.

    With `checking`, policies and namespaces go through the checks of YAML when they are read. With `wide`, the
    evidence of the connections that workloads make is read, too, with the objects that have some.
    A text that nobody `named`, but that was found below a folder, may be another tool's: what is no object there is
    counted among the kinds that are skipped. What is `repeated` is shared by the texts of several calls.
    """
    reading = _TextReader(source, checking=checking, wide=wide, named=named)
    repeated = repeated or Repeated()
    repeated.begin()
    reading.cache = repeated.parts
    if len(source.text) > LONGEST:
        reading.refuse(UnreadableError(f"the text is longer than {LONGEST} characters", 0, 0), 0, 0)
    else:
        for document in read_documents(source.text, lines=repeated.lines):
            reading.read(document)
    return reading.manifests()


class UntrackedReader:
    """A reader that does not track positions, for texts in which much is repeated.

    What it reads is `UNPLACED`, unless that takes a reader that tracks positions. Where a text cannot be read, or an
    object is refused, `read_manifests` has to read it again to say where.
    """

    def __init__(self, *, keeps_documents: bool = False) -> None:
        """Create empty caches, which all texts share; whole documents are kept for texts that come again."""
        self._nodes = NodeCache(keeps_documents=keeps_documents)
        self._parts: dict[tuple[str, Hashable], Any] = {}
        self._sound: IdentityCache[Node, BasicObject | WideObject] = IdentityCache()

    @property
    def documents(self) -> int:
        """How many documents it holds, to read them no second time."""
        return len(self._nodes.documents or ())

    def read(self, source: Source) -> Manifests:
        """Read one text as `read_manifests` does, without positions."""
        if fast_paths.are_off():
            return read_manifests(source)
        reading = _TextReader(source)
        reading.cache = self._parts
        for document in read_documents(source.text, self._nodes):
            known = None if document.tracked else self._sound.get(document.roots[0])
            if known is not None:
                reading.found.append(known)
                continue
            if len(self._parts) > MOST_REPEATED:
                self._parts.clear()
            faults, found = len(reading.diagnostics), len(reading.found)
            reading.read(document)
            if document.tracked or self._nodes.documents is None:
                continue
            if len(reading.diagnostics) == faults and _is_one_object(document.roots[0]):
                for each in reading.found[found:]:
                    self._sound.add(document.roots[0], each)
        return reading.manifests()


def _is_one_object(root: Node) -> bool:
    """Tell whether a document is an object of which nothing is counted but itself, as lists and templates may have."""
    kind = root.fields.get("kind") if isinstance(root, Mapping) else None
    return isinstance(kind, Scalar) and kind.text in ("NetworkPolicy", *TIER_KINDS)


class _TextReader(TextObjects):
    """The objects and faults found in one text so far."""

    def __init__(
        self, source: Source, *, checking: CheckingReaders | None = None, wide: bool = False, named: bool = True
    ) -> None:
        super().__init__(source, named=named)
        self.checking = checking
        self.wide = wide
        self.found: list[BasicObject | WideObject] = []
        self.widely: dict[str, int] = {}
        self.foreign: dict[str, Location] = {}
        self.assumed: dict[str, Location] = {}
        self.attached: Location | None = None
        self.cache: dict[tuple[str, Hashable], Any] = {}
        self.repetitive = False

    @cached_property
    def names_networks(self) -> bool:
        """Whether any pods can be on networks beside the cluster's own; most texts do not have the words."""
        return any(word in self.source.text for word in ("cni.cncf.io", "multus"))

    def manifests(self) -> Manifests:
        return Manifests(
            policies=tuple(one for one in self.found if isinstance(one, Policy)),
            tier_policies=tuple(one for one in self.found if isinstance(one, TierPolicy)),
            workloads=tuple(one for one in self.found if isinstance(one, Workload)),
            namespaces=tuple(one for one in self.found if isinstance(one, Namespace)),
            services=tuple(one for one in self.found if isinstance(one, Service)),
            endpoint_slices=tuple(one for one in self.found if isinstance(one, EndpointSlice)),
            nodes=tuple(one for one in self.found if isinstance(one, ClusterNode)),
            routes=tuple(one for one in self.found if isinstance(one, Route)),
            gateways=tuple(one for one in self.found if isinstance(one, Gateway)),
            webhooks=tuple(one for one in self.found if isinstance(one, Webhook)),
            monitors=tuple(one for one in self.found if isinstance(one, Monitor)),
            config_maps=tuple(one for one in self.found if isinstance(one, ConfigMap)),
            bindings=tuple(one for one in self.found if isinstance(one, Binding)),
            makers=tuple(one for one in self.found if isinstance(one, PodMaker)),
            skipped=self.skipped,
            widely=self.widely,
            foreign=self.foreign,
            assumed=self.assumed,
            attached=self.attached,
            refused=self.refused,
            diagnostics=tuple(self.diagnostics),
        )

    def read(self, document: Document) -> None:
        if document.fault is not None:
            self.refuse(document.fault, document.start, document.end)
        self.repetitive = bool(document.repetitions)
        shared = None if document.tracked else UNPLACED
        skipped = sum(self.skipped.values())
        objects = 0
        for root in document.roots:
            for api, kind, mapping in self.objects(root):
                objects += 1
                if mapping in self.templated:
                    self.read_templated(api, kind, Object(mapping, self.source, None, shared))
                else:
                    self.read_object(api, kind, Object(mapping, self.source, self.cache, shared))
        if objects > sum(self.skipped.values()) - skipped:
            self.diagnostics += repeated_keys(document, self.source)

    def read_templated(self, api: str, kind: str, item: Object) -> None:
        """Read an object that is not the text's own, once values are in it: no part is shared, and no fix fits.

        It is made in the current namespace, as it should be.
        """
        before = len(self.diagnostics)
        self.read_object(api, kind, item)
        found = [each for each in self.diagnostics[before:] if each.code != "NP614"]
        self.diagnostics[before:] = [msgspec.structs.replace(each, fixes=()) for each in found]

    def read_object(self, api: str, kind: str, item: Object) -> None:
        reader = self.reader_of(api, kind, item)
        found = None if reader is None else reader(item)
        self.diagnostics += item.diagnostics
        if self.attached is None and isinstance(found, Workload) and self.names_networks:
            self.attached = _other_network(item, kind)
        if found is not None:
            self.found.append(_with_evidence(found, item) if self.wide else found)
        elif item.rejected or (reader is not None and kind in ("NetworkPolicy", *TIER_KINDS)):
            self.count_refused(kind)

    def reader_of(self, api: str, kind: str, item: Object) -> Callable[[Object], BasicObject | None] | None:
        """Return the reader for an object's kind, or None where the kind is unknown, unserved or already read."""
        group = api.rpartition("/")[0]
        if api == POLICY_API and kind == "NetworkPolicy":
            checking, editable = self.checking, not self.repetitive
            return read_policy if checking is None else lambda item: checking.policy(item, editable)
        if group in _POLICY_GROUPS and kind.lower() == "networkpolicy":
            self.report_policy_api(api, kind, item)
            return None
        if api == "v1" and kind in _CORE:
            return _core_reader(kind, self.checking)
        if (api, kind) in _AROUND_SERVICES:
            return _reader_around_services(kind)
        if group == TIER_GROUP and kind in TIER_KINDS:
            return _tier_reader(api, kind)
        from netpolc.manifests.workloads import (
            has_pod_template,
            read_assumed_workload,
            read_workload,
        )  # builds have none

        if kind in _WORKLOADS.get(group, ()):
            return lambda item: read_workload(item, kind)
        if group not in _BUILT_IN and has_pod_template(item.root, kind):
            self.assumed.setdefault(f"{api}/{kind}", item.key_location(item.root, "spec"))
            return lambda item: read_assumed_workload(item, kind)
        leads = group in _LEADING_GROUPS and self.read_leading(group, kind, item)
        if not leads and not (self.wide and self.read_widely(api, kind, item)):
            self.skip(api, kind, item)
        return None

    def skip(self, api: str, kind: str, item: Object) -> None:
        """Count an object that is not read, and note the first of a kind that decides who reaches whom."""
        from netpolc.ecosystem.isolating_kinds import POLICY_KINDS, isolating_kind  # builds have none
        from netpolc.manifests.policy_makers import makes_policies  # as above

        name, group = f"{api}/{kind}", api.rpartition("/")[0]
        self.skipped[name] = self.skipped.get(name, 0) + 1
        decides = kind.endswith(POLICY_KINDS) or isolating_kind(group, kind) is not None
        if decides or (group not in _BUILT_IN and makes_policies(group, kind, item)):
            self.foreign.setdefault(name, item.location(item.root.fields.get("kind", item.root)))

    def read_leading(self, group: str, kind: str, item: Object) -> bool:
        """Read an object of a kind that leads traffic to services, and tell whether it is one that can be read."""
        from netpolc.manifests.routes import read_leading  # few texts have any

        found = read_leading(group, kind, item)
        self.found += () if found is None else (found,)
        return found is not None

    def read_widely(self, api: str, kind: str, item: Object) -> bool:
        """Read an object of a kind that few runs are interested in, if it is one."""
        from netpolc.manifests.wide import read_widely  # only `wide` readers need it

        found = read_widely(api, kind, item)
        if found is not None:
            self.found += found
            name = f"{api}/{kind}"
            self.widely[name] = self.widely.get(name, 0) + 1
        return found is not None

    def report_policy_api(self, api: str, kind: str, item: Object) -> None:
        if api == "extensions/v1beta1" and kind == "NetworkPolicy":
            message = "`extensions/v1beta1` serves no NetworkPolicy since Kubernetes 1.16"
        else:
            message = f"Kubernetes has no kind `{kind}` in `{api}`"
        self.count_refused("NetworkPolicy")
        advice = f"write `apiVersion: {POLICY_API}` and `kind: NetworkPolicy`"
        node = item.root.fields.get("apiVersion", item.root)
        self.report("NP413", message, self.location(node.start, node.end), advice)


def _core_reader(kind: str, checking: CheckingReaders | None) -> Callable[[Object], BasicObject | None]:
    from netpolc.manifests.namespaces import read_namespace  # builds have none
    from netpolc.manifests.services import read_service  # builds have none

    if kind == "Service":
        return read_service
    return read_namespace if checking is None else checking.namespace


def _tier_reader(api: str, kind: str) -> Callable[[Object], BasicObject | None]:
    from netpolc.manifests.tier_policies import read_tier_policy  # few clusters have any

    return lambda item: read_tier_policy(item, api, kind)


def _reader_around_services(kind: str) -> Callable[[Object], BasicObject | None]:
    from netpolc.manifests.services import AROUND  # builds have none

    return AROUND[kind]


def _other_network(item: Object, kind: str) -> Location | None:
    from netpolc.manifests.workloads import other_network  # builds have none

    return other_network(item, kind)


def _with_evidence(found: BasicObject, item: Object) -> BasicObject:
    from netpolc.manifests.wide import with_evidence  # only `wide` readers need it

    return with_evidence(found, item)
