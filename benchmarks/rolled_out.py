"""Makes the answers of a cluster that has the policies of the project in the working folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import yaml
from dumped_pods import POD
from dumped_workloads import DEPLOYMENT

from netpolc import api
from netpolc.live.kinds import kinds
from netpolc.live.lists import PAGE
from netpolc.rollout.objects import body

if TYPE_CHECKING:
    from collections.abc import Mapping

SET = "company"
OWNED = {"f:podSelector": {}, "f:policyTypes": {}, "f:ingress": {}, "f:egress": {}}
MANAGED = [{"manager": f"netpolc:{SET}", "operation": "Apply", "fieldsV1": {"f:spec": OWNED}}]


def make(folder: Path, per_namespace: int, pods: int) -> None:
    """Write what a cluster answers in which each service has a Deployment, its part of so many pods, and its policy."""
    policies = api.compile_paths(["."]).policies
    names = sorted({each.namespace or "" for each in policies})
    apps = [(f"svc-{n}-{s}", f"team-{n}") for n in range(len(names)) for s in range(per_namespace)]
    deployment, pod = _in_json(DEPLOYMENT), _in_json(POD)
    listed: dict[str, list[Any]] = {
        "Namespace": [
            {"metadata": {"name": "default"}},
            *({"metadata": {"name": f"team-{n}", "labels": {"team": f"t{n % 7}"}}} for n in range(len(names))),
        ],
        "NetworkPolicy": [_stored(json.loads(body(policy, SET)), number) for number, policy in enumerate(policies)],
        "Deployment": [
            json.loads(deployment.substitute(app=app, namespace=namespace, uid=f"d-{app}")) for app, namespace in apps
        ],
        "Pod": [json.loads(pod.substitute(_pod(*apps[number % len(apps)], number))) for number in range(pods)],
    }
    _write(folder, "/apis", {"kind": "APIGroupList", "groups": []})
    for kind in kinds(evidence=False):
        if kind.core:
            _write_pages(folder, kind.path(), kind.query, kind.name, listed.get(kind.name, []))
    keys = "".join(
        f"{each.namespace}/{each.name}\n" for each in sorted(policies, key=lambda p: (p.namespace or "", p.name))
    )
    _write(folder, f"/api/v1/namespaces/default/configmaps/netpolc-inventory-{SET}", {"data": {"objects": keys}})


def _in_json(text: Template) -> Template:
    """Return a template of YAML as one of JSON, which an API server answers with."""
    (item,) = yaml.safe_load(text.template)
    return Template(json.dumps(item))


def _stored(sent: dict[str, Any], number: int) -> dict[str, Any]:
    sent["metadata"] |= {"uid": f"p-{number}", "resourceVersion": str(number + 1), "managedFields": MANAGED}
    spec = {key: value for key, value in sent["spec"].items() if value is not None}
    return {**sent, "spec": spec}


def _pod(app: str, namespace: str, number: int) -> dict[str, object]:
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    facts = {"app": app, "namespace": namespace, "hash": "5d9f8c7b6d", "suffix": f"{number:05}", "uid": f"p-{number}"}
    return {**facts, "owner": f"s-{app}", "digest": f"{number:064}", "node": number % 200 + 1, "ip": address}


def _write_pages(folder: Path, path: str, query: str, kind: str, items: list[Any]) -> None:
    base = f"{path}?limit={PAGE}" + (f"&{query}" if query else "")
    for first in range(0, max(1, len(items)), PAGE):
        rest = {"continue": str(first + PAGE)} if first + PAGE < len(items) else {}
        answer = {
            "kind": f"{kind}List",
            "metadata": {"resourceVersion": "1", **rest},
            "items": items[first : first + PAGE],
        }
        _write(folder, f"{base}&continue={first}" if first else base, answer)


def _write(folder: Path, path: str, answer: Mapping[str, Any]) -> None:
    file = folder / f"{path.lstrip('/')}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(answer, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
