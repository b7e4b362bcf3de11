"""A parsed project file turned into a project, with every fault of it found at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, get_args

from netpolc.project.model import (
    FILE_SUFFIXES,
    ApiVersion,
    ClusterSettings,
    EnvironmentSettings,
    Finality,
    Layout,
    Platform,
    Project,
    Target,
)
from netpolc.project.settings.values import Fault, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.project.places import Keys

_RENAMED = {"env": "environments"}


def read_project(file: Path, document: dict[str, Any]) -> tuple[Project, list[Fault]]:
    """Return the project that a file describes, and what is wrong with the file: then it is none to work with."""
    values = Values(file.parent)
    readers = _readers(values)
    values.known((), document, tuple(readers))
    settings = {
        _RENAMED.get(key, key.replace("-", "_")): readers[key]((key,), value)
        for key, value in document.items()
        if key in readers
    }
    project = Project(root=file.parent, file=file, **settings)
    _demand_distinct_outputs(values, project)
    return project, values.faults


def _readers(values: Values) -> dict[str, Callable[[Keys, Any], Any]]:
    """Return what reads the value of each key; what few projects have is imported by those."""
    return {
        "required-version": partial(_required_version, values),
        "sources": values.patterns,
        "output": values.path,
        "target": lambda keys, value: values.choice(keys, value, get_args(Target)),
        "api-version": lambda keys, value: values.choice(keys, value, get_args(ApiVersion)),
        "layout": lambda keys, value: values.choice(keys, value, get_args(Layout)),
        "manifests": values.patterns,
        "exclude": values.exclusions,
        "templates": values.path,
        "namespace": partial(_namespace, values),
        "labels": partial(_labels, values),
        "platform": lambda keys, value: values.choice(keys, value, get_args(Platform)),
        "pod-addresses": partial(_blocks, values),
        "finality": lambda keys, value: values.choice(keys, value, get_args(Finality)),
        "ingress-controllers": partial(_controllers, values),
        "known-pods": partial(_known_pods, values),
        "baseline": values.path,
        "rules": partial(_rules, values),
        "cluster": partial(_cluster, values),
        "guard": values.switch,
        "env": partial(_environments, values),
    }


def _required_version(values: Values, keys: Keys, value: object) -> str | None:
    from netpolc.project.required_version import unreadable_clause

    text = values.text(keys, value)
    clause = None if text is None else unreadable_clause(text)
    if clause is not None:
        values.fault(
            keys, f"`{clause}` is no requirement of a version", help='write one as `">=0.1,<0.3"` or `"==0.1.2"`'
        )
    return text


def _namespace(values: Values, keys: Keys, value: object) -> str | None:
    from netpolc.project.settings.names import namespace

    return namespace(values, keys, value)


def _labels(values: Values, keys: Keys, value: object) -> dict[str, str]:
    from netpolc.project.settings.names import labels

    return labels(values, keys, value)


def _blocks(values: Values, keys: Keys, value: object) -> tuple[str, ...]:
    from netpolc.project.settings.endpoints import blocks

    return blocks(values, keys, value)


def _controllers(values: Values, keys: Keys, value: object) -> dict[str, str]:
    from netpolc.project.settings.endpoints import controllers

    return controllers(values, keys, value)


def _known_pods(values: Values, keys: Keys, value: object) -> tuple[str, ...]:
    from netpolc.project.settings.endpoints import known_pods

    return known_pods(values, keys, value)


def _rules(values: Values, keys: Keys, value: object) -> object:
    from netpolc.project.settings.rules import rules

    return rules(values, keys, value)


def _cluster(values: Values, keys: Keys, value: object) -> ClusterSettings:
    from netpolc.project.settings.clusters import cluster

    return cluster(values, keys, value)


def _environments(values: Values, keys: Keys, value: object) -> dict[str, EnvironmentSettings]:
    if not isinstance(value, dict):
        values.wrong_type(keys, value, "a table", "write `[env.prod]`, and its settings below it")
        return {}
    return {name: _environment(values, (*keys, name), name, table) for name, table in value.items()}


def _environment(values: Values, keys: Keys, name: str, table: object) -> EnvironmentSettings:
    from netpolc.project.settings.names import environment_name

    environment_name(values, keys, name)
    if not isinstance(table, dict):
        values.wrong_type(keys, table, "a table", f"write `[env.{name}]`, and its settings below it")
        return EnvironmentSettings()
    values.known(keys, table, EnvironmentSettings.__struct_fields__, tuple(_readers(values)))
    return EnvironmentSettings(
        output=values.path((*keys, "output"), table["output"]) if "output" in table else None,
        namespace=_namespace(values, (*keys, "namespace"), table["namespace"]) if "namespace" in table else None,
    )


def _demand_distinct_outputs(values: Values, project: Project) -> None:
    """Report environments that share an output, since the build of one would remove that of another."""
    shared = [name for name, settings in project.environments.items() if settings.output is None]
    if shared and PurePosixPath(project.output or "").suffix in FILE_SUFFIXES:
        advice = "name a folder, or give each environment an `output` of its own"
        values.fault(("output",), f"`{project.output}` is one file, and there are environments", help=advice)
        return
    places: dict[str, str] = {}
    for name in project.environments:
        output = project.output_of(name)
        other = places.setdefault(str(output).casefold(), name)
        if output is not None and other != name:
            keys = ("env", name, *(() if name in shared else ("output",)))
            message = f"the environments `{other}` and `{name}` have one output"
            values.fault(keys, message, help="give each an `output` of its own")
