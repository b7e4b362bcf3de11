"""The table `[cluster]`: what a project is called in clusters, and where it may be applied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.project.model import ClusterSettings

if TYPE_CHECKING:
    from netpolc.project.places import Keys
    from netpolc.project.settings.values import Values

LONGEST_SET_NAME = 40
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?").fullmatch
"""A part of a label value, of the name of a ConfigMap and of a field manager, with room for an environment."""


def cluster(values: Values, keys: Keys, value: object) -> ClusterSettings:
    """Read the table."""
    if not isinstance(value, dict):
        values.wrong_type(keys, value, "a table", "write `[cluster]`, and its settings below it")
        return ClusterSettings()
    values.known(keys, value, tuple(field.replace("_", "-") for field in ClusterSettings.__struct_fields__))
    name = values.text((*keys, "name"), value["name"]) if "name" in value else None
    if name is not None and not _NAME(name):
        values.fault(
            (*keys, "name"),
            f"`{name}` cannot be the name of a set",
            help="write small letters, digits and `-`, at most 40",
        )
    return ClusterSettings(
        name=name,
        contexts=_texts(values, (*keys, "contexts"), value, 'write the names of contexts, as `["staging", "prod"]`'),
        known_policies=_texts(
            values,
            (*keys, "known-policies"),
            value,
            'write what `netpolc drift` calls them, as `["shop/open-for-now", "ClusterNetworkPolicy/monitoring"]`',
        ),
    )


def _texts(values: Values, keys: Keys, table: dict[str, object], advice: str) -> tuple[str, ...]:
    """Read a list of texts, where there is one."""
    found = table.get(str(keys[-1]), [])
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        values.wrong_type(keys, found, "a list of texts", advice)
        return ()
    return tuple(found)
