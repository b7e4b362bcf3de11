"""A small API server in memory, for what `plan` and `apply` ask of one; no part of netpolc is in it.

It follows what was seen of kube-apiserver v1.37.2. Server-side apply owns whole lists and selectors. A list that is
sent as null is owned, and reads back as absent; one that is left out is given up, and goes unless another owns it.
Conflicts name who owns what. The uid and resourceVersion in a body are preconditions; a `dryRun` counts in the body
alone. It answers as kubectl does. It does not validate, default, admit or watch.
"""

import json

from netpolc.live.kinds import kinds
from netpolc.live.kubectl import Applied
from netpolc.live.refusals import ClusterError, FieldConflict

POLICY = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
PATHS = {
    "NetworkPolicy": "/apis/networking.k8s.io/v1/{}networkpolicies",
    "ConfigMap": "/api/v1/{}configmaps",
    "Pod": "/api/v1/{}pods",
}
TIERS = "/apis/policy.networking.k8s.io/v1beta1/clusternetworkpolicies"
GROUPS = {
    "/apis": {"groups": [{"name": "x", "versions": [{"groupVersion": "policy.networking.k8s.io/v1beta1"}]}]},
    "/apis/policy.networking.k8s.io/v1beta1": {"resources": [{"name": "clusternetworkpolicies"}]},
}
LISTS = {kind.path(): kind.name for kind in kinds(evidence=False) if kind.core} | {TIERS: "ClusterNetworkPolicy"}
MARKS = ("labels", "annotations")


def path_of(body):
    metadata = body["metadata"]
    if body["kind"] == "ClusterNetworkPolicy":
        return f"{TIERS}/{metadata['name']}"
    if body["kind"] == "Namespace":
        return f"/api/v1/namespaces/{metadata['name']}"
    return f"{PATHS[body['kind']].format('namespaces/' + metadata['namespace'] + '/')}/{metadata['name']}"


def fields_of(body):
    """The fields that a body says something of, null among it, by their paths."""
    found = {("spec", key): value for key, value in (body.get("spec") or {}).items()}
    found |= {("data", key): value for key, value in (body.get("data") or {}).items()}
    for marks in MARKS:
        found |= {("metadata", marks, key): value for key, value in (body["metadata"].get(marks) or {}).items()}
    return found


