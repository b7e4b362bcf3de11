"""Applications in a few words, and what is proposed for them."""

import json

from netpolc.adopt.suggest.suggesting import suggest
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


def workload(name, kind="Deployment", namespace="shop", labels=None, ports=(), annotations=None, env=None, **spec):
    """A workload; `env` are variables, `ports` numbers or `name=number`, and the rest belongs to the pods' spec."""
    container = {
        "name": "main",
        "ports": [port_of(each) for each in ports],
        "env": [{"name": key, "value": value} for key, value in (env or {}).items()],
        **{key: spec.pop(key) for key in ("args", "command", "envFrom") if key in spec},
    }
    labels = {"app": name} if labels is None else labels
    template = {"metadata": {"labels": labels, "annotations": annotations or {}}}
    template["spec"] = {"containers": [container], **spec}
    return document("apps/v1", kind, name, namespace, spec={"template": template})


def pod(name, labels, owner=None, env=None, namespace="shop"):
    """A pod as a cluster has it, made by its owner if it has one."""
    container = {"name": "main", "env": [{"name": key, "value": value} for key, value in (env or {}).items()]}
    found = document("v1", "Pod", name, namespace, labels=labels, spec={"containers": [container]})
    found["metadata"]["ownerReferences"] = [] if owner is None else [{**owner, "controller": True}]
    return found


def port_of(written):
    name, _, number = str(written).rpartition("=")
    return {"containerPort": int(number), **({"name": name} if name else {})}


def service(name, ports=(80,), selector=None, namespace="shop", labels=None, annotations=None, **spec):
    """A service; `ports` are numbers, `number>target`, or fields."""
    spec = {"selector": {"app": name} if selector is None else selector, **spec}
    spec["ports"] = [each if isinstance(each, dict) else service_port(each) for each in ports]
    return document("v1", "Service", name, namespace, spec=spec, labels=labels or {}, annotations=annotations or {})


def service_port(written):
    number, _, target = str(written).partition(">")
    fields = {"port": int(number), "name": f"p{number}"}
    return {**fields, "targetPort": int(target) if target.isdigit() else target} if target else fields


def document(api, kind, name="x", namespace="shop", labels=None, annotations=None, **fields):
    metadata = {"name": name, "labels": labels or {}, "annotations": annotations or {}}
    metadata |= {"namespace": namespace} if namespace else {}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def manifests(*documents, name="app.yaml"):
    text = "\n---\n".join(json.dumps(each) for each in documents)
    found = combine([read_manifests(Source(name, text), wide=True)])
    assert not found.diagnostics, found.diagnostics
    return found


def suggested(*documents, apart=False):
    """The text of each file."""
    result = suggest(manifests(*documents), apart=apart)
    assert result.diagnostics == ()
    return result.files


def lines(*documents):
    """What is proposed, but for what is in each proposal."""
    (text,) = suggested(*documents).values()
    known = {"* -> std.dns", "* -> std.dns-openshift", "baseline deny all", 'import "std"'}
    return [line for line in text.splitlines()[1:] if line and line not in known and not line.startswith("namespace ")]


def flows(*documents):
    """The flows that are proposed, without what shows them."""
    return [line.partition("  #")[0] for line in lines(*documents) if " -> " in line and not line.startswith("#")]


def remarks(*documents):
    """What is left to people, without where it stands."""
    found = [line.removeprefix("# ") for line in lines(*documents) if line.startswith("#") and "app.yaml" not in line]
    return [line for line in found if not line.endswith(".")]


def undecided(*documents):
    """What is left to people to decide."""
    found = lines(*documents)
    start = found.index("# For you to decide.") if "# For you to decide." in found else len(found)
    return [line.removeprefix("# ") for line in found[start + 1 :]]
