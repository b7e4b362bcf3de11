"""What is read as ClusterNetworkPolicy is what the CRDs take: of random objects, and of random mistakes in them.

The CRDs are those of network-policy-api v0.3.0 (tests/data). Their rules in CEL are written out again here by hand, and
a rule that is not known fails. What netpolc demands beyond them has codes of its own.
"""

import copy
import functools
import ipaddress
import json
import re
from pathlib import Path
from random import Random

import pytest
import yaml

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.strategies.tiers import NEW, TierMaker

DATA = Path(__file__).parents[1] / "data" / "network-policy-api" / "v0.3.0"
BEYOND = {"NP403", "NP404", "NP433", "NP436"}
"""What engines cannot read, though the API server takes it."""
BEYOND_IN_WORDS = re.compile("no port can have the name")
EXPERIMENTAL = ("nodes", "domainNames", "destinationNamedPort")
TYPES = {"object": dict, "array": list, "string": str, "integer": int}


def is_network(text):
    try:
        return "/" in text and str(ipaddress.ip_network(text)) == text
    except ValueError:
        return False


def has_names_beside_others(rule):
    others = any(key in peer for peer in rule.get("to", ()) for key in ("networks", "nodes", "domainNames"))
    return others and any("destinationNamedPort" in each for each in rule.get("protocols", ()))


RULES = {
    "self.start < self.end": lambda value: value["start"] < value["end"],
    "isCIDR(self) && cidr(self) == cidr(self).masked()": is_network,
    "!(self.to.exists(peer, has(peer.networks) || has(peer.nodes) || has(peer.domainNames)) && has(self.protocols) && "
    "self.protocols.exists(protocol, has(protocol.destinationNamedPort)))": lambda rule: not has_names_beside_others(
        rule
    ),
}


@functools.cache
def schema(channel, version):
    with (DATA / f"{channel}.yaml").open(encoding="utf-8") as file:
        document = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 -- both are safe
    (found,) = (each for each in document["spec"]["versions"] if each["name"] == version)
    return found["schema"]["openAPIV3Schema"]["properties"]["spec"]


def faults(shape, value, path="spec"):
    """What a strict API server finds wrong with a value; its rules are asked of what has the right shape."""
    found = list(of_shape(shape, value, path))
    rules = [" ".join(each["rule"].split()) for each in shape.get("x-kubernetes-validations", ())]
    return found or [f"{path}: {rule}" for rule in rules if not RULES[rule](value)]


def of_shape(shape, value, path):
    if not isinstance(value, TYPES[shape["type"]]) or isinstance(value, bool):
        yield f"{path}: type"
        return
    if value not in shape.get("enum", (value,)):
        yield f"{path}: enum"
    if isinstance(value, dict):
        yield from of_object(shape, value, path)
    elif isinstance(value, list):
        yield from of_list(shape, value, path)
    elif isinstance(value, str):
        if len(value) > shape.get("maxLength", len(value)) or not re.search(shape.get("pattern", ""), value):
            yield f"{path}: text"
    elif not shape.get("minimum", value) <= value <= shape.get("maximum", value):
        yield f"{path}: number"


def of_object(shape, value, path):
    # Null is dropped where a field may not be null (apiextensions-apiserver, pkg/apiserver/schema/defaulting).
    value = {key: each for key, each in value.items() if each is not None}
    properties, others = shape.get("properties", {}), shape.get("additionalProperties")
    for key, each in value.items():
        if key in properties:
            yield from faults(properties[key], each, f"{path}.{key}")
        elif others is None:
            yield f"{path}.{key}: unknown"
        else:
            yield from faults(others, each, f"{path}.{key}")
    yield from (f"{path}.{key}: required" for key in shape.get("required", ()) if key not in value)
    count = sum(key in properties for key in value) if properties else len(value)
    if not shape.get("minProperties", count) <= count <= shape.get("maxProperties", count):
        yield f"{path}: properties"


def of_list(shape, value, path):
    if not shape.get("minItems", 0) <= len(value) <= shape.get("maxItems", len(value)):
        yield f"{path}: items"
    if shape.get("x-kubernetes-list-type") == "set" and len({json.dumps(each) for each in value}) < len(value):
        yield f"{path}: set"
    for number, each in enumerate(value):
        yield from faults(shape["items"], each, f"{path}[{number}]")


def places(value):
    """Every mapping and list in a value, with its keys."""
    for key, below in [*value.items()] if isinstance(value, dict) else [*enumerate(value)]:
        yield value, key
        if isinstance(below, dict | list):
            yield from places(below)


VALUES = (
    {},
    [],
    "",
    "Admin",
    "Pass",
    "10.0.0.0/8",
    "10.0.0.1/8",
    "fd00::/8",
    0,
    1,
    70000,
    [{}],
    {"tcp": {}},
    {"a": "b"},
)


def spoilt(random, document):
    """An object with a mistake, perhaps."""
    document = copy.deepcopy(document)
    around, key = random.choice([*places(document["spec"]), (document, "spec")])
    match random.randrange(4):
        case 0:
            del around[key]
        case 1:
            around[key] = copy.deepcopy(random.choice(VALUES))
        case 2 if isinstance(around[key], dict):
            extra = random.choice(("nodes", "networks", "domainNames", "ports", "name", "namespaces", "podSelector"))
            around[key][extra] = copy.deepcopy(random.choice(VALUES))
        case 2 | 3 if isinstance(around[key], list):
            around[key] = around[key] * random.choice((2, 30))
    return document


def refusals(document):
    """The codes of what netpolc finds wrong."""
    manifests = read_manifests(Source("policy.json", json.dumps(document)))
    return {each.code for each in manifests.diagnostics if not BEYOND_IN_WORDS.search(each.message)}


@pytest.mark.search(60, block=60)
def test_what_is_read_is_what_the_crds_take(seeds):
    spoiled = 0
    for seed in seeds:
        random = Random(seed)
        document = TierMaker(random).tier_policy(NEW, "policy", random.randrange(1001))
        for each in (document, spoilt(random, document)):
            version = each["apiVersion"].rpartition("/")[2]
            whole = {"type": "object", "properties": {"spec": schema("experimental", version)}, "required": ["spec"]}
            found = faults(whole, {"spec": each["spec"]} if "spec" in each else {}, "object")
            said = refusals(each)
            assert bool(found) is bool(said - BEYOND), f"seed {seed}: {found} {said}\n{json.dumps(each)}"
            spoiled += bool(found)
            if not found and not any(f'"{key}"' in json.dumps(each) for key in EXPERIMENTAL):
                assert not faults(schema("standard", version), each["spec"])
    assert seeds.meet(spoiled, 1 / 4)
