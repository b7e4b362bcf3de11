"""The JSON Schema of netpolc.toml, made of the settings that are read, for editors that know TOML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from netpolc.project.config import SCHEMA, Project
from netpolc.project.settings.rules import SETTABLE

_OURS = frozenset({"root", "file"})
"""Fields that are no settings: where the file is."""

_RENAMED = {"environments": "env"}

_PATH = r"^(?!/)(?![A-Za-z]:)(?!(.*/)?\.\.(/|$))[^\\]+$"
_NAMESPACE = {"pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "maxLength": 63}
_PATTERNS = {"minItems": 1, "items": {"type": "string", "pattern": rf"^(?!.*[^/]\*\*)(?!.*\*\*[^/]){_PATH[1:]}"}}
_TEXTS = {"additionalProperties": {"type": "string", "minLength": 1}}

_SAID: dict[str, tuple[str, dict[str, Any]]] = {
    "required-version": (
        "The versions of netpolc that the project takes, as PEP 440 specifies versions: `>=0.1,<0.3`.",
        {},
    ),
    "sources": ("Patterns of source files.", _PATTERNS),
    "output": (
        "The folder for the result, or a `.yaml` file. With environments, each has a folder in it.",
        {"pattern": _PATH},
    ),
    "target": ("The one kind of policy to compile to. Without it, each line becomes what can say it.", {}),
    "api-version": ("The version of ClusterNetworkPolicy that is written.", {}),
    "layout": ("One file for each object or namespace, or one for all.", {}),
    "templates": ("A folder with templates that take the place of netpolc's own.", {"pattern": _PATH}),
    "namespace": ("The namespace of statements outside of any, and of charts.", _NAMESPACE),
    "manifests": ("Patterns of YAML and JSON files that are read beside the sources.", _PATTERNS),
    "exclude": (
        "Patterns of files and folders that are left out where they are only found. One without `/` is a name at any "
        "depth.",
        _PATTERNS,
    ),
    "labels": (
        "Labels for every policy.",
        {
            "propertyNames": {"not": {"const": "app.kubernetes.io/managed-by"}},
            "additionalProperties": {"type": "string", "maxLength": 63},
        },
    ),
    "platform": ("What enforces the policies.", {}),
    "pod-addresses": ("The blocks that pods have their addresses from, such as `10.244.0.0/16`.", {}),
    "finality": (
        "Where a NetworkPolicy that selects a pod is final before Baseline policies: for the `pod` in both directions, "
        "or for each `direction` by itself.",
        {},
    ),
    "known-pods": ("Pods that operators make at run time, such as `monitoring/[app=prometheus]`.", {}),
    "baseline": ("The file of findings that were there before, of which nothing is said.", {"pattern": _PATH}),
    "rules": (
        "Rules, NP5xx and NP6xx by code or name, that are off or at another level.",
        {"propertyNames": {"enum": [name for code in SETTABLE for name in (code.code, code.name)]}},
    ),
    "rules.level": ("What a finding of the rule is.", {}),
    "rules.reason": ("Why.", {"pattern": r"[^\W_]"}),
    "ingress-controllers": (
        'Where the controllers of classes are, such as `nginx = "edge/[app=proxy]"`; `"*"` stands for all others.',
        _TEXTS,
    ),
    "cluster": ("What the project is called in clusters, and where it is applied.", {}),
    "cluster.name": (
        "What the project is called in clusters; with `--env`, the name of that follows.",
        {"pattern": "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"},
    ),
    "cluster.contexts": (
        "The contexts of kubectl that `apply` may change.",
        {"items": {"type": "string", "minLength": 1}},
    ),
    "cluster.known-policies": (
        "Policies of others that are meant to be there, such as `ClusterNetworkPolicy/monitoring`: they are no drift.",
        {"items": {"type": "string", "minLength": 1}},
    ),
    "guard": ("Whether empty lists are written as null, so that who adds rules to them is seen.", {}),
    "env": (
        "Environments by their names.",
        {"propertyNames": {"pattern": "^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$"}},
    ),
    "env.output": ("The output of this environment.", {"pattern": _PATH}),
    "env.namespace": ("The namespace of statements outside of any in this environment.", _NAMESPACE),
}
"""What each setting means, and what its values have to be like beside their type."""


def schema() -> dict[str, Any]:
    """Return the schema, as a document of JSON has it (draft 7, which all of these editors know)."""
    (made,), components = msgspec.json.schema_components([Project], schema_hook=_hook)
    whole = _resolved(made, components)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA,
        "title": "netpolc.toml",
        "description": "The project file of netpolc. Paths are relative to it, with `/`, and stay below its folder.",
        **_table(whole, ""),
    }


def schema_text() -> str:
    """Return the text of the schema's file."""
    return json.dumps(schema(), indent=2) + "\n"


def _hook(kind: type) -> dict[str, Any]:
    """Return the schema of a path, which no setting is."""
    if issubclass(kind, Path):
        return {"type": "string"}
    raise NotImplementedError


def _resolved(node: Any, components: dict[str, Any]) -> Any:
    """Return a schema in which all parts stand in their places."""
    if isinstance(node, list):
        return [_resolved(each, components) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _resolved(components[node["$ref"].rpartition("/")[2]], components)
    return {key: _resolved(value, components) for key, value in node.items()}


def _table(whole: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return the schema of a table, its fields by the names that they have in the file."""
    found: dict[str, Any] = {}
    for field, made in whole["properties"].items():
        name = _RENAMED.get(field, field.replace("_", "-"))
        if prefix or field not in _OURS:
            found[name] = _setting(f"{prefix}{name}", made)
    required = [name for name in found if prefix and name in whole["required"]]
    demanded = {"required": required} if required else {}
    return {"type": "object", "additionalProperties": False, "properties": found, **demanded}


def _setting(name: str, made: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one setting, with what is said of it; TOML has no null, and nothing is empty text."""
    default = made.get("default")
    (plain,) = [each for each in made.get("anyOf", [made]) if each.get("type") != "null"]
    plain = {key: value for key, value in plain.items() if key not in {"default", "title", "description"}}
    if plain.get("type") == "object" and "properties" in plain.get("additionalProperties", {}):
        plain = {**plain, "additionalProperties": _table(plain["additionalProperties"], f"{name}.")}
    if "properties" in plain:
        plain = _table(plain, f"{name}.")
    description, also = _SAID.get(name, ("", {}))
    said = {"description": description} if description else {}
    return {**said, **_without_empty(plain), **also, **({"default": default} if default else {})}


def _without_empty(made: dict[str, Any]) -> dict[str, Any]:
    if made.get("type") == "string":
        return {**made, "minLength": 1}
    return {key: _without_empty(value) if key == "items" else value for key, value in made.items()}
