"""What Kubernetes' own code makes of some texts; `made_with` in the data says which, and how it was asked."""

import json
from pathlib import Path

from netpolc.manifests.nodes import Mapping, Scalar, Sequence
from netpolc.manifests.scalars import value_of

FACTS = json.loads(Path(__file__).with_name("kubernetes.json").read_text("utf-8"))


def value(node):
    """What JSON a node stands for."""
    match node:
        case Scalar():
            return value_of(node)
        case Sequence(items):
            return [value(item) for item in items]
        case Mapping(fields):
            return {key: value(child) for key, child in fields.items()}


def shape(node):
    """All that a node says, with its places."""
    match node:
        case Scalar(text, start, end, plain):
            return text, plain, start, end
        case Sequence(items, start, end):
            return start, end, [shape(item) for item in items]
        case Mapping(fields, places, start, end):
            return start, end, [(key, places[key], shape(child)) for key, child in fields.items()]


def typed(json_value):
    """A value of JSON that tells 1 from true; all numbers are one type."""
    match json_value:
        case bool() | None | str():
            return json_value
        case int() | float():
            return ("number", float(json_value))
        case list():
            return [typed(item) for item in json_value]
        case dict():
            return {key: typed(item) for key, item in json_value.items()}