class ApiServer:
    context = "double"
    has_tiers = False

    def __init__(self, *namespaces):
        self.objects = {}
        self.calls = []
        self.refuses = {}
        self._version = 1
        for name in namespaces:
            self.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, "kubectl-create")

    # What tests do behind netpolc's back.

    def put(self, body, manager, operation="Update"):
        """Write an object as somebody else does, who takes the fields that change."""
        stored = self.objects.setdefault(
            path_of(body), {"body": {**body, "metadata": dict(body["metadata"])}, "owners": {}}
        )
        for path, value in fields_of(body).items():
            if self._get(stored["body"], path) != value:
                for fields in stored["owners"].values():
                    fields.discard(path)
            self._set(stored["body"], path, value)
            stored["owners"].setdefault((manager, operation), set()).add(path)
        self._touch(stored)

    def policy(self, key):
        return self.objects[f"/apis/networking.k8s.io/v1/namespaces/{key.replace('/', '/networkpolicies/')}"]["body"]

    @property
    def names(self):
        return sorted(
            f"{each['body']['metadata'].get('namespace', '')}/{each['body']['metadata']['name']}"
            for each in self.objects.values()
            if each["body"]["kind"] in ("NetworkPolicy", "ClusterNetworkPolicy")
        )

    # What kubectl is asked for.

    def get(self, path, **_):
        base = path.partition("?")[0]
        if base in self.objects:
            return json.dumps(self._shown(self.objects[base])).encode()
        if base == "/apis" and not self.has_tiers:
            return b'{"kind": "APIGroupList", "groups": []}'
        if base in GROUPS:
            return json.dumps(GROUPS[base]).encode()
        if base in LISTS:
            items = [self._shown(each) for each in self.objects.values() if each["body"]["kind"] == LISTS[base]]
            listed = {"kind": f"{LISTS[base]}List", "metadata": {"resourceVersion": str(self._version)}, "items": items}
            return json.dumps(listed).encode()
        raise self._error("not found", "not found")

    def apply(self, body, *, manager, dry_run=False, force=False):
        body = json.loads(body)
        path = path_of(body)
        self.calls.append(("apply", path.rpartition("/")[2], dry_run))
        self._may("apply", path)
        existing = self.objects.get(path)
        metadata = body["metadata"]
        self._guard(existing, metadata)
        copy = (
            json.loads(json.dumps(existing["body"])) if existing else {**body, "metadata": dict(metadata), "spec": {}}
        )
        owners = {key: set(fields) for key, fields in existing["owners"].items()} if existing else {}
        sent = fields_of(body)
        own = owners.setdefault((manager, "Apply"), set())
        conflicts = [
            FieldConflict(other, "." + ".".join(path))
            for (other, operation), fields in owners.items()
            for path in sorted(fields)
            if (other, operation) != (manager, "Apply")
            if path in sent and self._get(copy, path) != sent[path]
        ]
        if conflicts and not force:
            raise ClusterError(
                "conflict", "conflicts", asked="cannot apply", context=self.context, conflicts=tuple(conflicts)
            )
        self._take(copy, owners, own, sent)
        stored = {"body": copy, "owners": owners}
        if existing is None or copy != existing["body"] or owners != existing["owners"]:
            self._touch(stored)
        if not dry_run:
            self.objects[path] = stored
        return Applied(json.dumps(self._shown(stored)).encode())

    def apply_all(self, bodies, *, manager, dry_run=False):
        """Each of several, also where one before it is refused, as kubectl does; what it prints is lost then."""
        stored, refused = [], []
        for body in bodies:
            try:
                stored.append(self.apply(body, manager=manager, dry_run=dry_run).stored)
            except ClusterError as error:
                refused.append(error)
        if refused:
            raise refused[0]
        return tuple(stored)

    def existing(self, bodies):
        return tuple(
            json.loads(each)["metadata"]["name"] for each in bodies if path_of(json.loads(each)) in self.objects
        )

    def _guard(self, existing, metadata):
        if existing is None and "uid" in metadata:
            raise self._error("moved on", "uid mismatch")
        for key in ("uid", "resourceVersion"):
            if existing is not None and key in metadata and metadata[key] != existing["body"]["metadata"][key]:
                raise self._error("moved on", "the object has been modified")

    def _take(self, body, owners, own, sent):
        """Give an applier what it sends, and take away what it sends no more and nobody else owns."""
        others = [fields for fields in owners.values() if fields is not own]
        for fields in others:
            fields.difference_update([path for path in sent if self._get(body, path) != sent[path]])
        for path in own - set(sent):
            if not any(path in fields for fields in others):
                self._set(body, path, None)
        for path, value in sent.items():
            self._set(body, path, value)
        own.clear()
        own.update(sent)

    def patch(self, _, name, namespace, operations):
        base = TIERS if namespace is None else f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies"
        stored = self.objects[f"{base}/{name}"]
        entries = list(stored["owners"])
        for each in json.loads(operations):
            parts = each["path"].split("/")
            if each["op"] == "test":
                assert entries[int(parts[3])][0] == each["value"]
            elif each["op"] == "remove":
                stored["owners"].pop(entries[int(parts[3])])
        self._touch(stored)
        return json.dumps(self._shown(stored)).encode()

    def delete(self, path, options):
        options = json.loads(options)
        self.calls.append(("delete", path.rpartition("/")[2], "dryRun" in options))
        self._may("delete", path)
        stored = self.objects.get(path)
        if stored is None:
            raise self._error("not found", "not found")
        for key, value in options.get("preconditions", {}).items():
            if stored["body"]["metadata"][key] != value:
                raise self._error("moved on", "Precondition failed")
        if options.get("dryRun") != ["All"]:
            del self.objects[path]
        return b"{}"

    def _may(self, verb, path):
        for (refused, name), cause in self.refuses.items():
            if refused == verb and path.endswith(f"/{name}"):
                raise self._error(cause, f"{name} is refused")

    def _error(self, cause, said):
        return ClusterError(cause, said, asked="cannot do it", context=self.context)

    def _touch(self, stored):
        self._version += 1
        metadata = stored["body"]["metadata"]
        metadata.setdefault("uid", f"uid-{self._version}")
        metadata["resourceVersion"] = str(self._version)

    def _shown(self, stored):
        shown = json.loads(json.dumps(stored["body"]))
        shown["metadata"]["managedFields"] = [
            {"manager": manager, "operation": operation, "fieldsV1": _tree(fields)}
            for (manager, operation), fields in stored["owners"].items()
        ]
        return shown

    @staticmethod
    def _get(body, path):
        for part in path:
            body = (body or {}).get(part)
        return body

    @staticmethod
    def _set(body, path, value):
        *outer, last = path
        for part in outer:
            body = body.setdefault(part, {})
        if value is None:
            body.pop(last, None)
        else:
            body[last] = value


def _tree(fields):
    whole = {}
    for path in fields:
        node = whole
        for part in path:
            node = node.setdefault(f"f:{part}", {})
    return whole
